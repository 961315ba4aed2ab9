"""The form in which an agent writes down a case for somebody on another channel."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length

from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.web.forms import REQUIRED, TOO_LONG

CHANNEL_CHOICES = {
    "phone": _l("By telephone"),
    "desk": _l("At the desk"),
    "mail": _l("By mail"),
    "chat": _l("By chat"),
    "social": _l("On social media"),
}


class EnterForm(FlaskForm):
    """Write down what somebody asks. The view gives the choices of `channel`."""

    email = EmailField(
        _l("Mail address of the customer"),
        description=_l("Whoever has an account with it finds the case there. Anybody else gets a letter to claim it."),
        validators=[DataRequired(REQUIRED), Length(max=254, message=TOO_LONG)],
    )
    name = StringField(
        _l("Name of the customer"), validators=[DataRequired(REQUIRED), Length(max=80, message=TOO_LONG)]
    )
    channel = SelectField(_l("How did it come?"), validators=[AnyOf(list(CHANNEL_CHOICES))], validate_choice=False)
    title = StringField(
        _l("What does the customer need?"),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)],
    )
    body = TextAreaField(
        _l("What was said"),
        description=_l("The customer reads this too."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)],
    )
