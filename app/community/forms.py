"""The community's forms: names, labels and the shape of what is sent. What is allowed, the services say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, NumberRange, Optional

from app.community.lengths import (
    CLOSING_REASONS,
    DELETION_REASONS,
    LONGEST_BODY,
    LONGEST_COMMENT,
    LONGEST_FILTER_NAME,
    LONGEST_NOTE,
    LONGEST_PRODUCT,
    LONGEST_REASON,
    LONGEST_TITLE,
    LONGEST_VERSION,
    LONGEST_WARNING,
    REPORT_REASONS,
    SOURCE_FORMATS,
)
from app.paging import LARGEST_ID

REQUIRED = _l("This cannot be empty.")
TOO_LONG = _l("This is too long: at most %(max)d characters.")
A_ROW = NumberRange(0, LARGEST_ID)


class AskForm(FlaskForm):
    """Ask a question. The view fills `category.choices` and `audience.choices`."""

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
    audience = SelectField(_l("Who may read this"), validate_choice=False, default="public")


class AnswerForm(FlaskForm):
    """Answer a question."""

    body = TextAreaField(
        _l("Your answer"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)]
    )
    # The view gives the choices: herself, and the organisations she has a seat in.
    answer_as = SelectField(_l("You answer as"), validate_choice=False)


class CloseForm(FlaskForm):
    """Close a question. The view leaves only the reasons that the actor may give."""

    reason = SelectField(
        _l("Why you close it"),
        choices=[
            SelectChoice("duplicate", _l("It is the same question as another one")),
            SelectChoice("needs_details", _l("It needs more details")),
            SelectChoice("off_topic", _l("It does not belong in this community")),
            SelectChoice("other", _l("Another reason")),
        ],
        validate_choice=False,
        validators=[AnyOf(CLOSING_REASONS)],
    )
    target = StringField(
        _l("The other question"),
        description=_l("Its address or number; only for the same question."),
        validators=[Length(max=400, message=TOO_LONG)],
    )
    words = TextAreaField(
        _l("What is needed, or why"),
        description=_l("When details are missing: say exactly which ones, so that the asker can add them."),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )


class MergeForm(FlaskForm):
    """Merge a question into another one."""

    into = StringField(
        _l("The other question"),
        description=_l("Its address or number. Everything goes there; the other one stays."),
        validators=[DataRequired(REQUIRED), Length(max=400, message=TOO_LONG)],
    )


class SplitForm(FlaskForm):
    """The question that is made of answers and comments. The view fills `category.choices`."""

    title = StringField(
        _l("What it is about"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_TITLE, message=TOO_LONG)]
    )
    body = TextAreaField(
        _l("The question"),
        description=_l("It begins with the words of the first post. Make it a question that can be understood alone."),
        validators=[DataRequired(REQUIRED), Length(max=LONGEST_BODY, message=TOO_LONG)],
    )
    category = SelectField(
        _l("Category"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )
    tags = StringField(
        _l("Tags"), description=_l("Separated by commas."), validators=[Length(max=400, message=TOO_LONG)]
    )


class ReportForm(FlaskForm):
    """Report a text to moderators."""

    reason = SelectField(
        _l("What is wrong with it"),
        choices=[
            SelectChoice("spam", _l("Advertising, or sent without sense")),
            SelectChoice("abuse", _l("It hurts or threatens somebody")),
            SelectChoice("private", _l("It holds somebody's personal details")),
            SelectChoice("off_topic", _l("It does not belong in this community")),
            SelectChoice("other", _l("Another reason")),
        ],
        validate_choice=False,
        validators=[AnyOf(REPORT_REASONS)],
    )
    words = TextAreaField(
        _l("What should a moderator know?"),
        description=_l("Only moderators read this."),
        validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)],
    )


class DecisionForm(FlaskForm):
    """Why moderators leave what was reported."""

    words = StringField(_l("Why it stays"), validators=[Length(max=LONGEST_REASON, message=TOO_LONG)])


class PetitionForm(FlaskForm):
    """Ask moderators for something."""

    words = TextAreaField(_l("Why"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])


class MoveForm(FlaskForm):
    """Move a question. The view fills `category.choices`."""

    category = SelectField(
        _l("Category"), coerce=int, validate_choice=False, validators=[InputRequired(REQUIRED), A_ROW]
    )


class SwitchForm(FlaskForm):
    """Switch something on (1) or off (0)."""

    on = IntegerField(validators=[InputRequired(), AnyOf([0, 1])])


class DeleteForm(FlaskForm):
    """Delete a question, an answer or a comment, with the reason that its address will give."""

    reason = SelectField(
        _l("Why you remove it"),
        choices=[
            SelectChoice("spam", _l("Advertising, or sent without sense")),
            SelectChoice("abuse", _l("It hurts or threatens somebody")),
            SelectChoice("private", _l("It holds somebody's personal details")),
            SelectChoice("off_topic", _l("It does not belong in this community")),
            SelectChoice("other", _l("Another reason")),
        ],
        validate_choice=False,
        validators=[AnyOf(DELETION_REASONS)],
    )


class VoteForm(FlaskForm):
    """Vote: 1, -1, or 0 to take it back."""

    value = IntegerField(validators=[InputRequired(), AnyOf([-1, 0, 1])])


class CommentForm(FlaskForm):
    """Comment on a post, or reply to a comment."""

    body = TextAreaField(
        _l("Your comment"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_COMMENT, message=TOO_LONG)]
    )


class EditCommentForm(CommentForm):
    """Edit a comment; `version` is the one the writer saw."""

    version = IntegerField(validators=[InputRequired(), A_ROW])


class AffectedForm(FlaskForm):
    """I have this too ("1"), or not after all ("0")."""

    on = StringField(default="0")


class FollowForm(FlaskForm):
    """Follow ("1") or leave ("0"), and where to go then."""

    on = StringField(default="0")
    next = StringField()


class SeenForm(FlaskForm):
    """The newest answer that a page showed; 0 where it showed none."""

    upto = IntegerField(validators=[InputRequired(), NumberRange(0, LARGEST_ID)])


class CatchUpForm(FlaskForm):
    """When the page was shown of which everything is read, and where to go then."""

    moment = StringField()
    next = StringField()


class FilterForm(FlaskForm):
    """The name of a saved filter, and whether it is the list on one's home page."""

    called = StringField(
        _l("Name of the filter"), validators=[DataRequired(REQUIRED), Length(max=LONGEST_FILTER_NAME, message=TOO_LONG)]
    )
    is_home = BooleanField(_l("Show this list on my home page"))


class HomeFilterForm(FlaskForm):
    """On the home page ("1"), or not ("0")."""

    on = StringField(default="0")


class EvidenceForm(FlaskForm):
    """What somebody who tried an answer says of it: `given` 1, or 0 to take it back."""

    given = IntegerField(default=1, validators=[InputRequired(), AnyOf([0, 1])])
    product = StringField(
        _l("Product or program"),
        description=_l("What you tried it with: a device, a program, a service."),
        validators=[Length(max=LONGEST_PRODUCT, message=TOO_LONG)],
    )
    version = StringField(
        _l("Version"), description=_l("If you know it."), validators=[Length(max=LONGEST_VERSION, message=TOO_LONG)]
    )
    reason = TextAreaField(
        _l("What can go wrong"),
        description=_l("One or two sentences. They stand above the answer, with your name."),
        validators=[Length(max=LONGEST_WARNING, message=TOO_LONG)],
    )


class UnacceptForm(FlaskForm):
    """Take a confirmation back: of this answer, or of the main one."""

    answer_id = IntegerField(validators=[Optional(), A_ROW])


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
