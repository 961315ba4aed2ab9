"""One request, several organisations: plan the parts of a bundle, open each when its turn has come, and let the whole
be solved when all of them are.

The whole is held before its parts, so that two parts that end at once do not each think the other still goes on.
Where everything stands is computed in `app.cases.together`; here it is written down.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.cases import policy
from app.cases.events.parts import PartAsked, PartDropped, PartMoved, PartPlanned
from app.cases.models.cases import Case
from app.cases.models.parts import PartCase, PlannedPart
from app.cases.services.detailing import ask_for_provider
from app.cases.services.holding import HasId, hold, hold_all
from app.cases.services.moving import resting_state, shift
from app.cases.services.opening import open_case
from app.cases.states import is_open
from app.cases.together import SETTLED, free_parts, is_whole_done, outcome_of, part_state
from app.community.compose import Composed
from app.db import db
from app.errors import Conflict, NotFound
from app.marketplace.models.services import BundlePart, Service
from app.marketplace.queries import catalogue
from app.outbox.facts import Code
from app.outbox.models import DomainEvent
from app.outbox.record import record
from app.privacy.services.granting import give_grant
from app.prose.rendering import RENDERER_VERSION, render
from app.verdict import require

# What is asked for a service is needed as long as that takes; half a year is longer than any takes.
GRANTED_FOR = timedelta(days=183)


def plan_parts(actor: Actor, whole: Case, parts: Sequence[BundlePart]) -> list[PlannedPart]:
    """Plan the parts of a new request as the bundle is now, and open those that wait for no other."""
    now = clock.now()
    planned = [
        PlannedPart(
            whole_id=whole.id,
            position=part.position,
            service_id=part.service_id,
            needs=list(part.needs),
            consequence=part.consequence,
            state_since=now,
        )
        for part in parts
    ]
    db.session.add_all(planned)
    db.session.flush()  # the facts carry their ids
    for part in planned:
        fact = PartPlanned(case_id=whole.id, planned_part_id=part.id, service_id=part.service_id)
        record(fact, by=actor, request_id=whole.id)
    _open_free(actor, whole, planned)
    return planned


def ask_provider(actor: Actor, whole: HasId, part_id: int, service: Service, *, shown: Collection[str] = ()) -> Case:
    """Give a part to another provider: instead of one that refused, or beside one, to compare what they offer. It may
    see the kinds of details that are `shown`, in this request; whether it may see what else it needs, she is asked.

    Raises NotAllowed unless it is her request; Conflict where the part is settled, waits, or is there already.
    """
    held, part = _held_part(whole, part_id)
    require(policy.can_direct_parts(actor, held))
    require(policy.can_open(actor))
    if part.state not in {"open", "refused"}:
        raise Conflict("part_not_open", _l("This part needs no other provider now."))
    if service.state != "published" or service.is_bundle:
        raise Conflict("not_offered", _l("This service is not offered now."))
    asked = db.session.scalars(select(PartCase.service_id).where(PartCase.planned_part_id == part.id)).all()
    if service.id in asked:
        raise Conflict("asked_already", _l("You have asked for this already."))
    opened = _open(actor, held, part, service)
    if shown:
        show_details(actor, held, service.organisation_id, shown)
    needed = {question.detail_kind for question in catalogue.questions_of(service.id)}
    ask_for_provider(actor, opened, needed)
    settle(actor, held)
    return opened


def show_details(actor: Actor, whole: Case, organisation_id: int, kinds: Collection[str]) -> None:
    """Let an organisation see kinds of details in a request and its parts, as long as it may take."""
    give_grant(
        actor,
        person_id=whole.asker_id,
        organisation_id=organisation_id,
        purpose="handle_request",
        kinds=kinds,
        help_request_id=whole.id,
        until=clock.now() + GRANTED_FOR,
    )


def drop_part(actor: Actor, whole: HasId, part_id: int) -> None:
    """Take a part out: the customer arranges it herself. Cases that were opened for it end.

    Raises NotAllowed unless it is her request, Conflict where the part is settled already.
    """
    held, part = _held_part(whole, part_id)
    require(policy.can_direct_parts(actor, held))
    if part.state in SETTLED:
        raise Conflict("part_settled", _l("This part is done already."))
    part.dropped_at = clock.now()
    with force_locale(held.request.language):
        leave(actor, part, reason=_("The customer arranges this part herself."))
    record(PartDropped(case_id=held.id, planned_part_id=part.id), by=actor, request_id=held.id)
    settle(actor, held)


def leave(actor: Actor, part: PlannedPart, *, reason: str, but: int | None = None) -> None:
    """End the cases that go on for a part, but for one: the customer goes on without them. The whole is held."""
    going_on = select(PartCase.case_id).where(PartCase.planned_part_id == part.id, PartCase.outcome.is_(None))
    for case in hold_all(*db.session.scalars(going_on.order_by(PartCase.case_id))):
        if case.id != but and is_open(case.state):
            shift(actor, case, "closed", "customer", reason=reason)


def settle_case(actor: Actor, case_id: int) -> None:
    """Bring the whole up to date after a case moved: as one of its parts, or as the whole itself. Safe to repeat."""
    of_part = select(PlannedPart.whole_id).join(PartCase, PartCase.planned_part_id == PlannedPart.id)
    whole_id = db.session.scalar(of_part.where(PartCase.case_id == case_id))
    if whole_id is None:
        whole_id = db.session.scalar(select(PlannedPart.whole_id).where(PlannedPart.whole_id == case_id).limit(1))
    if whole_id is not None:
        settle(actor, hold_all(whole_id)[0])


def settle(actor: Actor, whole: Case) -> None:
    """Write down where each part of a held whole stands, open those whose turn has come, and move the whole."""
    parts = _parts_of(whole)
    _settle_parts(actor, whole, parts)
    if is_open(whole.state):
        # Opened on behalf of whoever asked, also when the last step was somebody else's.
        _open_free(Actor(kind="system", person_id=whole.asker_id), whole, parts)
        if is_whole_done(part.state for part in parts):
            with force_locale(whole.request.language):
                shift(actor, whole, "solved", "program", reason=_("All its parts are done."))
    elif whole.state in {"solved", "closed"} and not all(part.state in SETTLED for part in parts):
        shift(actor, whole, resting_state(whole), "program")


def _settle_parts(actor: Actor, whole: Case, parts: Sequence[PlannedPart]) -> None:
    now = clock.now()
    cases: dict[int, list[PartCase]] = {part.id: [] for part in parts}
    rows = select(PartCase).where(PartCase.planned_part_id.in_(cases)).order_by(PartCase.case_id)
    for row in db.session.scalars(rows.with_for_update(key_share=True).execution_options(populate_existing=True)):
        cases[row.planned_part_id].append(row)
    held = {case.id: case for case in hold_all(*(row.case_id for each in cases.values() for row in each))}
    for part in parts:
        for row in cases[part.id]:
            was, by = _last_move(row.case_id)
            outcome = outcome_of(held[row.case_id].state, was=was, by=by)
            if outcome != row.outcome:
                row.outcome, row.ended_at = outcome, now if outcome else None
        state = part_state((row.outcome for row in cases[part.id]), is_dropped=part.dropped_at is not None)
        if state != part.state:
            fact = PartMoved(
                case_id=whole.id, planned_part_id=part.id, from_state=Code(part.state), to_state=Code(state)
            )
            part.state, part.state_since = state, now
            record(fact, by=actor, request_id=whole.id)
    db.session.flush()  # which part may begin is asked next


def _last_move(case_id: int) -> tuple[str, str | None]:
    """Return from which state a case was moved last, and by whom, as the facts say."""
    moves = select(DomainEvent.payload).where(DomainEvent.help_request_id == case_id, DomainEvent.kind == "case_moved")
    last = db.session.scalar(moves.order_by(DomainEvent.id.desc()).limit(1))
    return (last["from_state"], last["by"]) if last else ("received", None)


def _open_free(actor: Actor, whole: Case, parts: Sequence[PlannedPart]) -> None:
    states = {part.position: part.state for part in parts}
    by_position = {part.position: part for part in parts}
    for position in free_parts(states, {part.position: part.needs for part in parts}):
        part = by_position[position]
        _open(actor, whole, part, part.service)


def _open(actor: Actor, whole: Case, part: PlannedPart, service: Service) -> Case:
    now = clock.now()
    opened = open_case(actor, title=service.title, text=_words(whole, service), service=service, parent=whole)
    db.session.add(PartCase(case_id=opened.id, planned_part_id=part.id, service_id=service.id, asked_at=now))
    if part.state != "open":
        moved = PartMoved(case_id=whole.id, planned_part_id=part.id, from_state=Code(part.state), to_state=Code("open"))
        part.state, part.state_since = "open", now
        record(moved, by=actor, request_id=whole.id)
    db.session.flush()  # what is held next looks for it
    fact = PartAsked(
        case_id=whole.id,
        planned_part_id=part.id,
        part_case_id=opened.id,
        service_id=service.id,
        organisation_id=service.organisation_id,
    )
    record(fact, by=actor, request_id=whole.id)
    return opened


def _words(whole: Case, service: Service) -> Composed:
    """Return what an organisation is told of a part: what it is, and nothing of what the customer wrote to others."""
    language = whole.request.language
    with force_locale(language):
        words = _(
            "Please do this for me: “%(service)s”. It is a part of something larger that I asked for. My details are "
            "with this case as far as I let you see them.",
            service=service.title,
        )
    html = render(words, source_format="plain").html
    return Composed(words, html, RENDERER_VERSION, "plain", language, "assumed", words[:200])


def _held_part(whole: HasId, part_id: int) -> tuple[Case, PlannedPart]:
    held = hold(whole)
    part = db.session.get(PlannedPart, part_id, populate_existing=True)
    if part is None or part.whole_id != held.id:
        raise NotFound
    return held, part


def _parts_of(whole: Case) -> Sequence[PlannedPart]:
    rows = select(PlannedPart).where(PlannedPart.whole_id == whole.id).order_by(PlannedPart.position)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()
