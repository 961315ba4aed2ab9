"""Forms around pictures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import Length

from app.attachments.lengths import LONGEST_ALTERNATIVE
from app.web.forms import TOO_LONG

ALTERNATIVE_LABEL = _l("What does it show?")
ALTERNATIVE_HINT = _l("One sentence for people who cannot see it, and for when it does not load.")


class DescribeForm(FlaskForm):
    """Say what a picture shows."""

    alternative_text = StringField(
        ALTERNATIVE_LABEL,
        description=ALTERNATIVE_HINT,
        validators=[Length(max=LONGEST_ALTERNATIVE, message=TOO_LONG)],
    )


class PictureForm(DescribeForm):
    """Add a picture."""

    picture = FileField(
        _l("Picture"),
        description=_l("A PNG, JPEG or WebP file of at most 10 MB. Where and with what it was taken is left out."),
        validators=[FileRequired(_l("Choose a picture first."))],
    )
