"""What is asked before a service begins: the questions of all parts, each detail once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from app.db import folded
from app.marketplace.models.services import Service, ServiceQuestion

# Kinds that say nothing of what is asked: there the words tell two questions apart.
TOLD_BY_WORDS = frozenset({"other", "wish"})


@dataclass
class Asked:
    """A detail as it is asked once. `needed_by` says which organisations it is for, `required_by` which of them cannot
    begin without it, `whys` what they need it for: the organisation and its words.
    """

    kind: str
    label: str
    language: str
    whys: list[tuple[str, str]] = field(default_factory=list)
    needed_by: dict[int, str] = field(default_factory=dict)
    required_by: set[int] = field(default_factory=set)


def asked_once(services: Sequence[Service], questions: Iterable[ServiceQuestion]) -> list[Asked]:
    """Return the details that these services ask for, in their order, with equal questions of several as one."""
    places = {service.id: place for place, service in enumerate(services)}
    found: dict[tuple[str, str], Asked] = {}
    for question in sorted(questions, key=lambda each: (places[each.service_id], each.position)):
        service = services[places[question.service_id]]
        organisation = service.organisation
        words = folded(question.label) if question.detail_kind in TOLD_BY_WORDS else ""
        asked = found.setdefault(
            (question.detail_kind, words), Asked(question.detail_kind, question.label, service.language)
        )
        asked.needed_by[organisation.id] = organisation.name
        if question.why:
            asked.whys.append((organisation.name, question.why))
        if question.is_required:
            asked.required_by.add(organisation.id)
    return list(found.values())
