"""Forms in which articles are written, reviewed and cared for."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from app.knowledge.lengths import (
    LONGEST_BODY,
    LONGEST_CHANGE,
    LONGEST_DEFINITION,
    LONGEST_NOTE,
    LONGEST_PRODUCT,
    LONGEST_REASON,
    LONGEST_SUMMARY,
    LONGEST_TERM,
    LONGEST_TITLE,
    LONGEST_VERSION,
)
from app.web.forms import A_ROW, REQUIRED, TOO_LONG, row_chosen

# Why an article was no help, as readers say it; the codes are lengths.UNHELPFUL_REASONS.
UNHELPFUL_WORDS = (
    ("unclear", _l("It is not clear")),
    ("incomplete", _l("Something is missing")),
    ("wrong", _l("It does not work that way")),
    ("outdated", _l("It is outdated")),
    ("not_my_question", _l("I was looking for something else")),
    ("other", _l("Something else")),
)


class ArticleForm(FlaskForm):
    """Write an article. The view gives the choices, and takes away the fields that are settled."""

    title = StringField(_l("Title"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)])
    summary = TextAreaField(
        _l("Summary"),
        description=_l("What it tells, in one or two sentences. Lists show it."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_SUMMARY, message=TOO_LONG)],
    )
    body = TextAreaField(
        _l("The article"),
        description=_l("Headings become the table of contents."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)],
    )
    product = StringField(_l("Which product it is about"), validators=[Length(max=LONGEST_PRODUCT, message=TOO_LONG)])
    product_version = StringField(_l("Version"), validators=[Length(max=LONGEST_VERSION, message=TOO_LONG)])
    organisation = SelectField(
        _l("Which organisation it is about"), validate_choice=False, coerce=row_chosen, default=0
    )
    category = SelectField(_l("Category"), validate_choice=False, coerce=row_chosen, default=0)
    tags = StringField(
        _l("Tags"), description=_l("Separated by commas."), validators=[Length(max=400, message=TOO_LONG)]
    )
    language = SelectField(_l("Language"), validate_choice=False)
    audience = SelectField(_l("Who may read this"), validate_choice=False, default="public")


class EditArticleForm(ArticleForm):
    """Write an article over. `version` is the number of the one its writer saw."""

    significance = RadioField(
        _l("How much does the meaning change?"),
        choices=[
            SelectChoice("typo", _l("Not at all: a slip of the pen, a few letters")),
            SelectChoice("medium", _l("A little: something is added or told better")),
            SelectChoice("major", _l("A lot: whoever did what it said has to do something else now")),
        ],
        default="medium",
        validate_choice=False,
    )
    change = StringField(
        _l("What you changed"),
        description=_l("In a few words. It stands in the history, and translators read it."),
        validators=[Length(max=LONGEST_CHANGE, message=TOO_LONG)],
    )
    version = IntegerField(validators=[InputRequired(), A_ROW])
    # For a translation that lags behind: whether it follows, and the version of the original that its writer saw.
    follows = BooleanField()
    original_version = IntegerField(validators=[Optional(), A_ROW])


class RestoreForm(FlaskForm):
    """Bring an older version back; `version` is the newest there is."""

    version = IntegerField(validators=[InputRequired(), A_ROW])
    change = StringField(
        _l("Why you bring it back"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_CHANGE, message=TOO_LONG)]
    )


class ReviewForm(FlaskForm):
    """Approve a version, now or for later, or send it back."""

    version = IntegerField(validators=[InputRequired(), A_ROW])
    note = TextAreaField(
        _l("Your note"),
        description=_l("For the author. When it needs change, say what."),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )
    publish_at = DateTimeLocalField(
        _l("Publish it at"),
        description=_l("Leave it empty to publish it at once. The time is that of your settings."),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[Optional()],
    )


class SeenForm(FlaskForm):
    """The version that somebody saw."""

    version = IntegerField(validators=[InputRequired(), A_ROW])


class CompareForm(FlaskForm):
    """Which two versions to compare. Sent by GET; the view gives the choices."""

    class Meta:
        csrf = False

    old = SelectField(_l("From version"), coerce=int)
    new = SelectField(_l("to version"), coerce=int)


class SignalForm(FlaskForm):
    """Say that an article worked or is outdated (1), or no longer (0)."""

    on = IntegerField(validators=[InputRequired(), AnyOf([0, 1])])
    reason = StringField(validators=[Length(max=LONGEST_REASON, message=TOO_LONG)])


class HelpfulForm(FlaskForm):
    """Say whether an article helped, and why not. Visitors send it too, so it carries no token."""

    class Meta:
        csrf = False

    helped = StringField(validators=[AnyOf(["yes", "no"])])
    reason = RadioField(
        _l("What was missing?"),
        choices=[SelectChoice(*each) for each in UNHELPFUL_WORDS],
        validate_choice=False,
    )
    note = StringField(
        _l("In your words"),
        description=_l("Do not write anything about yourself: the people who keep the article read this."),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
    )


class OwnerForm(FlaskForm):
    """Give an article to another owner, by her handle."""

    handle = StringField(
        _l("Handle of the new owner"), validators=[DataRequired(REQUIRED), Length(max=60, message=TOO_LONG)]
    )


class TermForm(FlaskForm):
    """A word of the glossary."""

    term = StringField(_l("Word"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TERM, message=TOO_LONG)])
    definition = TextAreaField(
        _l("What it means"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_DEFINITION, message=TOO_LONG)]
    )
    article = StringField(_l("Address of an article that tells more"), validators=[Length(max=300, message=TOO_LONG)])
    language = SelectField(_l("Language"), validate_choice=False)
