"""Forms of search: the half-written question, and what was typed before an answer was found."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length

from app.community.lengths import LONGEST_BODY, LONGEST_TITLE


class SimilarForm(FlaskForm):
    """A question that is being written; nothing of it is stored."""

    title = HiddenField(validators=[Length(max=LONGEST_TITLE)])
    body = HiddenField(validators=[Length(max=LONGEST_BODY)])
    category = HiddenField(validators=[Length(max=20)])
    tags = HiddenField(validators=[Length(max=400)])
    audience = HiddenField(validators=[Length(max=40)])


class DeflectionForm(FlaskForm):
    """What somebody had typed when she found the answer."""

    typed = HiddenField(validators=[Length(max=LONGEST_TITLE)])
