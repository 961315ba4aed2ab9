"""What forms share: what they say, how a complaint finds its field, and how a form that was taken is answered."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import NumberRange

from app.errors import Invalid
from app.paging import LARGEST_ID

REQUIRED = _l("This cannot be empty.")
TOO_LONG = _l("This is too long: at most %(max)d characters.")
A_ROW = NumberRange(0, LARGEST_ID)


def seen(url: str) -> Response:
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
