"""Forms in which people write in a case, and say where it stands."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.cases.lengths import LONGEST_REASON
from app.community.lengths import LONGEST_BODY
from app.web.forms import A_ROW, REQUIRED, TOO_LONG


class ReplyForm(FlaskForm):
    """Write to the others in a case."""

    body = TextAreaField(
        _l("Your message"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)]
    )


class HolderReplyForm(ReplyForm):
    """Write to the customer, and say when she hears more at the latest, by the writer's own clock."""

    next_update_at = DateTimeLocalField(
        _l("The customer hears more before"),
        description=_l("Left empty, the usual time counts."),
        validators=[Optional()],
    )


class NoteForm(FlaskForm):
    """Write a note that the customer never sees."""

    note = TextAreaField(_l("Note"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)])


class WaitForm(FlaskForm):
    """Wait for the customer, and say what for."""

    wait_reason = StringField(
        _l("What do you need from the customer?"),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_REASON, message=TOO_LONG)],
    )


class CloseForm(FlaskForm):
    """Close a case. The view gives the choices of `cause`, from the holder's list."""

    cause = SelectField(_l("What was it about?"), coerce=int, validate_choice=False, validators=[Optional(), A_ROW])
    close_reason = StringField(_l("Why"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)])


class ReasonForm(FlaskForm):
    """Say why; it may stay empty."""

    reason = StringField(_l("Why"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)])
