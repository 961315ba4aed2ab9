"""Forms that put things in order: close, merge, split, move, delete, and ask for it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length

from app.community.lengths import (
    CLOSING_REASONS,
    DELETION_REASONS,
    LONGEST_BODY,
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_TITLE,
)
from app.web.forms import A_ROW, REQUIRED, TOO_LONG


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
