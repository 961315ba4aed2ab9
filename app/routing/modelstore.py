"""Versions of the ranking's numbers, as rows: which is in force, what each says, adding one, putting one in force.

Every version is kept. A version made for other factors than this program knows can be read and compared, by the names
of its factors, but not used.
"""

from __future__ import annotations

import json
from io import BytesIO

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app import clock
from app.actor import SYSTEM, Actor
from app.db import changed_rows, db, upsert
from app.errors import Conflict
from app.outbox.record import record
from app.ranking.model import Model, default_model, load_model, model_bytes
from app.routing.events import PromotionReason, RankingModelPromoted
from app.routing.models import ModelPromotion, RankingModel
from app.verdict import SENTENCES


def in_force() -> tuple[int, Model]:
    """Return id and numbers of the model in force; where that is none, or an older default, today's default is put in
    force now.
    """
    newest = promoted_last()
    model = _standing(newest)
    return _ship(newest) if newest is None or model is None else (newest.model_id, model)


def in_force_now() -> Model:
    """Return the numbers in force for a page that only looks: where today's default would be put in force, that."""
    newest = promoted_last()
    return _standing(newest) or default_model()


def promoted_last() -> ModelPromotion | None:
    """Return what put the model in force there; None where nothing was ever routed, and the default is what will be."""
    return db.session.scalars(
        select(ModelPromotion)
        .order_by(ModelPromotion.number.desc())
        .limit(1)
        .options(joinedload(ModelPromotion.model))
        .execution_options(populate_existing=True)
    ).one_or_none()


def numbers_of(row: RankingModel) -> Model:
    """Return the numbers of a stored model. Raises ValueError when it was made for other factors."""
    return load_model(BytesIO(row.content))


def usable(row: RankingModel) -> Model | None:
    """Return the numbers of a stored model; None where it was made for other factors than there are now."""
    try:
        return numbers_of(row)
    except ValueError:
        return None


def weights_of(row: RankingModel) -> dict[str, float]:
    """Return the weight of each factor a stored model was made for, whichever those are."""
    with np.load(BytesIO(row.content), allow_pickle=False) as arrays:
        columns: list[str] = json.loads(str(arrays["text"]))["columns"]
        return dict(zip(columns, arrays["weights"].astype(np.float64).tolist(), strict=True))


def add(model: Model, *, judged: dict[str, object] | None = None) -> RankingModel:
    """Store a model, with what was found when it was held against the one in force. Its version must be new."""
    row = RankingModel(
        version=model.version,
        content=model_bytes(model),
        metrics={**model.metrics, **(judged or {})},
        made_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()  # decisions carry the id
    return row


def promote(row: RankingModel, reason: PromotionReason, *, by: Actor = SYSTEM) -> None:
    """Put a model in force. Raises Conflict when another was put there in the same moment."""
    newest = promoted_last()
    if not _follow(newest, row.id, reason, by):
        raise Conflict("model_changed_meanwhile", SENTENCES["model_changed_meanwhile"])


def _standing(newest: ModelPromotion | None) -> Model | None:
    """Return the numbers last put in force, unless today's default takes their place."""
    model = None if newest is None else usable(newest.model)
    if newest is None or model is None:
        return None
    return model if newest.reason != "shipped" or model.version == default_model().version else None


def _follow(newest: ModelPromotion | None, model_id: int, reason: PromotionReason, by: Actor) -> bool:
    """Add the promotion after `newest`; False where another came in between: one number, one promotion."""
    values = {
        "number": 1 if newest is None else newest.number + 1,
        "model_id": model_id,
        "reason": reason,
        "promoted_at": clock.now(),
        "promoted_by_id": by.person_id,
    }
    added = db.session.execute(upsert(ModelPromotion).values(values).on_conflict_do_nothing(index_elements=["number"]))
    if not changed_rows(added):
        return False
    made = RankingModelPromoted(
        model_id=model_id, previous_id=None if newest is None else newest.model_id, reason=reason
    )
    record(made, by=by, channel="system" if by is SYSTEM else "web")
    return True


def _ship(newest: ModelPromotion | None) -> tuple[int, Model]:
    model = default_model()
    values = {
        "version": model.version,
        "content": model_bytes(model),
        "metrics": dict(model.metrics),
        "made_at": clock.now(),
    }
    # Two first questions at once: one adds the rows, the other finds them.
    statement = upsert(RankingModel).values(values).on_conflict_do_nothing(index_elements=["version"])
    db.session.execute(statement)
    found: int = db.session.execute(select(RankingModel.id).where(RankingModel.version == model.version)).scalar_one()
    _follow(newest, found, "shipped", SYSTEM)
    return found, model
