"""The forms of notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, NumberRange

from app.paging import LARGEST_ID
from app.web.forms import REQUIRED


class UptoForm(FlaskForm):
    """What the page showed last: only so far is it read."""

    upto = IntegerField(validators=[InputRequired(), NumberRange(0, LARGEST_ID)])


class WishForm(FlaskForm):
    """How a person wants her mail. Hours are "" (none) or "0" to "23"; the view fills their words."""

    mail = RadioField(
        _l("Mail about what happens"),
        choices=[
            SelectChoice("immediately", _l("At once")),
            SelectChoice("daily", _l("Once a day, in the morning")),
            SelectChoice("off", _l("No mail")),
        ],
        validators=[InputRequired(REQUIRED)],
    )
    quiet_from = SelectField(_l("No mail from"), description=_l("On your own clock."), default="")
    quiet_until = SelectField(_l("Until"), default="")
