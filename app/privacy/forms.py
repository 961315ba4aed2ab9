"""Forms by which a person lets organisations see what is hers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired

from app.privacy.kinds import HISTORY_KINDS

# For how long, in days; 0 is until she takes it back.
PERIODS = ("30", "365", "0")


class GrantForm(FlaskForm):
    """Show an organisation what one does at others. The view fills `organisation.choices`."""

    organisation = SelectField(
        _l("Organisation"), validate_choice=False, validators=[DataRequired(_l("Choose an organisation."))]
    )
    kinds = SelectMultipleField(
        _l("What it may see"),
        choices=[SelectChoice(code, name) for code, name in HISTORY_KINDS.items()],
        validate_choice=False,
        validators=[DataRequired(_l("Choose what it may see."))],
    )
    period = SelectField(
        _l("For how long"),
        choices=[
            SelectChoice("30", _l("A month")),
            SelectChoice("365", _l("A year")),
            SelectChoice("0", _l("Until I take it back")),
        ],
        default="30",
        validate_choice=False,
        validators=[AnyOf(PERIODS, message=_l("Choose from the list."))],
    )


class AskForm(FlaskForm):
    """Yes or no to an organisation that asks. The fields for what is missing are named by their kinds."""

    answer = SelectField(choices=[SelectChoice("yes", ""), SelectChoice("no", "")], validators=[AnyOf(("yes", "no"))])
