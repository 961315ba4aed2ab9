"""The forms of organisations: names, labels and the shape of what is sent. What is good, the services say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import URL, InputRequired, Length, Optional

from app.accounts.forms import PASSWORD_HINT
from app.organisations.wording import RELATION_WORDS, SCOPE_WORDS
from app.web.forms import REQUIRED, TOO_LONG

NO_CHOICE = _l("Choose one from the list.")


class ProfileForm(FlaskForm):
    """What an organisation says of itself."""

    name = StringField(
        _l("Name"),
        description=_l("A name you had before stays in your history, so that people recognise you."),
        validators=[InputRequired(REQUIRED), Length(max=120, message=TOO_LONG)],
        render_kw={"autocomplete": "organization", "maxlength": 120},
    )
    text_nl = TextAreaField(
        _l("What you are for, in Dutch"), validators=[Length(max=1000, message=TOO_LONG)], render_kw={"lang": "nl"}
    )
    text_en = TextAreaField(
        _l("What you are for, in English"), validators=[Length(max=1000, message=TOO_LONG)], render_kw={"lang": "en"}
    )
    languages = SelectMultipleField(_l("Languages in which you help"), validate_choice=True)
    website = StringField(
        _l("Website"),
        validators=[
            Optional(),
            Length(max=300, message=TOO_LONG),
            URL(require_tld=True, message=_l("Write the whole address: https://example.org.")),
        ],
        render_kw={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"},
    )


class InviteForm(FlaskForm):
    """Whom to ask, and for which role."""

    email = EmailField(
        _l("Mail address"),
        description=_l("She gets a letter with a link. An account she does not have yet, she makes with it."),
        validators=[InputRequired(REQUIRED), Length(max=320, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "maxlength": 254},
    )
    role = SelectField(_l("Role"))


class DomainForm(FlaskForm):
    """A domain to claim."""

    domain = StringField(
        _l("Domain"),
        description=_l("Like example.org, without www."),
        validators=[InputRequired(REQUIRED), Length(max=253, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "inputmode": "url"},
    )


class EngagementForm(FlaskForm):
    """Whom to let act, in what, until when."""

    agency = SelectField(_l("Organisation"), validators=[InputRequired(NO_CHOICE)])
    scopes = SelectMultipleField(_l("What it may do in your name"))
    until = DateField(
        _l("Until and including"),
        description=_l("Left empty, it goes on until one of you ends it. Either can do so at any time."),
        validators=[Optional()],
    )


class RepresentationForm(FlaskForm):
    """Who acts for whom, in what, until when."""

    direction = RadioField(
        _l("Who acts for whom?"),
        choices=[SelectChoice("let", _l("Somebody acts for me")), SelectChoice("ask", _l("I act for somebody"))],
        default="let",
        validators=[InputRequired(NO_CHOICE)],
    )
    handle = StringField(
        _l("The name behind @ of the other person"),
        description=_l("It stands on her page, under her name."),
        validators=[InputRequired(REQUIRED), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    relation = SelectField(_l("Who is that to you?"), choices=[SelectChoice(*each) for each in RELATION_WORDS.items()])
    scopes = SelectMultipleField(
        _l("In what?"),
        choices=[SelectChoice(scope, SCOPE_WORDS[scope]) for scope in ("questions", "cases", "agreements", "details")],
    )
    until = DateField(
        _l("Until and including"),
        description=_l("At most two years from now. Either of you can end it at any time."),
        validators=[InputRequired(REQUIRED)],
    )


class JoinForm(FlaskForm):
    """What a new account needs, when the letter proved the address."""

    name = StringField(
        _l("Your name"),
        description=_l("As others see it. It need not be your full name."),
        validators=[InputRequired(REQUIRED), Length(max=320, message=TOO_LONG)],
        render_kw={"autocomplete": "name", "maxlength": 80},
    )
    password = PasswordField(
        _l("Password"),
        validators=[InputRequired(REQUIRED), Length(max=1000, message=TOO_LONG)],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )
