"""Forms about promises, what one side puts before the other, and details."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from app.cases.lengths import LONGEST_POINT, LONGEST_PROMISE, LONGEST_REASON
from app.privacy.kinds import DETAIL_KINDS, LONGEST_VALUE
from app.privacy.models import LONGEST_REASON as LONGEST_ASK_REASON
from app.web.forms import REQUIRED, TOO_LONG

_DETAILS = [SelectChoice(kind.code, kind.name) for kind in DETAIL_KINDS.values()]


class PromiseForm(FlaskForm):
    """Promise something by a moment, by the writer's own clock."""

    kind = SelectField(
        _l("What kind of promise"),
        choices=[
            SelectChoice("call", _l("A call")),
            SelectChoice("answer", _l("An answer")),
            SelectChoice("visit", _l("A visit")),
            SelectChoice("delivery", _l("A delivery")),
            SelectChoice("refund", _l("Money back")),
            SelectChoice("solution", _l("That it is solved")),
            SelectChoice("other", _l("Something else")),
        ],
        validate_choice=False,
    )
    words = StringField(
        _l("What you promise"),
        description=_l("In one sentence, as the customer reads it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_PROMISE, message=TOO_LONG)],
    )
    due_at = DateTimeLocalField(_l("By when"), validators=[InputRequired(REQUIRED)])


class DateForm(FlaskForm):
    """Another date for a promise: asked, or set."""

    due_at = DateTimeLocalField(_l("The new moment"), validators=[InputRequired(REQUIRED)])
    reason = StringField(
        _l("Why"),
        description=_l("The customer reads it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_REASON, message=TOO_LONG)],
    )
    how = RadioField(
        _l("How"),
        choices=[
            SelectChoice("ask", _l("Ask the customer. Until she says yes, the promise stays as it is.")),
            SelectChoice("alone", _l("Set it without asking. The promise is then broken, and she is told.")),
        ],
        default="ask",
        validate_choice=False,
    )


class UnderstandingForm(FlaskForm):
    """The request again, in one sentence."""

    words = TextAreaField(
        _l("What the customer asks, in one sentence"),
        description=_l("She confirms it, or says what it is instead. Then the work starts."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_POINT, message=TOO_LONG)],
    )


class SaidUnderstandingForm(UnderstandingForm):
    """The same, where the customer was on another channel when somebody wrote the case down."""

    is_confirmed = BooleanField(
        _l("The customer said yes to this already"),
        description=_l("By telephone or at the desk. She sees that you wrote this down."),
    )


class CorrectionForm(FlaskForm):
    """What it is instead."""

    words = TextAreaField(
        _l("What you mean"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_POINT, message=TOO_LONG)]
    )


class DisputeForm(FlaskForm):
    """What is not right. The view fills `about.choices`: what can be disputed here, each with its number."""

    about = SelectField(_l("What is not right"), validate_choice=False, validators=[DataRequired(REQUIRED)])
    words = TextAreaField(
        _l("What is wrong with it"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_POINT, message=TOO_LONG)]
    )


class GroundForm(FlaskForm):
    """How a dispute ends."""

    how = RadioField(
        _l("How it ends"),
        choices=[
            SelectChoice("corrected", _l("The customer is right: it is corrected.")),
            SelectChoice("stands", _l("It stays as it is.")),
        ],
        validate_choice=False,
        validators=[InputRequired(REQUIRED)],
    )
    ground = TextAreaField(
        _l("The ground"),
        description=_l("What was corrected, or why it stays. The customer reads it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_POINT, message=TOO_LONG)],
    )


class AskDetailsForm(FlaskForm):
    """Ask the customer to see or give details."""

    kinds = SelectMultipleField(
        _l("What you need"), choices=_DETAILS, validate_choice=False, validators=[DataRequired(REQUIRED)]
    )
    reason = StringField(
        _l("Why"),
        description=_l("The customer reads it. Needed when you ask for something again."),
        validators=[Length(max=LONGEST_ASK_REASON, message=TOO_LONG)],
    )


class NoteDetailForm(FlaskForm):
    """Write down a detail that the customer told on another channel."""

    kind = SelectField(_l("What it is"), choices=_DETAILS, validate_choice=False, validators=[DataRequired(REQUIRED)])
    value = StringField(
        _l("What the customer said"),
        description=_l("She sees who wrote it down, and can take it back."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_VALUE, message=TOO_LONG)],
    )
