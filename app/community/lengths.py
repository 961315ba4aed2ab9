"""How long the community's texts may be, in characters; for the tables and for the forms."""

from __future__ import annotations

LONGEST_TITLE = 300
LONGEST_BODY = 30_000
LONGEST_HTML = 400_000
LONGEST_PRODUCT = 80
LONGEST_VERSION = 40
LONGEST_WARNING = 500
