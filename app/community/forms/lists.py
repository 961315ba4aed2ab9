"""Forms of lists: what was seen, and saved filters."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.community.lengths import (
    LONGEST_FILTER_NAME,
)
from app.paging import LARGEST_ID
from app.web.forms import REQUIRED, TOO_LONG


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
