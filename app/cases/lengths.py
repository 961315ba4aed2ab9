"""How long the texts of cases may be, in characters, and closed sets of words; for the tables and for the forms."""

from __future__ import annotations

LONGEST_REASON = 500
LONGEST_CAUSE = 80
MESSAGE_KINDS = ("message", "note")
HANDOVER_STATES = ("pending", "accepted", "refused", "withdrawn", "assigned")
# Why a case stands before the front desk.
ARBITER_REASONS = ("refused", "unanswered", "back_and_forth")
LONGEST_VIEW_NAME = 60
LONGEST_CANNED_NAME = 80
LONGEST_CANNED = 5_000
# What is done to many cases at once.
DESK_ACTS = ("claimed", "released", "offered", "snoozed", "woken", "closed")
LONGEST_PROMISE = 200
LONGEST_POINT = 500
PROMISE_KINDS = ("answer", "call", "visit", "delivery", "refund", "solution", "other")
# What one side puts before the other, and how each can end.
POINT_ENDS = {
    "understanding": ("confirmed", "corrected", "replaced"),
    "date": ("agreed", "declined", "replaced", "alone"),
    "dispute": ("corrected", "stands", "taken_back"),
}
DISPUTE_SUBJECTS = ("detail", "amount", "promise", "other")
