"""How long the texts of articles may be, in characters, and closed sets of words; for the tables and for the forms."""

from __future__ import annotations

LONGEST_SLUG = 80
LONGEST_TITLE = 200
LONGEST_SUMMARY = 500
LONGEST_BODY = 30_000
LONGEST_HTML = 500_000
LONGEST_PRODUCT = 80
LONGEST_VERSION = 40
LONGEST_TAG = 60
LONGEST_CHANGE = 300
LONGEST_NOTE = 1_000
LONGEST_REASON = 300
LONGEST_TERM = 80
LONGEST_DEFINITION = 600

# Where an article stands on its way to readers.
STATES = ("draft", "in_review", "published", "archived")
# Its state in Knowledge-Centered Service: how far its words have been proved.
VALIDATIONS = ("work_in_progress", "not_validated", "validated", "archived")
# How much a new version differs in meaning. It decides what becomes of translations.
SIGNIFICANCES = ("typo", "medium", "major")
TRANSLATION_STATES = ("current", "needs_update", "out_of_date")
# What somebody may do with articles, earned by her record.
LICENCES = ("candidate", "contributor", "publisher")
# Why an article asks for its owner.
TASK_KINDS = ("outdated", "low_confidence", "source_changed", "contradicted", "translation", "needs_change")
# How a request came to an article: it was made of it, a post there leads to it, or the request was asked about it.
USE_KINDS = ("source", "linked", "asked_about", "answered")
UNHELPFUL_REASONS = ("unclear", "incomplete", "wrong", "outdated", "not_my_question", "other")
