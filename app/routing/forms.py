"""Forms of routing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import Length

from app.community.forms.shared import TOO_LONG
from app.routing.ring_models import LONGEST_NOTE


class RingNoteForm(FlaskForm):
    """What somebody saw who looked at a finding."""

    words = StringField(_l("What you saw"), validators=[Length(max=LONGEST_NOTE, message=TOO_LONG)])
