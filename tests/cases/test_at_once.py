"""What many people try at the same moment: one wins, and everybody else hears that she came late."""

from __future__ import annotations

import os

import pytest
import sqlalchemy as sa

from app.db import db
from app.outbox.models import DomainEvent
from tests.cases import rush
from tests.cast import Cast

MANY = int(os.environ.get("SAMEN_CASE_RUSH", "8"))


def count_of(kind: str, case_id: int) -> int:
    facts = sa.select(sa.func.count()).where(DomainEvent.kind == kind, DomainEvent.help_request_id == case_id)
    return db.session.scalar(facts) or 0


@pytest.mark.commits
def test_of_many_claims_one_wins(app, database, cast: Cast) -> None:
    said, has_it, case_id = rush.claims(app, cast.customer, cast.waterworks, MANY)

    assert sorted(said) == ["claimed_already"] * (MANY - 1) + ["done"]
    assert has_it is not None
    print(f"{len(said)} claims at once: 1 wins")
    assert count_of("case_claimed", case_id) == 1


@pytest.mark.commits
def test_of_many_acceptances_one_wins(app, database, cast: Cast) -> None:
    said, case, handover = rush.acceptances(app, cast.customer, cast.waterworks, cast.energy, MANY)

    assert sorted(said) == ["done"] + ["handover_answered"] * (MANY - 1)
    assert (case.holder_organisation_id, handover.state) == (cast.energy.id, "accepted")
    assert case.holder_person_id == handover.answered_by_id
    assert count_of("handover_accepted", case.id) == 1
    print(f"{len(said)} acceptances at once: 1 wins")
