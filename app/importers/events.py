"""Facts about importing."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("author_claimed")
class AuthorClaimed(Fact):
    """Somebody proved to have an imported author's mail address, and what that author wrote became hers."""

    person_id: int
    author_id: int
    questions: int
    answers: int


@fact("claim_declined")
class ClaimDeclined(Fact):
    """Somebody says that she is not an imported author; with `is_declined` false: that she may be after all."""

    person_id: int
    author_id: int
    is_declined: bool
