"""How long the community's texts may be, in characters, and closed sets of words; for the tables and for the forms."""

from __future__ import annotations

LONGEST_TITLE = 300
LONGEST_BODY = 30_000
LONGEST_HTML = 400_000
LONGEST_PRODUCT = 80
LONGEST_VERSION = 40
LONGEST_WARNING = 500
LONGEST_COMMENT = 2_000

# Why something was deleted. "by_author": whoever wrote it took it back; the others are a moderator's.
DELETION_REASONS = ("by_author", "spam", "abuse", "private", "off_topic", "other")
LONGEST_REASON = 300
SOURCE_FORMATS = ("markdown", "html", "plain")

LONGEST_NOTE = 600
# Why somebody tells moderators about a text.
REPORT_REASONS = ("spam", "abuse", "private", "off_topic", "other")
# Why a question is closed. "archived" is nobody's judgement: nothing happened for a long time.
CLOSING_REASONS = ("duplicate", "needs_details", "off_topic", "other", "archived")

LONGEST_CATEGORY_NAME = 80
LONGEST_DESCRIPTION = 300
LONGEST_TAG_PAGE = 10_000

LONGEST_FILTER_NAME = 60
# The pages whose filters can be saved.
FILTER_PLACES = ("questions", "category", "tag", "search")
