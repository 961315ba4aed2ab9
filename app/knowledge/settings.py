"""What operators may tune about articles."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

PAGE_SIZE = declare(
    "knowledge.page_size",
    25,
    low=5,
    high=100,
    unit=_l("articles"),
    help=_l("How many articles a page of a list shows."),
)
DOUBTFUL_BELOW = declare(
    "knowledge.doubtful_below",
    60,
    low=0,
    high=100,
    unit=_l("percent"),
    help=_l("Below this confidence an article warns its readers, ranks lower, and its owner is asked to look."),
)
SUGGESTED_FROM = declare(
    "knowledge.suggested_from",
    40,
    low=0,
    high=100,
    unit=_l("percent"),
    help=_l("Below this confidence an article is suggested nowhere. It can still be found and read."),
)
OUTDATED_OPENS = declare(
    "knowledge.outdated_opens",
    3,
    low=1,
    high=20,
    unit=_l("people"),
    help=_l("How many people who say that an article is outdated open a review."),
)
