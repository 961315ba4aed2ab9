"""Facts about searching."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("near_duplicate_settled")
class NearDuplicateSettled(Fact):
    """A curator looked at two questions that seemed the same, and they are not."""

    question_id: int
    older_id: int


@fact("synonyms_changed")
class SynonymsChanged(Fact):
    """A curator added, changed or took away words that mean the same."""

    synonyms_id: int


@fact("question_deflected")
class QuestionDeflected(Fact):
    """Somebody began to ask and found that another question's answers were enough."""

    deflection_id: int
    question_id: int
