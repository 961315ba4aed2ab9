"""Put a version of the ranking's numbers in force by hand: one click, a fact, and one line in the history.

Past decisions stay as they are: each names the version it was made with.
"""

from __future__ import annotations

from sqlalchemy import select

from app.actor import SYSTEM, Actor
from app.db import db
from app.errors import Conflict
from app.routing import modelstore, policy
from app.routing.events import PromotionReason
from app.routing.models import ModelPromotion, RankingModel
from app.verdict import SENTENCES, require


def choose_model(actor: Actor, row: RankingModel) -> RankingModel | None:
    """Let an operator put a version in force; return the one it replaces. Raises NotAllowed, and Conflict as below."""
    require(policy.can_choose_model(actor))
    return _put_in_force(row, actor)


def choose_model_at_the_machine(row: RankingModel) -> RankingModel | None:
    """Let whoever sits at the machine put a version in force; return the one it replaces.

    Raises Conflict when it is in force already, or was made for other factors than there are now.
    """
    return _put_in_force(row, SYSTEM)


def _put_in_force(row: RankingModel, by: Actor) -> RankingModel | None:
    newest = modelstore.promoted_last()
    if newest is not None and newest.model_id == row.id:
        raise _refused("model_in_force")
    if modelstore.usable(row) is None:
        raise _refused("model_for_other_factors")
    modelstore.promote(row, _reason(row), by=by)
    return None if newest is None else newest.model


def _reason(row: RankingModel) -> PromotionReason:
    was_in_force = db.session.scalar(select(ModelPromotion.id).where(ModelPromotion.model_id == row.id).limit(1))
    return "chosen" if was_in_force is None else "rolled_back"


def _refused(code: str) -> Conflict:
    return Conflict(code, SENTENCES[code])
