"""What several forms say, and the form that is only a switch."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import AnyOf, InputRequired, NumberRange

from app.paging import LARGEST_ID

REQUIRED = _l("This cannot be empty.")
TOO_LONG = _l("This is too long: at most %(max)d characters.")
A_ROW = NumberRange(0, LARGEST_ID)


class SwitchForm(FlaskForm):
    """Switch something on (1) or off (0)."""

    on = IntegerField(validators=[InputRequired(), AnyOf([0, 1])])
