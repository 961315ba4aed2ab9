"""The domain's own errors: a code for programs and one sentence for people.

Services raise them; `app.web.errors` turns them into pages, `app.api` into problem+json. The sentence is a lazy
translation, so that it is read in the language of whoever sees it.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l


class DomainError(Exception):
    """Something the domain refuses. `status` is the HTTP status a web answer carries."""

    status = 400

    def __init__(self, code: str, message: object | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message if message is not None else code

    def sentence(self) -> str:
        """Return the sentence for a person, in the language of this moment."""
        return str(self.message)


class Invalid(DomainError):
    """What was sent cannot be used. `field` names the form field at fault, when one is."""

    status = 422

    def __init__(self, code: str, message: object | None = None, *, field: str | None = None) -> None:
        super().__init__(code, message)
        self.field = field

    @property
    def fields(self) -> dict[str, list[str]]:
        """Return the fields at fault with what is wrong with each."""
        return {self.field: [self.sentence()]} if self.field else {}


class InvalidFields(Invalid):
    """Several fields cannot be used at once."""

    def __init__(self, code: str, message: object, fields: dict[str, list[str]]) -> None:
        super().__init__(code, message)
        self._fields = fields

    @property
    def fields(self) -> dict[str, list[str]]:
        return self._fields


class SignInFirst(DomainError):
    """A visitor tried what needs a person."""

    status = 401

    def __init__(self) -> None:
        super().__init__("sign_in_first", _l("Sign in first, then you can do this."))


class NotAllowed(DomainError):
    """The actor may see the thing, but may not do this with it."""

    status = 403


class NotFound(DomainError):
    """The thing is absent or hidden from this viewer: the two look the same from outside."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not_found", _l("This page does not exist, or you may not see it."))


class Gone(DomainError):
    """The thing was public for this viewer and was taken away on purpose; the sentence says why."""

    status = 410


class Conflict(DomainError):
    """Someone else changed the thing first, or it is no longer in a state that allows this."""

    status = 409


class Moved(Conflict):
    """The thing is part of another one now, the request `into_id`, which stands at `address`. To look at it is to be
    led there; nothing can be done with it.
    """

    def __init__(self, code: str, message: object, *, into_id: int, address: str) -> None:
        super().__init__(code, message)
        self.into_id = into_id
        self.address = address


class TooMany(DomainError):
    """A limit was reached. `retry_after_s` says when it makes sense to try again."""

    status = 429

    def __init__(self, code: str, *, retry_after_s: int) -> None:
        super().__init__(code, _l("That was a bit much in a short time. Try again in a little while."))
        self.retry_after_s = retry_after_s
