"""What forms share: how a service's complaint finds its field, and how a page with errors is answered."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from app.errors import Invalid


def attach(form: FlaskForm, error: Invalid) -> None:
    """Show a service's complaint at the field it names, else above the form."""
    field = form[error.field] if error.field is not None and error.field in form else None
    errors: list[Any] = list(form.form_errors if field is None else field.errors)
    errors.append(error.sentence())
    if field is None:
        form.form_errors = errors
    else:
        field.errors = errors
