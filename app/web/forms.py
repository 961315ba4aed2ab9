"""What forms share: what they say, how a complaint finds its field, and how a form that was taken is answered."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange
from wtforms.widgets import Select

from app.errors import Invalid
from app.paging import LARGEST_ID

REQUIRED = _l("This cannot be empty.")
TOO_LONG = _l("This is too long: at most %(max)d characters.")
A_ROW = NumberRange(0, LARGEST_ID)


def row_chosen(sent: Any) -> int:
    """Read the id that a choice among rows sends; -1, which no row has, for what is none, so that a service refuses it
    in the person's language.
    """
    told = str(sent)
    is_id = told.isascii() and told.isdigit() and len(told) <= len(str(LARGEST_ID)) and int(told) <= LARGEST_ID
    return int(told) if is_id else -1


class LongSelect(Select):
    """For a choice among many: an option with no attributes of its own is written in a fifth of the time."""

    @classmethod
    def render_option(cls, choice: SelectChoice, **kwargs: Any) -> Markup:
        if kwargs or choice.render_kw or isinstance(choice.value, bool):
            return super().render_option(choice, **kwargs)
        marker = " selected" if choice.selected else ""
        words = escape(choice.label or choice.value)
        return Markup(f'<option{marker} value="{escape(choice.value)}">{words}</option>')  # noqa: S704


def see_other(url: str) -> Response:
    """Answer a form that was taken: go and look."""
    return redirect(url, 303)  # type: ignore[return-value]


def attach(form: FlaskForm, error: Invalid) -> None:
    """Show a service's complaint at the field it names, else above the form."""
    field = form[error.field] if error.field is not None and error.field in form else None
    errors: list[Any] = list(form.form_errors if field is None else field.errors)
    errors.append(error.sentence())
    if field is None:
        form.form_errors = errors
    else:
        field.errors = errors
