"""What operators may tune about the community."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.sitesettings.declare import declare

PAGE_SIZE = declare(
    "community.page_size",
    25,
    low=5,
    high=100,
    unit=_l("questions"),
    help=_l("How many questions a page of a list shows."),
)
ANSWERS_PER_PAGE = declare(
    "community.answers_per_page",
    30,
    low=5,
    high=200,
    unit=_l("answers"),
    help=_l("How many answers the page of a question shows; the others stand on further pages."),
)
MOST_TAGS = declare(
    "community.most_tags", 5, low=0, high=10, unit=_l("tags"), help=_l("How many tags a question may carry.")
)
COMMENT_EDIT_HOURS = declare(
    "community.comment_edit_hours",
    24,
    low=0,
    high=87_600,
    unit=_l("hours"),
    help=_l("How long authors may edit a comment, of which no older versions are kept. 0 means always."),
)
AUTHOR_EDIT_HOURS = declare(
    "community.author_edit_hours",
    0,
    low=0,
    high=87_600,
    unit=_l("hours"),
    help=_l("How long authors may edit what they wrote. 0 means always."),
)
ARCHIVE_DAYS = declare(
    "community.archive_days",
    0,
    low=0,
    high=36_500,
    unit=_l("days"),
    help=_l("After how long without activity a question without a solution is archived. 0 means never."),
)
MOST_PINNED = declare(
    "community.most_pinned",
    3,
    low=0,
    high=20,
    unit=_l("questions"),
    help=_l("How many questions may be pinned in one category."),
)
