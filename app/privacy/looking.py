"""Writing down that somebody is about to read a person's details.

In a transaction of its own that stands whatever becomes of the page: no row, no details. Call it before the first
statement of a request that writes (SQLite has one write lock), or in one that only reads.
"""

from __future__ import annotations

from collections.abc import Collection

from app import clock
from app.actor import Actor
from app.privacy.models import LookUp
from app.web.ledger import entry


def record_look_up(
    actor: Actor,
    *,
    person_id: int,
    purpose: str,
    help_request_id: int | None,
    kinds: Collection[str],
    withheld: Collection[str] = (),
) -> None:
    """Write down who is about to read which kinds of a person's details, for which organisation and purpose.

    What she reads of her own is no look-up; what somebody reads who represents her is one. Raises what the database
    raises: then nothing may be shown.
    """
    if actor.person_id is None or actor.person_id == person_id:
        return
    with entry() as session:
        session.add(
            LookUp(
                person_id=person_id,
                by_id=actor.person_id,
                organisation_id=actor.acting_for_organisation_id,
                through_organisation_id=actor.through_organisation_id,
                help_request_id=help_request_id,
                purpose=purpose,
                kinds=sorted(kinds),
                withheld=sorted(withheld),
                looked_at=clock.now(),
            )
        )
