"""Forms of the operators' pages."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired

from app.sitesettings.declare import Setting

REQUIRED = _l("This cannot be empty.")


class RightForm(FlaskForm):
    """Give or take a right."""

    right = StringField(validators=[InputRequired(REQUIRED), AnyOf(["operator", "moderator", "curator"])])
    change = StringField(validators=[InputRequired(REQUIRED), AnyOf(["give", "take"])])


class SettingForm(FlaskForm):
    """One setting; `value` is made from its declaration by `setting_form`."""

    value: Field


def setting_form(setting: Setting[Any], **arguments: Any) -> SettingForm:
    """Return the form for a setting: its help is the label, what is allowed the hint. Parsing is the service's."""

    class Form(SettingForm):
        value = _field(setting)

    return Form(prefix=setting.name, **arguments)


def _field(setting: Setting[Any]) -> Field:
    hint = {"label": setting.help, "description": _hint(setting)}
    if setting.is_yes_or_no:
        return SelectField(
            **hint, choices=[SelectChoice("true", _l("Yes")), SelectChoice("false", _l("No"))], validate_choice=False
        )
    if setting.choices:
        return SelectField(**hint, choices=[SelectChoice(each) for each in setting.choices], validate_choice=False)
    return StringField(**hint)


def _hint(setting: Setting[Any]) -> Any:
    default = setting.written(setting.default)
    if setting.low is not None and setting.high is not None:
        return _l("From %(low)s to %(high)s. Usual: %(default)s.", low=setting.low, high=setting.high, default=default)
    if setting.is_yes_or_no:
        return _l("Usual: %(default)s.", default=_l("Yes") if setting.default else _l("No"))
    return _l("Usual: %(default)s.", default=default)
