"""Facts about privacy."""

from __future__ import annotations

from datetime import datetime

from app.outbox.facts import Code, Fact, fact


@fact("person_erased")
class PersonErased(Fact):
    """Everything that told who a person is was emptied; her id stays."""

    person_id: int


@fact("detail_given")
class DetailGiven(Fact):
    """A detail came to be known; instead of an earlier one where that is named. Which words, the row says."""

    detail_id: int
    person_id: int
    detail_kind: Code
    instead_of_id: int | None


@fact("detail_confirmed")
class DetailConfirmed(Fact):
    """Somebody who works for an organisation checked a detail and says that it is right."""

    detail_id: int
    person_id: int
    organisation_id: int


@fact("details_asked")
class DetailsAsked(Fact):
    """An organisation asked for details; `again` where some were asked or given before."""

    ask_id: int
    person_id: int
    organisation_id: int
    detail_kinds: tuple[Code, ...]
    again: bool


@fact("ask_answered")
class AskAnswered(Fact):
    """What became of an ask: given, declined, or withdrawn by who asked."""

    ask_id: int
    person_id: int
    answer: Code


@fact("grant_given")
class GrantGiven(Fact):
    """From now on an organisation may see these kinds of what is a person's, until then at the latest."""

    grant_id: int
    person_id: int
    organisation_id: int
    purpose: Code
    kinds: tuple[Code, ...]
    until: datetime | None


@fact("grant_withdrawn")
class GrantWithdrawn(Fact):
    """From now on it may not."""

    grant_id: int
    person_id: int
    organisation_id: int
