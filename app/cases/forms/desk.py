"""Forms of the desk: what is done to chosen cases, saved views, canned texts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.cases.lengths import LONGEST_CANNED, LONGEST_CANNED_NAME, LONGEST_REASON, LONGEST_VIEW_NAME
from app.web.forms import A_ROW, REQUIRED, TOO_LONG, LongSelect

LANGUAGES = [SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")]


class ChosenForm(FlaskForm):
    """What is done to the chosen cases needs: a colleague and why, until when, or a cause and why."""

    colleague = SelectField(
        _l("Colleague"), coerce=int, validate_choice=False, validators=[Optional(), A_ROW], widget=LongSelect()
    )
    why_colleague = StringField(
        _l("Why her"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)], description=_l("She reads it first.")
    )
    until = DateTimeLocalField(
        _l("Until"), description=_l("They come back then, or when something happens in them."), validators=[Optional()]
    )
    cause = SelectField(_l("What was it about?"), coerce=int, validate_choice=False, validators=[Optional(), A_ROW])
    why_closed = StringField(
        _l("Why they are closed"),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
        description=_l("The customers read it."),
    )


class DeskViewForm(FlaskForm):
    """Keep what the desk shows now under a name."""

    name = StringField(_l("Name"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_VIEW_NAME, message=TOO_LONG)])
    for_all = BooleanField(_l("For everybody here"))


class CannedTextForm(FlaskForm):
    """Write a text that is used often."""

    language = SelectField(_l("Language"), choices=LANGUAGES)
    name = StringField(
        _l("Name"),
        description=_l("Only your colleagues see it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_CANNED_NAME, message=TOO_LONG)],
    )
    body = TextAreaField(_l("Text"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_CANNED, message=TOO_LONG)])
