"""Forms in which people judge, comment, follow and report."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Optional

from app.community.lengths import (
    LONGEST_COMMENT,
    LONGEST_NOTE,
    LONGEST_PRODUCT,
    LONGEST_VERSION,
    LONGEST_WARNING,
    REPORT_REASONS,
)
from app.web.forms import A_ROW, REQUIRED, TOO_LONG


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
