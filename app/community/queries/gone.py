"""What an address says of something that was deleted."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.errors import Gone

GONE = {
    "by_author": _l("Whoever wrote this took it away."),
    "spam": _l("A moderator removed this: it was advertising or sent without sense."),
    "abuse": _l("A moderator removed this: it hurt or threatened somebody."),
    "private": _l("A moderator removed this: it held somebody's personal details."),
    "off_topic": _l("A moderator removed this: it does not belong in this community."),
    "other": _l("A moderator removed this."),
}


def gone(subject: Question | Answer | Comment) -> Gone:
    """Return the error that says why this is no longer there."""
    return Gone(f"deleted_{subject.deletion_reason}", GONE[subject.deletion_reason or "other"])
