"""What operators may tune about notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

MAIL_AT_ONCE = declare(
    "notifications.mail_at_once",
    True,
    help=_l(
        "Whether people get mail about what happens at once, until they choose for themselves. If not: once a day."
    ),
)
GAP_MINUTES = declare(
    "notifications.gap_minutes",
    10,
    low=1,
    high=1440,
    unit=_l("minutes"),
    help=_l("How long at least lies between two mails to one person about one question."),
)
DIGEST_HOUR = declare(
    "notifications.digest_hour",
    8,
    low=0,
    high=23,
    unit=_l("o'clock"),
    help=_l("At which hour, in each person's own time, the daily mail is sent."),
)
SEARCH_MINUTES = declare(
    "notifications.search_minutes",
    30,
    low=5,
    high=10_080,
    unit=_l("minutes"),
    help=_l("How long at least lies between two looks at a saved search of which somebody wants to hear."),
)
KEPT_DAYS = declare(
    "notifications.kept_days",
    180,
    low=7,
    high=3650,
    unit=_l("days"),
    help=_l("How long notices are kept."),
)
