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
