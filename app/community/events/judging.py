"""Facts about what people say of an answer: accepted, voted for, tried."""

from __future__ import annotations

from app.outbox.facts import Code, Fact, fact


@fact("answer_accepted")
class AnswerAccepted(Fact):
    """The asker says that this answer solved it."""

    answer_id: int
    question_id: int
    author_id: int
    asker_id: int


@fact("answer_unaccepted")
class AnswerUnaccepted(Fact):
    """The asker takes an acceptance back."""

    answer_id: int
    question_id: int


@fact("votes_tallied")
class VotesTallied(Fact):
    """A source says that a text got votes on the day of this fact; less than zero: that it has fewer of them now."""

    question_id: int
    answer_id: int | None
    author_id: int
    ups: int
    downs: int


@fact("vote_cast")
class VoteCast(Fact):
    """Somebody voted, changed a vote (`previous` is what it was) or took it back (`value` 0)."""

    question_id: int
    answer_id: int | None
    person_id: int
    author_id: int
    value: int
    previous: int


@fact("evidence_given")
class EvidenceGiven(Fact):
    """Somebody who tried an answer says of it: worked, outdated or dangerous (`says`)."""

    answer_id: int
    question_id: int
    author_id: int
    person_id: int
    says: Code


@fact("evidence_withdrawn")
class EvidenceWithdrawn(Fact):
    """Somebody no longer says that of an answer, or a moderator took her warning away."""

    answer_id: int
    question_id: int
    author_id: int
    person_id: int
    says: Code
