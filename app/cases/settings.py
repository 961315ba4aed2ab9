"""What operators may tune about cases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

PAGE_SIZE = declare(
    "cases.page_size", 25, low=5, high=100, unit=_l("cases"), help=_l("How many cases a page of a list shows.")
)
NEXT_UPDATE_HOURS = declare(
    "cases.next_update_hours",
    24,
    low=1,
    high=720,
    unit=_l("hours"),
    help=_l("Within how long a customer hears from whoever has the case, where nothing else was promised."),
)
REFUSALS = declare(
    "cases.refusals_before_front_desk",
    2,
    low=1,
    high=20,
    unit=_l("refusals"),
    help=_l("After how many refused handovers the front desk decides who goes on with a case."),
)
HANDOVER_HOURS = declare(
    "cases.handover_hours",
    48,
    low=1,
    high=720,
    unit=_l("hours"),
    help=_l("How long an organisation may think about a case that is handed to it before the front desk decides."),
)
SILENCE_DAYS = declare(
    "cases.silence_days",
    5,
    low=1,
    high=90,
    unit=_l("days"),
    help=_l(
        "After how many days of silence a customer is asked again whether it is solved; after as many more, it is."
    ),
)
REOPEN_DAYS = declare(
    "cases.reopen_days",
    14,
    low=1,
    high=365,
    unit=_l("days"),
    help=_l("How long a customer may open a case again after it was solved or closed. Then a solved case closes."),
)
FIRST_RESPONSE_MINUTES = declare(
    "cases.first_response_minutes",
    240,
    low=1,
    high=43_200,
    unit=_l("minutes"),
    help=_l("Within how much of its opening hours an organisation answers, where it says nothing else."),
)
SOLUTION_MINUTES = declare(
    "cases.solution_minutes",
    2400,
    low=1,
    high=525_600,
    unit=_l("minutes"),
    help=_l("Within how much of its opening hours an organisation solves a case, where it says nothing else."),
)
WARN_MINUTES = declare(
    "cases.warn_minutes",
    60,
    low=0,
    high=10_080,
    unit=_l("minutes"),
    help=_l("How much of its opening hours before a clock runs out an organisation is warned."),
)
