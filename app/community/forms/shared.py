"""What several forms say, and the form that is only a switch."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import AnyOf, InputRequired


class SwitchForm(FlaskForm):
    """Switch something on (1) or off (0)."""

    on = IntegerField(validators=[InputRequired(), AnyOf([0, 1])])
