"""Reading what people who tried the answers of a question say of them: one statement, however many answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Answer, Question
from app.community.models.signals import DANGEROUS, OUTDATED, WORKED, Signal
from app.community.queries.visibility import answer_there, visible
from app.db import db
from app.errors import NotFound
from app.organisations.capacity import capacity_word
from app.organisations.models import Organisation

MOST_PRODUCTS = 6


@dataclass(frozen=True)
class Warned:
    """Somebody's warning, with her words and in which capacity she gave it."""

    id: int
    reason: str
    language: str | None
    given_at: datetime
    name: str
    handle: str
    organisation_name: str | None
    organisation_kind: str | None

    @property
    def capacity(self) -> str:
        return capacity_word(self.organisation_kind)


@dataclass(frozen=True)
class Product:
    """With what how many people found that an answer worked, or no longer."""

    kind: str
    product: str
    version: str
    count: int


@dataclass
class Evidence:
    """What people say of one answer, how often, and what the viewer herself says."""

    worked: int = 0
    outdated: int = 0
    dangerous: int = 0
    own: set[str] = field(default_factory=set)
    products: list[Product] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)


def evidence_on(viewer: Actor, question: Question) -> dict[int, Evidence]:
    """Return what is said of the answers to a question, by answer; those of which nothing is said are left out."""
    rows: Iterable[Any] = db.session.execute(_said(), {"question_id": question.id, "person_id": viewer.person_id or 0})
    found: dict[int, Evidence] = defaultdict(Evidence)
    for row in rows:
        _add(found[row.answer_id], row)
    return dict(found)


@cache
def _said() -> Select[Any]:
    """Return the statement, put together once: it runs for every page of a question."""
    # A warning is a group of its own, so that one statement brings the counts and the words.
    warning_id = case((Signal.kind == DANGEROUS, Signal.id))
    return (
        select(
            Signal.answer_id,
            Signal.kind,
            Signal.product,
            Signal.version,
            func.count().label("times"),
            func.max(case((Signal.person_id == bindparam("person_id"), 1), else_=0)).label("own"),
            warning_id.label("warning_id"),
            func.max(Signal.reason).label("reason"),
            func.max(Signal.language).label("language"),
            func.max(Signal.given_at).label("given_at"),
            func.max(Person.name).label("name"),
            func.max(Person.handle).label("handle"),
            func.max(Organisation.name).label("organisation"),
            func.max(Organisation.kind).label("organisation_kind"),
        )
        .join(Answer, Answer.id == Signal.answer_id)
        .outerjoin(Person, (Person.id == Signal.person_id) & (Signal.kind == DANGEROUS))
        .outerjoin(Organisation, (Organisation.id == Signal.acting_for_organisation_id) & (Signal.kind == DANGEROUS))
        .where(Answer.question_id == bindparam("question_id"))
        .group_by(Signal.answer_id, Signal.kind, Signal.product, Signal.version, "warning_id")
        .order_by(func.count().desc(), Signal.product, Signal.version, func.max(Signal.id).desc())
    )


def own_signal(viewer: Actor, answer: Answer, kind: str) -> Signal | None:
    """Return what the viewer said of an answer before, to change it. The caller loaded `answer` for her."""
    mine = select(Signal).where(Signal.person_id == viewer.person_id, Signal.answer_id == answer.id)
    return db.session.scalars(mine.where(Signal.kind == kind)).one_or_none()


def warning_for(viewer: Actor, signal_id: int) -> Signal:
    """Return a warning with its answer. Raises NotFound when absent, or when its question is hidden."""
    found = db.session.scalars(
        select(Signal)
        .join(Answer, Answer.id == Signal.answer_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Signal.id == signal_id, Signal.kind == DANGEROUS, answer_there(), visible(viewer))
        .options(joinedload(Signal.answer).joinedload(Answer.question))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def _add(evidence: Evidence, row: Any) -> None:
    if row.kind == WORKED:
        evidence.worked += row.times
    elif row.kind == OUTDATED:
        evidence.outdated += row.times
    else:
        evidence.dangerous += 1
        said = (row.warning_id, row.reason, row.language, row.given_at)
        evidence.warnings.append(Warned(*said, row.name, row.handle, row.organisation, row.organisation_kind))
    if row.own:
        evidence.own.add(row.kind)
    if row.product and len(evidence.products) < MOST_PRODUCTS:
        evidence.products.append(Product(row.kind, row.product, row.version, row.times))
