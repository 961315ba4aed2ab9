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
PROMOTION_RULE = declare(
    "routing.promotion_rule",
    "both",
    choices={
        "both": _l("They put whoever answered no lower, and would have brought no fewer answers"),
        "sure": _l("The same, and the answers beyond doubt"),
        "replay": _l("They put whoever answered no lower"),
        "by_hand": _l("An operator chooses"),
    },
    help=_l("When learned weights replace those in force."),
)
PROMOTION_REPLAY_MARGIN = declare(
    "routing.promotion_replay_margin",
    0.0,
    low=0.0,
    high=0.5,
    unit=_l("of 1 / rank"),
    help=_l("How much lower, in mean reciprocal rank, learned weights may put whoever answered and still be used."),
)
PROMOTION_ANSWERS_MARGIN = declare(
    "routing.promotion_answers_margin",
    1.0,
    low=0.0,
    high=50.0,
    unit=_l("of 100 invitations"),
    help=_l("How many fewer answers within a day learned weights may bring, by estimate, and still be used."),
)
PROMOTION_FEWEST = declare(
    "routing.promotion_fewest",
    15,
    low=5,
    high=5000,
    unit=_l("questions"),
    help=_l("How many answered questions that they have not learned from it takes to judge learned weights."),
)
