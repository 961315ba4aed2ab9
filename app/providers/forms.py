"""The forms of helpers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.providers.wording import DAY_WORDS, WAY_WORDS
from app.web.forms import REQUIRED, TOO_LONG


class SkillsForm(FlaskForm):
    """What somebody knows about."""

    tags = StringField(
        _l("Topics you know about"),
        description=_l("Separated by commas: passport, meter reading, wifi. Samen asks you when somebody needs that."),
        validators=[Length(max=1000, message=_l("This is too long: at most %(max)d characters."))],
        render_kw={"autocomplete": "off"},
    )


class AvailabilityForm(FlaskForm):
    """How much somebody takes at once, where, and when not."""

    takes_offers = BooleanField(_l("Send invitations to help"))
    most_open_offers = IntegerField(
        _l("How many at once"),
        description=_l("As long as so many wait for an answer, there come no more."),
        validators=[InputRequired(REQUIRED), NumberRange(0, 1000, message=_l("Choose a number from 0 to 1000."))],
        render_kw={"inputmode": "numeric", "min": 0, "max": 1000},
    )
    region = StringField(
        _l("Where"),
        description=_l("A place or a region, in your own words. Everybody can see it."),
        validators=[Length(max=120, message=TOO_LONG)],
        render_kw={"maxlength": 120},
    )
    away_from = DateField(_l("Away from"), validators=[Optional()])
    away_until = DateField(
        _l("Away until and including"),
        description=_l("Nobody is sent to you on these days, and your page says when you are back."),
        validators=[Optional()],
    )


class WayForm(FlaskForm):
    """A way to reach a human."""

    kind = SelectField(_l("Way"), choices=[SelectChoice(*each) for each in WAY_WORDS.items()])
    value = StringField(
        _l("Number, address or place"),
        validators=[InputRequired(REQUIRED), Length(max=300, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "maxlength": 300},
    )
    note = StringField(
        _l("A note"),
        description=_l("Like: on weekdays from 9 to 12."),
        validators=[Length(max=200, message=TOO_LONG)],
        render_kw={"maxlength": 200},
    )


class _Week(FlaskForm):
    """A field per day of the week."""


for _name, _words in DAY_WORDS.items():
    setattr(_Week, _name, StringField(_words, validators=[Length(max=120, message=TOO_LONG)]))


class HoursForm(_Week):
    """When an organisation is open."""

    public_holidays = SelectMultipleField(_l("Closed on public holidays"))
    time_zone = SelectField(_l("Time zone"))


class HolidayForm(FlaskForm):
    """A date of one's own."""

    day = DateField(_l("Date"), validators=[InputRequired(REQUIRED)])
    name = StringField(_l("Name"), validators=[Length(max=80, message=TOO_LONG)], render_kw={"maxlength": 80})
    is_open = RadioField(
        _l("What is it like?"),
        choices=[SelectChoice("closed", _l("Closed all day")), SelectChoice("open", _l("Open as on other days"))],
        default="closed",
    )
