"""Forms in which questions and answers are written and edited."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from app.community.lengths import (
    LONGEST_BODY,
    LONGEST_REASON,
    LONGEST_TITLE,
    SOURCE_FORMATS,
)
from app.web.forms import A_ROW, REQUIRED, TOO_LONG


class AskForm(FlaskForm):
    """Ask a question. The view fills the choices of `category`, `audience` and `organisation`."""

    title = StringField(
        _l("What do you need help with?"),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)],
    )
    body = TextAreaField(
        _l("Make it clear"),
        description=_l("What happened, what did you try, what should happen?"),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)],
    )
    category = SelectField(
        _l("Category"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )
    tags = StringField(
        _l("Tags"), description=_l("Separated by commas."), validators=[Length(max=400, message=TOO_LONG)]
    )
    audience = SelectField(
        _l("Who may read this"),
        description=_l("With a contract number, an address or anything else about you in it: ask in private."),
        validate_choice=False,
        default="public",
    )
    # For a question in private only: which organisation it is for, and from which public question it comes.
    organisation = SelectField(
        _l("For which organisation is it?"),
        description=_l("Only you and whoever helps you there can see it."),
        validate_choice=False,
    )
    question = HiddenField()


class AnswerForm(FlaskForm):
    """Answer a question."""

    body = TextAreaField(
        _l("Your answer"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)]
    )
    # The view gives the choices: herself, and the organisations she has a seat in.
    answer_as = SelectField(_l("You answer as"), validate_choice=False)


class PreviewForm(FlaskForm):
    """Text to be shown as it will look."""

    text = TextAreaField(validators=[Length(max=LONGEST_BODY, message=TOO_LONG)])


class EditAnswerForm(FlaskForm):
    """Edit an answer, or suggest to. `version` is the `text_version` the writer saw, `source_format` how it is kept."""

    body = TextAreaField(
        _l("The answer"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)]
    )
    reason = StringField(
        _l("Why you change it"),
        description=_l("In a few words. It stands in the history."),
        validators=[Length(max=LONGEST_REASON, message=TOO_LONG)],
    )
    version = IntegerField(validators=[InputRequired(), A_ROW])
    source_format = HiddenField(validators=[Optional(), AnyOf(SOURCE_FORMATS)])


class SuggestQuestionForm(EditAnswerForm):
    """Suggest an edit to a question."""

    title = StringField(_l("Title"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)])
    body = TextAreaField(
        _l("The question"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)]
    )
    tags = StringField(
        _l("Tags"), description=_l("Separated by commas."), validators=[Length(max=400, message=TOO_LONG)]
    )


class EditQuestionForm(SuggestQuestionForm):
    """Edit a question. The view fills `category.choices`."""

    category = SelectField(
        _l("Category"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )


class RestoreForm(FlaskForm):
    """Bring an older version back; `version` is the one that is there now."""

    reason = StringField(
        _l("Why you bring it back"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_REASON, message=TOO_LONG)]
    )
    version = IntegerField(validators=[InputRequired(), A_ROW])


class CompareForm(FlaskForm):
    """Which two versions to compare. Sent by GET; the view fills the choices."""

    class Meta:
        csrf = False

    old = SelectField(_l("From version"), coerce=int)
    new = SelectField(_l("to version"), coerce=int)


class RejectForm(FlaskForm):
    """Turn a suggested edit down."""

    reason = StringField(
        _l("Why not"),
        description=_l("The person who suggested it reads this."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_REASON, message=TOO_LONG)],
    )


class VersionForm(FlaskForm):
    """The version of a post that somebody saw."""

    version = IntegerField(validators=[InputRequired(), A_ROW])
