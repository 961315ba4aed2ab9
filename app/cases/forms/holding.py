"""Forms about who has a case."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.cases.lengths import LONGEST_CAUSE, LONGEST_REASON
from app.web.forms import REQUIRED, TOO_LONG

REASON = (DataRequired(REQUIRED), Length(max=LONGEST_REASON, message=TOO_LONG))


class HandOverForm(FlaskForm):
    """Ask somebody else to go on with a case. The view gives the choices: colleagues, then organisations."""

    receiver = SelectField(_l("Who should go on with it?"), validate_choice=False)
    handover_reason = StringField(
        _l("Why they, and what has been done?"),
        description=_l("They read this before they say yes. The case itself they see after that."),
        validators=REASON,
    )


class RefuseForm(FlaskForm):
    """Say no to a case that was handed over."""

    reason = StringField(_l("Why not?"), description=_l("Whoever has the case reads this."), validators=REASON)


class AssignForm(FlaskForm):
    """Decide, as the front desk, who goes on with a case. The view gives the choices."""

    organisation = SelectField(_l("Who goes on with it?"), validate_choice=False)
    assign_reason = StringField(_l("Why?"), validators=REASON)


class MergeForm(FlaskForm):
    """Put a case together with another one of the same customer. The view gives the choices."""

    into = SelectField(_l("Goes on as"), validate_choice=False)


class CauseForm(FlaskForm):
    """Put a cause on the list."""

    name = StringField(_l("Cause"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_CAUSE, message=TOO_LONG)])
