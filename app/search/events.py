"""Facts about searching."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("question_deflected")
class QuestionDeflected(Fact):
    """Somebody began to ask and found that another question's answers were enough."""

    deflection_id: int
    question_id: int
