"""What operators may tune about routing."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

FIRST_ASKED = declare(
    "routing.first_asked",
    3,
    low=1,
    high=20,
    unit=_l("helpers"),
    help=_l("How many helpers are invited at once when a question is asked."),
)
OFFER_HOURS = declare(
    "routing.offer_hours",
    48,
    low=1,
    high=720,
    unit=_l("hours"),
    help=_l("How long an invitation stays open before others are asked."),
)
NOTICE_MINUTES = declare(
    "routing.notice_minutes",
    120,
    low=5,
    high=1440,
    unit=_l("minutes"),
    help=_l("After how long without a reply the expected waiting ends."),
)
EXPLORE_PERCENT = declare(
    "routing.explore_percent",
    5,
    low=5,
    high=50,
    unit="%",
    help=_l("The share of invitations for newcomers and helpers about whom little is known."),
)
MOST_OFFERS_A_DAY = declare(
    "routing.most_offers_a_day",
    20,
    low=1,
    high=200,
    unit=_l("invitations"),
    help=_l("The most invitations one helper gets in 24 hours."),
)
DECIDED_TOGETHER = declare(
    "routing.decided_together",
    20,
    low=1,
    high=100,
    unit=_l("questions"),
    help=_l("How many questions that wait for another helper are decided about together."),
)
PROMOTION_MARGIN = declare(
    "routing.promotion_margin",
    0.0,
    low=0.0,
    high=0.5,
    unit="MRR",
    help=_l("How much better, in mean reciprocal rank, learned weights must be before they are used."),
)
