"""An organisation's own list of causes, of which one is chosen when a case is closed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.lengths import LONGEST_CAUSE
from app.cases.models.cases import CaseCause
from app.community.services.checks import in_one_line
from app.db import db, folded, is_storable, upsert
from app.errors import Invalid
from app.verdict import require

MOST_CAUSES = 40


def add_cause(actor: Actor, name: str) -> None:
    """Put a cause at the end of the list of the organisation one acts for; one that was taken off comes back.

    Raises Invalid for a name that is missing or too long, or a list that is full.
    """
    require(policy.can_keep_causes(actor))
    if not is_storable(name) or not (name := in_one_line(name)) or len(name) > LONGEST_CAUSE:
        raise Invalid("cause_name", _l("Give it a name of at most 80 characters."), field="name")
    mine = CaseCause.organisation_id == actor.acting_for_organisation_id
    count, last = db.session.execute(
        select(func.count().filter(CaseCause.ended_at.is_(None)), func.max(CaseCause.position)).where(mine)
    ).one()
    if count >= MOST_CAUSES:
        raise Invalid("too_many_causes", _l("The list is full. A short list is chosen from faster."), field="name")
    row = {
        "organisation_id": actor.acting_for_organisation_id,
        "name": name,
        "name_key": folded(name),
        "position": (last or 0) + 1,
    }
    again = {"name": name, "ended_at": None, "position": row["position"]}
    made = upsert(CaseCause).values(**row)
    db.session.execute(made.on_conflict_do_update(index_elements=["organisation_id", "name_key"], set_=again))


def end_cause(actor: Actor, cause_id: int) -> None:
    """Take a cause off the list; cases that were closed with it still name it."""
    require(policy.can_keep_causes(actor))
    mine = (CaseCause.id == cause_id, CaseCause.organisation_id == actor.acting_for_organisation_id)
    db.session.execute(update(CaseCause).where(*mine, CaseCause.ended_at.is_(None)).values(ended_at=clock.now()))
