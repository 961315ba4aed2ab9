"""Facts about accounts."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Fact, fact


@fact("person_joined")
class PersonJoined(Fact):
    """Somebody proved her address and can sign in from now on: a new person, or an imported one who took over."""

    person_id: int
    how: Literal["sign_up", "hand_over"]


@fact("session_began")
class SessionBegan(Fact):
    """Somebody signed in."""

    person_id: int
    session_id: int


@fact("sessions_ended")
class SessionsEnded(Fact):
    """Sessions of a person ended before their time: one (its id), or all but the one she used."""

    person_id: int
    session_id: int | None
    why: Literal["signed_out", "replaced", "revoked", "password", "erased"]


@fact("password_changed")
class PasswordChanged(Fact):
    """A person has a new password."""

    person_id: int
    how: Literal["changed", "reset"]


@fact("address_changed")
class AddressChanged(Fact):
    """A person signs in with another mail address."""

    person_id: int


@fact("profile_changed")
class ProfileChanged(Fact):
    """A person changed what others see of her, or her settings."""

    person_id: int


@fact("api_token_made")
class ApiTokenMade(Fact):
    """A person made a token for a program."""

    person_id: int
    token_id: int


@fact("api_token_revoked")
class ApiTokenRevoked(Fact):
    """A token stopped working."""

    person_id: int
    token_id: int
