"""What operators may tune about drafts."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

KEPT_DAYS = declare(
    "drafts.kept_days",
    90,
    low=1,
    high=3650,
    unit=_l("days"),
    help=_l("How long a draft is kept after its last change."),
)
