"""The form in which an organisation writes a quote, and that in which the customer says no."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.marketplace.forms.services import PERIOD_WORDS, WHOLE
from app.marketplace.lengths import (
    CURRENCIES,
    LONGEST_LINE,
    LONGEST_REASON,
    LONGEST_TERMS,
    LONGEST_TITLE,
    MOST_LINES,
)
from app.web.forms import REQUIRED, TOO_LONG


class QuoteForm(FlaskForm):
    """Write a quote; made by `quote_form`, which adds the rows `words_0`, `amount_0`, `per_0` …"""

    rows: ClassVar[int] = 0

    title = StringField(
        _l("What you offer"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )
    currency = SelectField(_l("Currency"), choices=[SelectChoice(each) for each in CURRENCIES])
    term_months = IntegerField(
        _l("For how many months"),
        description=_l("Empty: it binds to no term."),
        validators=[Optional(), NumberRange(1, 600, message=WHOLE)],
    )
    notice_days = IntegerField(
        _l("Days of notice"),
        description=_l("How long before the customer tells you that she stops."),
        validators=[Optional(), NumberRange(0, 400, message=WHOLE)],
    )
    done_within_days = IntegerField(
        _l("Done within"),
        description=_l("Days after the customer says yes: with that you promise it."),
        validators=[Optional(), NumberRange(1, 700, message=WHOLE)],
    )
    valid_until = DateField(
        _l("Valid until"),
        description=_l("Until the end of this day the customer can say yes."),
        validators=[InputRequired(REQUIRED)],
    )
    change_terms = TextAreaField(
        _l("When something changes"),
        description=_l("What happens when you or the customer want it otherwise."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_TERMS, message=TOO_LONG)],
    )
    cancellation_terms = TextAreaField(
        _l("How she can stop"),
        description=_l("Until when, in which way, and what it costs."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_TERMS, message=TOO_LONG)],
    )


class DeclineForm(FlaskForm):
    """Say no to a quote."""

    reason = StringField(
        _l("Why not"),
        description=_l("The organisation reads it."),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
    )


def quote_form(rows: int, **arguments: Any) -> QuoteForm:
    """Return the form with so many rows for amounts."""
    rows = min(max(rows, 1), MOST_LINES)
    fields: dict[str, Any] = {"rows": rows}
    for number in range(rows):
        fields |= {
            f"words_{number}": StringField(_l("What for"), validators=[Length(max=LONGEST_LINE, message=TOO_LONG)]),
            f"amount_{number}": StringField(_l("Amount"), validators=[Length(max=20, message=TOO_LONG)]),
            f"per_{number}": SelectField(_l("Paid"), choices=[SelectChoice(*each) for each in PERIOD_WORDS.items()]),
        }
    made: QuoteForm = type("QuoteFormWithRows", (QuoteForm,), fields)(**arguments)
    return made
