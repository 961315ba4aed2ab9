"""Versions of the ranking's numbers, as rows: which is in force, and adding one."""

from __future__ import annotations

from io import BytesIO

from sqlalchemy import select

from app import clock
from app.db import db, upsert
from app.ranking.model import Model, default_model, load_model, model_bytes
from app.routing.models import RankingModel


def in_force() -> tuple[int, Model]:
    """Return id and numbers of the model promoted last; in a new installation that is the default, added now."""
    row = promoted_last()
    if row is not None:
        return row.id, load_model(BytesIO(row.content))
    model = default_model()
    return _add_default(model), model


def promoted_last() -> RankingModel | None:
    """Return the model in force; None where nothing was ever routed, and the default is what will be."""
    return db.session.scalars(
        select(RankingModel)
        .where(RankingModel.promoted_at.is_not(None))
        .order_by(RankingModel.promoted_at.desc(), RankingModel.id.desc())
        .limit(1)
    ).one_or_none()


def numbers_of(row: RankingModel) -> Model:
    """Return the numbers of a stored model. Raises ValueError when it was made for other factors."""
    return load_model(BytesIO(row.content))


def add(model: Model, *, promote: bool) -> RankingModel:
    """Store a model. Its version must be new."""
    now = clock.now()
    row = RankingModel(
        version=model.version,
        content=model_bytes(model),
        metrics=dict(model.metrics),
        made_at=now,
        promoted_at=now if promote else None,
    )
    db.session.add(row)
    db.session.flush()  # decisions carry the id
    return row


def _add_default(model: Model) -> int:
    now = clock.now()
    values = {
        "version": model.version,
        "content": model_bytes(model),
        "metrics": dict(model.metrics),
        "made_at": now,
        "promoted_at": now,
    }
    # Two first questions at once: one adds the row, the other finds it.
    statement = upsert(RankingModel).values(values).on_conflict_do_nothing(index_elements=["version"])
    db.session.execute(statement)
    found: int = db.session.execute(select(RankingModel.id).where(RankingModel.version == model.version)).scalar_one()
    return found
