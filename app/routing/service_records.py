"""How services went: cases solved, quotes accepted, promises kept; what a ranking of services goes by beside the words.

A share of a few is nearly what is usual, a share of many is what it says: 90 of 100 stands above 1 of 1. What the
customer called off herself says nothing of the service.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import case, exists, func, literal, select, union_all

from app.cases.models.cases import Case
from app.cases.models.holding import CaseMove
from app.cases.models.promises import Promise
from app.db import db
from app.marketplace.models.quotes import Quote
from app.marketplace.models.services import Service
from app.requests.models import HelpRequest

# What is expected of a service of which nothing is known, and how many outcomes that weighs.
USUAL_SHARE, USUAL_WEIGHT = 0.7, 10.0
# So few outcomes are not shown: they say little of the service, and more of the people than they may want.
FEWEST_SHOWN = 3


@dataclass(frozen=True)
class ServiceRecord:
    """How often what was asked for came true: so many of so many."""

    solved: int = 0
    ended: int = 0
    accepted: int = 0
    answered: int = 0
    kept: int = 0
    due: int = 0

    @property
    def outcomes(self) -> int:
        """How many outcomes are known."""
        return self.ended + self.answered + self.due

    @property
    def share(self) -> float:
        """The share that went well, in (0, 1), drawn to what is usual while little is known."""
        good = self.solved + self.accepted + self.kept
        return (good + USUAL_SHARE * USUAL_WEIGHT) / (self.outcomes + USUAL_WEIGHT)


def records_of(service_ids: Collection[int]) -> dict[int, ServiceRecord]:
    """Return how these services went, each of them; one statement."""
    found = dict.fromkeys(service_ids, ServiceRecord())
    if not service_ids:
        return found
    solved = exists().where(CaseMove.case_id == Case.id, CaseMove.to_state == "solved")
    by_helper = exists().where(
        CaseMove.case_id == Case.id, CaseMove.to_state == "closed", CaseMove.moved_by_id != HelpRequest.asker_id
    )
    cases = (
        select(Case.service_id, literal("cases"), func.sum(case((solved, 1), else_=0)), func.count())
        .join(Case.request)
        .where(Case.service_id.in_(service_ids), HelpRequest.state.in_(("solved", "closed")), solved | by_helper)
        .group_by(Case.service_id)
    )
    promises = (
        select(
            Case.service_id, literal("promises"), func.sum(case((Promise.state == "kept", 1), else_=0)), func.count()
        )
        .join(Promise, Promise.help_request_id == Case.id)
        .join(Service, (Service.id == Case.service_id) & (Service.organisation_id == Promise.by_organisation_id))
        .where(Case.service_id.in_(service_ids), Promise.state.in_(("kept", "late", "broken")))
        .group_by(Case.service_id)
    )
    quotes = (
        select(
            Case.service_id, literal("quotes"), func.sum(case((Quote.state == "accepted", 1), else_=0)), func.count()
        )
        .join(Quote, Quote.help_request_id == Case.id)
        .where(Case.service_id.in_(service_ids), Quote.service_id == Case.service_id)
        .where(Quote.state.in_(("accepted", "declined", "not_chosen")))
        .group_by(Case.service_id)
    )
    for service_id, what, good, count in db.session.execute(union_all(cases, promises, quotes)):
        names = {"cases": ("solved", "ended"), "promises": ("kept", "due"), "quotes": ("accepted", "answered")}[what]
        found[service_id] = replace(found[service_id], **dict(zip(names, (int(good), count), strict=True)))
    return found


def told(record: ServiceRecord) -> str:
    """Return in one sentence how a service went so far: only what is known of it, and nothing of a few."""
    if record.outcomes < FEWEST_SHOWN:
        return _("Little is known yet of how it goes.")
    parts = [
        (record.ended, _("solved %(good)s of %(all)s times", good=record.solved, all=record.ended)),
        (record.due, _("%(good)s of %(all)s promises kept in time", good=record.kept, all=record.due)),
        (record.answered, _("%(good)s of %(all)s quotes accepted", good=record.accepted, all=record.answered)),
    ]
    return _("So far: %(what)s.", what=", ".join(words for count, words in parts if count))
