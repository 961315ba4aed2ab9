"""The forms of helpers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length


class SkillsForm(FlaskForm):
    """What somebody knows about."""

    tags = StringField(
        _l("Topics you know about"),
        description=_l("Separated by commas: passport, meter reading, wifi. Samen asks you when somebody needs that."),
        validators=[Length(max=1000, message=_l("This is too long: at most %(max)d characters."))],
        render_kw={"autocomplete": "off"},
    )
