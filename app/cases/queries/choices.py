"""What can be chosen from in a case: who could go on with it, which causes, which other case it may be the same as."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Person
from app.actor import Actor
from app.cases.models.cases import Case, CaseCause
from app.cases.queries.case_view import CaseView
from app.cases.queries.visibility import worked_on_by
from app.cases.states import OPEN_STATES
from app.db import db
from app.organisations.models import Organisation
from app.organisations.queries import IN_PUBLIC, people_at
from app.requests.models import HelpRequest

MOST_CHOICES = 500


def colleagues_for(case: CaseView) -> Sequence[tuple[int, str]]:
    """Return ids and names of who else works for the holder, by name."""
    there = Person.id.in_(people_at(case.holder.id, "cases")) & Person.suspended_at.is_(None)
    others = Person.id.not_in([each for each in (case.holder_person_id, case.asker_id) if each is not None])
    query = select(Person.id, Person.name).where(there, others).order_by(Person.name, Person.id).limit(MOST_CHOICES)
    return [(person_id, name) for person_id, name in db.session.execute(query)]


def organisations_but(organisation_id: int | None) -> Sequence[tuple[int, str]]:
    """Return ids and names of the organisations that help here, without this one, by name."""
    query = select(Organisation.id, Organisation.name).where(
        Organisation.kind.in_(IN_PUBLIC), Organisation.closed_at.is_(None)
    )
    if organisation_id is not None:
        query = query.where(Organisation.id != organisation_id)
    rows = db.session.execute(query.order_by(Organisation.name, Organisation.id).limit(MOST_CHOICES))
    return [(each_id, name) for each_id, name in rows]


def causes_of(organisation_id: int) -> Sequence[CaseCause]:
    """Return the causes on an organisation's list, in its order."""
    there = (CaseCause.organisation_id == organisation_id, CaseCause.ended_at.is_(None))
    return db.session.scalars(select(CaseCause).where(*there).order_by(CaseCause.position, CaseCause.id)).all()


def same_customer(viewer: Actor, case: CaseView) -> Sequence[tuple[str, str]]:
    """Return public ids and titles of the customer's other open cases at the same holder that the viewer works on."""
    query = (
        select(Case.public_id, Case.title)
        .join(Case.request)
        .where(worked_on_by(viewer), HelpRequest.asker_id == case.asker_id, Case.id != case.id)
        .where(Case.holder_organisation_id == case.holder.id, HelpRequest.state.in_(OPEN_STATES))
        .order_by(Case.last_activity_at.desc(), Case.id)
        .limit(20)
    )
    return [(public_id, title) for public_id, title in db.session.execute(query)]
