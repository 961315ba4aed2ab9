"""Opening a case: by the customer, from a question that gets personal, by an agent for somebody on another channel, or
as a part of another case.
"""

from __future__ import annotations

import secrets

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.cases import policy
from app.cases.events.holding import CaseOpened
from app.cases.models.cases import Case
from app.cases.services.moving import next_update
from app.cases.services.talking import checked_words, keep_message
from app.community.compose import Composed
from app.community.models.posts import Question
from app.community.services.checks import checked_title
from app.db import db
from app.errors import Conflict, Invalid
from app.marketplace.models.services import Service
from app.organisations.models import Organisation
from app.organisations.queries import IN_PUBLIC
from app.outbox.record import record
from app.privacy.audiences import request_audience
from app.requests.models import HelpRequest
from app.verdict import require

PUBLIC_ID_BYTES = 16


def open_case(
    actor: Actor,
    *,
    title: str,
    text: Composed,
    for_person: Person | None = None,
    organisation_id: int | None = None,
    service: Service | None = None,
    question: Question | None = None,
    parent: Case | None = None,
    channel: str = "web",
) -> Case:
    """Open a case and announce it.

    It is held by the organisation asked for, or whose service it is, else by the front desk. One that is entered
    `for_person` is held by the organisation the actor acts for, and she has it. A part, and what goes on from a
    question, belongs to who asked that. Raises Invalid for an organisation that does not help here.
    """
    require(policy.can_open(actor) if for_person is None else policy.can_open_for_others(actor))
    if question is not None:
        require(policy.can_go_on_in_private(actor, question))
    assert actor.person_id is not None
    title = checked_title(title)
    checked_words(text)
    assert actor.asker_id is not None
    asker_id = for_person.id if for_person else actor.asker_id
    if whole := parent or question:
        asker_id = whole.asker_id
    is_entered = for_person is not None
    wanted_id = service.organisation_id if organisation_id is None and service else organisation_id
    now = clock.now()
    state = "with_helper" if is_entered else "received"
    holder_id = _holder_id(actor, wanted_id, is_entered=is_entered)
    request = HelpRequest(
        kind="case",
        asker_id=asker_id,
        for_organisation_id=wanted_id,
        acting_for_organisation_id=None if is_entered else actor.acting_for_organisation_id,
        through_organisation_id=None if is_entered else actor.through_organisation_id,
        entered_by_id=None if asker_id == actor.person_id else actor.person_id,
        channel=channel,
        language=text.language,
        language_how=text.language_how,
        audience=request_audience(0),  # its own, as soon as it has an id
        state=state,
        state_since=now,
        next_update_at=next_update(state, now, holder_id),
        created_at=now,
    )
    case = Case(
        request=request,
        public_id=secrets.token_urlsafe(PUBLIC_ID_BYTES),
        title=title,
        holder_organisation_id=holder_id,
        holder_person_id=actor.person_id if is_entered else None,
        held_since=now,
        parent_id=parent.id if parent else None,
        service_id=service.id if service else None,
        question_id=question.id if question else None,
        # Whoever chose a service chose the words for it, and its conditions: there is nothing to say again.
        work_from=now if service else None,
        last_activity_at=now,
    )
    db.session.add(case)
    db.session.flush()  # audience, message and the fact carry the id
    request.audience = request_audience(case.id)
    message = keep_message(actor, case, text, kind="message", channel=channel)
    record(
        CaseOpened(
            case_id=case.id,
            message_id=message.id,
            asker_id=asker_id,
            holder_organisation_id=case.holder_organisation_id,
            holder_person_id=case.holder_person_id,
            parent_id=case.parent_id,
            question_id=case.question_id,
        ),
        by=actor,
        request_id=case.id,
        channel=channel,
    )
    return case


def _holder_id(actor: Actor, organisation_id: int | None, *, is_entered: bool) -> int:
    if is_entered:
        assert actor.acting_for_organisation_id is not None, "the policy lets members only"
        return actor.acting_for_organisation_id
    asked = select(Organisation.id).where(Organisation.closed_at.is_(None))
    if organisation_id is None:
        found = db.session.scalar(asked.where(Organisation.kind == "front_desk"))
        if found is None:
            raise Conflict("no_front_desk", _l("There is no front desk here yet. Choose an organisation."))
        return found
    found = db.session.scalar(asked.where(Organisation.id == organisation_id, Organisation.kind.in_(IN_PUBLIC)))
    if found is None:
        raise Invalid("unknown_organisation", _l("Choose an organisation from the list."), field="organisation")
    return found
