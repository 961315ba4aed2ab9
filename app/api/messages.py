"""What is wrong with a field, in the language asked for.

marshmallow's own messages are English. Those without a number are looked up here when they leave; those with one are
said by the validators below, which the document describes as it does marshmallow's.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import validate

WORDS = {
    "Field may not be null.": _l("This may not be empty."),
    "Invalid input type.": _l("This must be an object with named fields."),
    "Invalid value.": _l("This value cannot be used."),
    "Missing data for required field.": _l("This is needed."),
    "Not a valid boolean.": _l("This must be true or false."),
    "Not a valid integer.": _l("This must be a whole number."),
    "Not a valid list.": _l("This must be a list."),
    "Not a valid string.": _l("This must be text."),
    "Not a valid utf-8 string.": _l("This is not readable text."),
    "Number too large.": _l("This number is too large."),
    "Unknown field.": _l("There is no field of this name."),
}


def in_words(message: object) -> str:
    """Return a message of marshmallow in the language of this moment; one of ours as it is."""
    return str(WORDS.get(str(message), message))


class Length(validate.Length):
    """At most so many characters."""

    def _format_error(self, *_parts: Any) -> str:
        return _("At most %(most)s characters.", most=self.max)


class Range(validate.Range):
    """A number from one to another."""

    def _format_error(self, *_parts: Any) -> str:
        return _("This must be from %(least)s to %(most)s.", least=self.min, most=self.max)


class OneOf(validate.OneOf):
    """One of some words."""

    def _format_error(self, *_parts: Any) -> str:
        return _("This must be one of: %(choices)s.", choices=self.choices_text)
