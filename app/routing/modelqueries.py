"""Reading versions of the ranking's numbers and the history of which was in force. All numbers are for everybody;
who put one in force is for operators.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.db import db
from app.errors import NotFound
from app.routing import modelstore
from app.routing.models import ModelPromotion, RankingModel, RoutingDecision

MOST_VERSIONS = 200
MOST_HISTORY = 30


@dataclass(frozen=True)
class Version:
    """A version: its row, when it last came into force if ever, and how many decisions were made with it."""

    row: RankingModel
    last: ModelPromotion | None
    is_in_force: bool
    is_usable: bool
    decisions: int


@dataclass(frozen=True)
class Step:
    """One line of the history: what came into force, after what, and by whom (empty: not by a person)."""

    promotion: ModelPromotion
    before: RankingModel | None
    by: str


def versions() -> list[Version]:
    """Return every version, the newest first."""
    rows = db.session.scalars(select(RankingModel).order_by(RankingModel.id.desc()).limit(MOST_VERSIONS)).all()
    last: dict[int, ModelPromotion] = {}
    for promotion in db.session.scalars(select(ModelPromotion).order_by(ModelPromotion.number)):
        last[promotion.model_id] = promotion
    in_force = max(last.values(), key=lambda each: each.number, default=None)
    made = select(RoutingDecision.model_id, func.count().label("n")).group_by(RoutingDecision.model_id)
    counts = {row.model_id: row.n for row in db.session.execute(made)}
    return [
        Version(
            row=row,
            last=last.get(row.id),
            is_in_force=in_force is not None and in_force.model_id == row.id,
            is_usable=modelstore.usable(row) is not None,
            decisions=counts.get(row.id, 0),
        )
        for row in rows
    ]


def version_called(version: str) -> RankingModel | None:
    """Return the version of this name."""
    return db.session.scalars(select(RankingModel).where(RankingModel.version == version)).one_or_none()


def version_with(model_id: int) -> RankingModel:
    """Return the version with this id. Raises NotFound."""
    found = db.session.get(RankingModel, model_id)
    if found is None:
        raise NotFound
    return found


def history(*, most: int = MOST_HISTORY) -> list[Step]:
    """Return what came into force when, the newest first."""
    replaced, previous = aliased(RankingModel), aliased(ModelPromotion)
    rows = db.session.execute(
        select(ModelPromotion, replaced, Person.name)
        .outerjoin(previous, previous.number == ModelPromotion.number - 1)
        .outerjoin(replaced, replaced.id == previous.model_id)
        .outerjoin(Person, Person.id == ModelPromotion.promoted_by_id)
        .order_by(ModelPromotion.number.desc())
        .limit(most)
        .options(joinedload(ModelPromotion.model))
    ).all()
    return [Step(promotion, model, name or "") for promotion, model, name in rows]
