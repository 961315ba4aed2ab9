"""Within how long an organisation answers, brings news and solves."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import InputRequired

from app.web.forms import REQUIRED


class TimesForm(FlaskForm):
    """Minutes of its own opening hours, as customers are told."""

    first_response_minutes = IntegerField(_l("Minutes to the first answer"), validators=[InputRequired(REQUIRED)])
    next_update_minutes = IntegerField(_l("Minutes to the next news"), validators=[InputRequired(REQUIRED)])
    solution_minutes = IntegerField(_l("Minutes to the solution"), validators=[InputRequired(REQUIRED)])
    warn_minutes = IntegerField(
        _l("Minutes before the end to warn you"),
        description=_l("Whoever has the case is told then, and again when the time is over."),
        validators=[InputRequired(REQUIRED)],
    )
