"""Forms of search: the half-written question, and what was typed before an answer was found."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.web.forms import REQUIRED, TOO_LONG


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


class SynonymsForm(FlaskForm):
    """Words that mean the same."""

    words = StringField(
        _l("Words or phrases, with commas between"),
        description=_l("For example: tv, television, telly"),
        validators=[DataRequired(REQUIRED), Length(max=800, message=TOO_LONG)],
    )
    language = SelectField(
        _l("In texts of which language"),
        choices=[
            SelectChoice("en", _l("English")),
            SelectChoice("nl", _l("Dutch")),
            SelectChoice("xx", _l("All languages")),
        ],
        default="en",
    )
    is_two_way = BooleanField(
        _l("Each finds all others"),
        description=_l("Without this only the first one finds the others, and not the other way round."),
        default=True,
    )
    row_version = IntegerField(validators=[Optional()])

    def given(self) -> dict[str, Any]:
        """Return what was filled in, as `synonyms.add` takes it."""
        return {"language": self.language.data, "text": self.words.data or "", "is_two_way": self.is_two_way.data}
