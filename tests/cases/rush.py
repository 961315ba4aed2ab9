"""Many people at one case at the same moment, each in a thread and a transaction of her own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.holding import Handover
from app.cases.services import claiming, handing_over
from app.db import db, is_away, transaction
from app.errors import DomainError
from app.organisations.models import Organisation
from tests.accounts import make as accounts
from tests.cases import make
from tests.cast import acting
from tests.organisations import make as organisations


def members(organisation: Organisation, count: int) -> list[Actor]:
    """Make so many people of an organisation, each acting for it."""
    people = [accounts.person(f"Member {number}", email="") for number in range(count)]
    for person in people:
        organisations.membership(person, organisation)
    return [acting(person, for_organisation=organisation) for person in people]


def all_at_once(app: Flask, work: Callable[[Any], None], on: Sequence[Any]) -> list[str]:
    """Do the work for each at the same moment; return "done", or the code of the refusal, in no order.

    Who finds the database busy tries again, as somebody does who is told so.
    """
    start, said = threading.Barrier(len(on)), []

    def one(subject: Any) -> None:
        with app.app_context():
            start.wait(30)
            answer = None
            while answer is None:
                answer = _tried(work, subject)
            said.append(answer)

    threads = [threading.Thread(target=one, args=(subject,)) for subject in on]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return said


def _tried(work: Callable[[Any], None], subject: Any) -> str | None:
    try:
        with transaction():
            work(subject)
    except DomainError as error:
        return error.code
    except Exception as error:
        if not is_away(error):
            raise
        return None
    return "done"


def claims(app: Flask, customer: Person, holder: Organisation, count: int) -> tuple[list[str], int | None, int]:
    """Let so many people claim one case; return what became of each, who has it, and how many facts say so."""
    case = make.case(customer, holder)
    actors, case_id = members(holder, count), case.id
    db.session.commit()
    said = all_at_once(app, lambda actor: claiming.claim(actor, db.session.get_one(Case, case_id)), actors)
    db.session.expire_all()
    return said, db.session.get_one(Case, case_id).holder_person_id, case_id


def acceptances(
    app: Flask, customer: Person, holder: Organisation, to: Organisation, count: int
) -> tuple[list[str], Case, Handover]:
    """Let so many people accept one handover; return what became of each, and case and handover as they are then."""
    case = make.case(customer, holder)
    handover = make.handover(case, to, customer)
    actors, case_id, handover_id = members(to, count), case.id, handover.id
    db.session.commit()
    said = all_at_once(
        app, lambda actor: handing_over.accept_handover(actor, db.session.get_one(Handover, handover_id)), actors
    )
    db.session.expire_all()
    return said, db.session.get_one(Case, case_id), db.session.get_one(Handover, handover_id)
