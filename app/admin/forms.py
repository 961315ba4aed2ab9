"""Forms of the operators' pages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FloatField, Form, SelectChoice, SelectField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange

from app.organisations.services.identity import HOW
from app.organisations.wording import HOW_WORDS
from app.sitesettings.declare import Setting
from app.web.forms import REQUIRED, TOO_LONG


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


def as_typed(setting: Setting[Any], written: str) -> str:
    """Return a stored value as people here type it: with a comma where their language has one."""
    return str(format_decimal(float(written), "0.######")) if type(setting.default) is float else written


class NumbersForm(Form):
    """Numbers to try out, read from the address; it changes nothing, so it carries no token."""

    def numbers(self) -> dict[str, float]:
        """Return every number; only whole once the form is valid."""
        return {name: field.data for name, field in self._fields.items()}


def numbers_form(
    wanted: Mapping[str, tuple[Any, float, tuple[float, float]]], given: MultiDict[str, str]
) -> NumbersForm:
    """Return a form of numbers: name → (label, what it usually is, bounds); what is not given is as usual."""

    class Numbers(NumbersForm):
        pass

    for name, (label, usual, (low, high)) in wanted.items():
        words = _l("Write a number from %(low)s to %(high)s.", low=f"{low:g}", high=f"{high:g}")
        field = _Number(label, [InputRequired(words), NumberRange(low, high, words)], default=usual)
        setattr(Numbers, name, field)
    usual_values = {name: f"{usual:.6g}" for name, (_label, usual, _bounds) in wanted.items()}
    return Numbers(formdata=MultiDict({**usual_values, **{name: given[name] for name in wanted if name in given}}))


class _Number(FloatField):
    """A number written with a point or a comma; what is none is said in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data: float | None = _number(valuelist[0]) if valuelist else None


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _field(setting: Setting[Any]) -> Field:
    hint = {"label": setting.help, "description": _hint(setting)}
    if setting.is_yes_or_no:
        return SelectField(
            **hint, choices=[SelectChoice("true", _l("Yes")), SelectChoice("false", _l("No"))], validate_choice=False
        )
    if setting.choices:
        return SelectField(
            **hint, choices=[SelectChoice(*each) for each in setting.choices.items()], validate_choice=False
        )
    return StringField(**hint)


def _hint(setting: Setting[Any]) -> Any:
    default = _in_words(setting, setting.default)
    if setting.low is not None and setting.high is not None:
        low, high = _in_words(setting, setting.low), _in_words(setting, setting.high)
        return _l("From %(low)s to %(high)s. Usual: %(default)s.", low=low, high=high, default=default)
    return _l("Usual: %(default)s.", default=default)


def _in_words(setting: Setting[Any], value: Any) -> Any:
    if setting.is_yes_or_no:
        return _l("Yes") if value else _l("No")
    return format_decimal(value) if setting.is_number else setting.choices.get(value, value)


class FoundForm(FlaskForm):
    """An organisation that is to take part, and its first owner."""

    name = StringField(_l("Name"), validators=[InputRequired(REQUIRED), Length(max=120, message=TOO_LONG)])
    kind = SelectField(
        _l("What it is"),
        choices=[
            SelectChoice("service", _l("Service organisation")),
            SelectChoice("partner", _l("Partner")),
            SelectChoice("customer", _l("Customer")),
            SelectChoice("front_desk", _l("Front desk")),
        ],
    )
    handle = StringField(
        _l("Its first owner: the name behind @"),
        validators=[InputRequired(REQUIRED), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class IdentityForm(FlaskForm):
    """How it was made sure who somebody is."""

    how = SelectField(choices=[SelectChoice(how, HOW_WORDS[how]) for how in HOW])
