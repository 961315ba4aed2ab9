"""Rows of cases for tests, written directly: no service runs, no fact is recorded."""

from __future__ import annotations

import itertools
import secrets
from datetime import timedelta
from typing import Any

from app import clock
from app.accounts.models import Person
from app.cases.models.cases import Case, CaseCause
from app.cases.models.holding import Handover
from app.cases.models.messages import Message
from app.cases.states import OPEN_STATES
from app.community.compose import Composed
from app.db import db, folded
from app.organisations.models import Organisation
from app.requests.models import HelpRequest

_numbers = itertools.count(1)


def composed(body: str = "My contract is 12345 and the bill is wrong.") -> Composed:
    """Return a text ready to be stored, without rendering or asking the database."""
    return Composed(
        body=body,
        html=f"<p>{body}</p>",
        renderer_version=1,
        source_format="markdown",
        language="en",
        language_how="declared",
        excerpt=body[:200],
    )


def case(
    asker: Person,
    holder: Organisation,
    *,
    person: Person | None = None,
    title: str = "",
    state: str = "",
    request: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """Make a case with its request, held by `person` where given, of which it is known what is asked; `request` holds
    more columns of the latter.
    """
    now = clock.now()
    state = state or ("with_helper" if person else "received")
    shared = HelpRequest(
        kind="case",
        asker=asker,
        channel="web",
        language="en",
        language_how="declared",
        audience="request:0",
        state=state,
        state_since=now,
        next_update_at=now + timedelta(hours=24) if state in OPEN_STATES else None,
        created_at=now,
    )
    for name, value in (request or {}).items():
        setattr(shared, name, value)
    db.session.add(shared)
    db.session.flush()  # the case shares its id
    shared.audience = f"request:{shared.id}"
    over_at = None if state in OPEN_STATES else now
    defaults = {"held_since": now, "last_activity_at": now, "over_at": over_at, "work_from": now}
    defaults["first_due_at"] = shared.next_update_at
    made = Case(
        id=shared.id,
        public_id=secrets.token_urlsafe(16),
        title=title or f"The bill of month {next(_numbers)} is wrong",
        holder_organisation_id=holder.id,
        holder_person_id=person.id if person else None,
        **{**defaults, **more},
    )
    made.request = shared
    return _kept(made)


def message(case: Case, author: Person, *, body: str = "Which month?", kind: str = "message", **more: Any) -> Message:
    """Make a message, or a note, in a case."""
    defaults = {"channel": "web", "language": "en", "language_how": "declared", "created_at": clock.now()}
    text = {"body": body, "body_html": f"<p>{body}</p>", "source_format": "markdown", "renderer_version": 1}
    return _kept(Message(case_id=case.id, author_id=author.id, kind=kind, **{**defaults, **text, **more}))


def handover(case: Case, to: Organisation, by: Person, **more: Any) -> Handover:
    """Make a handover that waits for an answer."""
    now = clock.now()
    defaults = {"reason": "This is about your network.", "state": "pending", "offered_at": now}
    made = Handover(
        case_id=case.id,
        from_organisation_id=case.holder_organisation_id,
        to_organisation_id=to.id,
        offered_by_id=by.id,
        due_at=now + timedelta(hours=48),
        **{**defaults, **more},
    )
    return _kept(made)


def cause(organisation: Organisation, name: str = "", **more: Any) -> CaseCause:
    """Make a cause on an organisation's list."""
    number = next(_numbers)
    name = name or f"Cause {number}"
    return _kept(
        CaseCause(organisation_id=organisation.id, name=name, **{"name_key": folded(name), "position": number, **more})
    )


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()  # its id is used at once
    return row
