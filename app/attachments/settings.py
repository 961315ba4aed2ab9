"""What operators may tune about pictures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

MOST_PER_POST = declare(
    "attachments.most_per_post",
    10,
    low=0,
    high=50,
    unit=_l("pictures"),
    help=_l("How many pictures one text may show."),
)
UNUSED_HOURS = declare(
    "attachments.unused_hours",
    24,
    low=1,
    high=24 * 30,
    unit=_l("hours"),
    help=_l("How long a picture is kept that stands in no text."),
)
