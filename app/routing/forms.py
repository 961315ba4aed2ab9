"""Forms of routing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from app.routing.ring_models import LONGEST_NOTE
from app.web.forms import TOO_LONG

# The words for DECLINE_REASONS.
DECLINE_WORDS = {
    "no_time": _l("No time for it now"),
    "other_subject": _l("Not what I know about"),
    "other_area": _l("Not where I help"),
    "other_language": _l("Not in a language I help in"),
    "other": _l("Another reason"),
}


class RingNoteForm(FlaskForm):
    """What somebody saw who looked at a finding."""

    words = StringField(_l("What you saw"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])
