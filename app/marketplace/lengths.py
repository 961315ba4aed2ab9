"""How long texts of the catalogue and of quotes may be, and the closed sets their columns take."""

from __future__ import annotations

LONGEST_TITLE = 120
LONGEST_BODY = 10_000
LONGEST_HTML = 200_000
LONGEST_EXCERPT = 400
LONGEST_REGION = 80
LONGEST_CONDITION = 200
LONGEST_LABEL = 200
LONGEST_TERMS = 2_000
LONGEST_LINE = 200
LONGEST_REASON = 300

SERVICE_STATES = ("draft", "published", "withdrawn")
# How often a price is paid.
PERIODS = ("once", "month", "quarter", "year")
CURRENCIES = ("EUR", "USD", "GBP", "CHF")
QUOTE_STATES = ("open", "accepted", "declined", "not_chosen", "withdrawn")

MOST_TAGS = 5
MOST_QUESTIONS = 12
MOST_CONDITIONS = 8
MOST_PARTS = 8
MOST_LINES = 12
# A hundred million, in cents: far above any price here, far below what an integer holds.
MOST_CENTS = 10_000_000_000
