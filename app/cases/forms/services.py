"""The form in which somebody asks for a service: her words, the details, who may see them, and the conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length

from app.community.lengths import LONGEST_BODY
from app.privacy.kinds import LONGEST_VALUE
from app.web.forms import TOO_LONG


class WishForm(FlaskForm):
    """Ask for a service; made by `wish_form`, which adds `detail_0` …, `show_12` … and `conditions`."""

    body = TextAreaField(
        _l("What should they know?"),
        description=_l("Who does it reads this. Details have fields of their own."),
        validators=[Length(max=LONGEST_BODY, message=TOO_LONG)],
    )


def wish_form(
    details: Sequence[tuple[Any, str]], shows: Sequence[tuple[int, Any]], *, conditions: bool, **arguments: Any
) -> WishForm:
    """Return the form. `details` are labels with their hints, `shows` organisations with the words of the checkbox."""
    fields: dict[str, Any] = {
        f"detail_{place}": StringField(
            label, description=hint, validators=[Length(max=LONGEST_VALUE, message=TOO_LONG)]
        )
        for place, (label, hint) in enumerate(details)
    }
    fields |= {f"show_{organisation_id}": BooleanField(words) for organisation_id, words in shows}
    if conditions:
        fields["conditions"] = BooleanField(_l("All of this holds for me"))
    made: WishForm = type("WishFormWithDetails", (WishForm,), fields)(**arguments)
    return made
