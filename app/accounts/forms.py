"""The forms of accounts: names, labels and the shape of what is sent. What is good, the services say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from app.accounts.guessable import SHORTEST
from app.web.forms import REQUIRED, TOO_LONG

PASSWORD_HINT = _l(
    "At least %(n)d characters. A few words you can remember are better than a short riddle.", n=SHORTEST
)


def _email(label: object, **more: object) -> EmailField:
    checks = [InputRequired(REQUIRED), Length(max=320, message=TOO_LONG)]
    attributes = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 254}
    return EmailField(label, validators=checks, render_kw=attributes, **more)


def _password(label: object, *, new: bool, **more: object) -> PasswordField:
    return PasswordField(
        label,
        validators=[InputRequired(REQUIRED), Length(max=1000, message=TOO_LONG)],
        description=PASSWORD_HINT if new else "",
        render_kw={"autocomplete": "new-password" if new else "current-password"},
        **more,
    )


class SignInForm(FlaskForm):
    """Address and password; `next` is where to go afterwards."""

    email = _email(_l("Mail address"))
    password = _password(_l("Password"), new=False)
    next = HiddenField()


class SignUpForm(FlaskForm):
    """What a new account needs."""

    name = StringField(
        _l("Your name"),
        description=_l("As others see it. It need not be your full name."),
        validators=[InputRequired(REQUIRED), Length(max=320, message=TOO_LONG)],
        render_kw={"autocomplete": "name", "maxlength": 80},
    )
    email = _email(_l("Mail address"), description=_l("Only for signing in and for letters to you. Nobody sees it."))
    password = _password(_l("Password"), new=True)


class AddressForm(FlaskForm):
    """An address to write to."""

    email = _email(_l("Mail address"))


class ProvePasswordForm(FlaskForm):
    """The password chosen at sign-up, when the link is opened in another browser."""

    password = _password(_l("The password you chose"), new=False)


class NewPasswordForm(FlaskForm):
    """A password to choose."""

    password = _password(_l("New password"), new=True)


class ChangePasswordForm(FlaskForm):
    """The present password and the next one."""

    current = _password(_l("Your password now"), new=False)
    password = _password(_l("New password"), new=True)


class ChangeAddressForm(FlaskForm):
    """The present password and the next address."""

    own_password = _password(_l("Your password"), new=False)
    email = _email(_l("New mail address"))


class ProfileForm(FlaskForm):
    """What others see of a person, and how she sees the site. The view fills the choices."""

    name = StringField(
        _l("Your name"),
        validators=[InputRequired(REQUIRED), Length(max=320, message=TOO_LONG)],
        render_kw={"autocomplete": "name", "maxlength": 80},
    )
    handle = StringField(
        _l("Your short name"),
        description=_l("Part of the address of your page, and how others mention you: @name."),
        validators=[InputRequired(REQUIRED), Length(max=160, message=TOO_LONG)],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "maxlength": 40},
    )
    bio = TextAreaField(
        _l("About you"),
        description=_l("What you know about, and from where. Everybody can read it."),
        validators=[Length(max=2000, message=TOO_LONG)],
        render_kw={"maxlength": 2000},
    )
    languages = SelectMultipleField(_l("Languages you can help in"))
    interface_language = SelectField(_l("Language of Samen"))
    time_zone = SelectField(_l("Time zone"))
    theme = RadioField(
        _l("Colours"),
        choices=[
            SelectChoice("system", _l("As my device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
        default="system",
    )
    single_keys = BooleanField(
        _l("Use single keys"),
        description=_l("J and K walk through a list, C asks a question; ? shows them all. Never while you type."),
        default=True,
    )


class TokenForm(FlaskForm):
    """A token for a program. The view fills the choices."""

    name = StringField(
        _l("What it is for"),
        description=_l("So that you recognise it later."),
        validators=[InputRequired(REQUIRED), Length(max=80, message=TOO_LONG)],
        render_kw={"autocomplete": "off", "maxlength": 80},
    )
    acting_for = SelectField(_l("Acts for"))
    may_write = BooleanField(
        _l("It may also write"), description=_l("Without this it can only read what you can read.")
    )
    days = SelectField(
        _l("Valid for"),
        coerce=int,
        choices=[SelectChoice(30, _l("30 days")), SelectChoice(90, _l("90 days")), SelectChoice(365, _l("a year"))],
        default=90,
    )
