"""Facts about privacy."""

from __future__ import annotations

from app.outbox.facts import Fact, fact


@fact("person_erased")
class PersonErased(Fact):
    """Everything that told who a person is was emptied; her id stays."""

    person_id: int
