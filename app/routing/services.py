"""Ask and route: store who can help best and invite the first few; answer an invitation; ask on.

Services take the actor, change rows and record facts. They never commit.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app import clock
from app.actor import SYSTEM, Actor
from app.community.compose import Composed
from app.community.models.posts import Question
from app.community.services import asking
from app.db import changed_rows, db
from app.errors import Conflict, Invalid
from app.outbox.facts import Code
from app.outbox.record import record
from app.privacy.audiences import PUBLIC
from app.providers.models import Provider
from app.routing import modelstore, policy, rows
from app.routing.deciding import Asking, Decided, decide, decide_together
from app.routing.eligibility import Load, circumstances, load_at, places_left
from app.routing.events import OfferAccepted, OfferDeclined, OfferExpired, OfferMade, RequestRouted
from app.routing.livestate import Live, up_to_date
from app.routing.models import DECLINE_REASONS, Offer, RoutingDecision
from app.routing.settings import EXPLORE_PERCENT, FIRST_ASKED, MOST_OFFERS_A_DAY, NOTICE_MINUTES, OFFER_HOURS
from app.verdict import SENTENCES, require

SEED_BITS = 53  # what JSON and every database keep exactly


def ask(
    actor: Actor,
    *,
    title: str,
    text: Composed,
    category_id: int,
    tag_names: Sequence[str] = (),
    audience: str = PUBLIC,
    channel: str = "web",
) -> Question:
    """Ask a question and send it to whoever can help best. Raises what asking.ask_question raises."""
    question = asking.ask_question(
        actor,
        title=title,
        text=text,
        category_id=category_id,
        tag_names=tag_names,
        audience=audience,
        channel=channel,
    )
    route(question)
    return question


def get_ready() -> None:
    """Bring this process's state up to date while somebody is still typing, so that no write waits for it."""
    up_to_date(db.session())


def route(question: Question) -> RoutingDecision:
    """Decide who can help with a question that was just asked, and invite the first few."""
    return _decision(question, purpose="ask", previous=None, places=FIRST_ASKED.value)


def route_on(question: Question) -> RoutingDecision | None:
    """Invite one more helper after another declined or stayed silent; None when nobody is left or it is not needed."""
    if not _wants_more(question):
        return None
    return _decision(question, purpose="next", previous=latest_decision(question.id), places=1)


def route_again(questions: Sequence[Question]) -> None:
    """Invite the first few for questions for which nobody had room before: one decision for all of them."""
    wanted = {question: FIRST_ASKED.value for question in questions if _wants_more(question)}
    if wanted:
        _route_together(wanted)


def review(question: Question) -> RoutingDecision:
    """Decide anew with what is known by now, invite nobody: what was learned from this request can be seen in it."""
    return _decision(question, purpose="review", previous=latest_decision(question.id), places=FIRST_ASKED.value)


def accept_offer(actor: Actor, offer: Offer) -> None:
    """Say yes to an invitation. Raises NotAllowed with the reason can_answer_offer gives."""
    require(policy.can_answer_offer(actor, offer))
    _move(offer, "accepted")
    record(OfferAccepted(offer_id=offer.id, provider_id=offer.provider_id), by=actor, request_id=offer.help_request_id)


def decline_offer(actor: Actor, offer: Offer, reason: str | None = None) -> None:
    """Say no to an invitation, perhaps with one of DECLINE_REASONS, and let somebody else be asked.

    Raises NotAllowed as accept_offer does, Invalid for a reason that is none.
    """
    require(policy.can_answer_offer(actor, offer))
    if reason is not None and reason not in DECLINE_REASONS:
        raise Invalid("unknown_reason", _l("Choose a reason from the list."), field="reason")
    _move(offer, "declined")
    offer.decline_reason = reason
    declined = OfferDeclined(
        offer_id=offer.id, provider_id=offer.provider_id, reason=None if reason is None else Code(reason)
    )
    record(declined, by=actor, request_id=offer.help_request_id)
    route_on(db.session.get_one(Question, offer.help_request_id))


def expire(offers: Sequence[Offer]) -> None:
    """End invitations that nobody answered, and let others be asked: one decision for all of their requests.

    Those that somebody has answered meanwhile stay as they are.
    """
    ended: Counter[int] = Counter()
    for offer in offers:
        if _moved(offer, "expired"):
            expired = OfferExpired(offer_id=offer.id, provider_id=offer.provider_id)
            record(expired, by=SYSTEM, request_id=offer.help_request_id)
            ended[offer.help_request_id] += 1
    questions = [db.session.get_one(Question, help_request_id) for help_request_id in sorted(ended)]
    wanted = {question: ended[question.id] for question in questions if _wants_more(question)}
    if wanted:
        _route_together(wanted)


def latest_decision(help_request_id: int) -> RoutingDecision | None:
    """Return the newest decision about a request."""
    return db.session.scalars(
        select(RoutingDecision)
        .where(RoutingDecision.help_request_id == help_request_id)
        .order_by(RoutingDecision.id.desc())
        .limit(1)
    ).one_or_none()


def _wants_more(question: Question) -> bool:
    if question.deleted_at is not None or question.locked_at is not None:
        return False
    return question.answers_count == 0 and question.request.state == "open"


def _decision(question: Question, *, purpose: str, previous: RoutingDecision | None, places: int) -> RoutingDecision:
    now, seed = clock.now(), secrets.randbits(SEED_BITS)
    model_id, model = modelstore.in_force()
    asking = _asking(question, load_at(now), invited=_invited(question.id) if purpose == "next" else (), places=places)
    mine = up_to_date(db.session())
    with mine.lock:
        decided = decide(mine.state, model, asking, now=now, seed=seed, notice=_notice(), explore=_explore())
        decision = _row(decided, mine, question, now)
    decision.purpose, decision.seed, decision.model_id = purpose, seed, model_id
    _keep(decision, decided, previous)
    return decision


def _route_together(wanted: Mapping[Question, int]) -> None:
    """Invite for each of these questions as many more as is said, by one decision for all of them."""
    now, seed = clock.now(), secrets.randbits(SEED_BITS)
    model_id, model = modelstore.in_force()
    load = load_at(now)
    askings = [
        _asking(question, load, invited=_invited(question.id), places=places) for question, places in wanted.items()
    ]
    mine = up_to_date(db.session())
    with mine.lock:
        together = decide_together(mine.state, model, askings, now=now, seed=seed, notice=_notice(), explore=_explore())
        made = [_row(decided, mine, question, now) for question, decided in zip(wanted, together, strict=True)]
    _with_room(sorted({provider for decided in together for provider in decided.chosen()}), now)
    for decision, decided in zip(made, together, strict=True):
        decision.purpose, decision.seed, decision.model_id = "next", seed, model_id
        _keep(decision, decided, latest_decision(decision.help_request_id))


def _asking(question: Question, load: Load, *, invited: Iterable[int], places: int) -> Asking:
    of = circumstances(
        asker_id=question.asker_id,
        audience=question.audience,
        language=question.request.language,
        invited=invited,
        load=load,
        most_a_day=MOST_OFFERS_A_DAY.value,
    )
    return Asking(question, of, rows.tag_ids_of(db.session(), question.id), places)


def _notice() -> float:
    return float(NOTICE_MINUTES.value)


def _explore() -> float:
    return EXPLORE_PERCENT.value / 100


def _keep(decision: RoutingDecision, decided: Decided, previous: RoutingDecision | None) -> None:
    """Store a decision, invite whom it chose unless it is a review, and tell of both."""
    now, wave = decision.decided_at, decided.ranking.wave
    free = set() if decision.purpose == "review" else _with_room(decided.chosen(), now)
    decision.previous_id = None if previous is None else previous.id
    db.session.add(decision)
    db.session.flush()  # offers and the fact carry the id
    record(
        RequestRouted(
            decision_id=decision.id,
            purpose=Code(decision.purpose),
            model_id=decision.model_id,
            candidates=decision.candidates_count,
            offers=len(free),
        ),
        by=SYSTEM,
        request_id=decision.help_request_id,
        channel="system",
    )
    ranking, pool = decided.ranking, decided.pool
    place_of = {int(position): place for place, position in enumerate(ranking.positions, 1)}
    best = set(ranking.positions[: len(wave)].tolist())
    invited = [
        Offer(
            decision_id=decision.id,
            help_request_id=decision.help_request_id,
            provider_id=int(pool.ids[position]),
            place=place_of[int(position)],
            propensity=min(1.0, float(propensity)),
            explored=bool(pool.uncertain[position]) and int(position) not in best,
            state="offered",
            state_since=now,
            offered_at=now,
            expires_at=now + timedelta(hours=OFFER_HOURS.value),
        )
        for position, propensity in zip(wave, ranking.wave_propensities, strict=True)
        if int(pool.ids[position]) in free
    ]
    db.session.add_all(invited)
    db.session.flush()  # the facts carry the ids
    for offer in invited:
        made = OfferMade(offer_id=offer.id, decision_id=decision.id, provider_id=offer.provider_id, place=offer.place)
        record(made, by=SYSTEM, request_id=offer.help_request_id, channel="system")


def _with_room(provider_ids: Sequence[int], now: datetime) -> set[int]:
    """Return which of the chosen still take an invitation, and hold them until the transaction ends.

    On PostgreSQL two requests may be decided about at once and choose the same last place of somebody: whoever comes
    second sees the first one's invitation here. Held in the order of the ids, so that nobody waits in a circle.
    """
    held = db.session.execute(
        select(Provider.id, Provider.most_open_offers)
        .where(Provider.id.in_(provider_ids))
        .order_by(Provider.id)
        .with_for_update(key_share=True)
    ).all()
    load = load_at(now, provider_ids)
    return {each.id for each in held if places_left(each.id, each.most_open_offers, load, MOST_OFFERS_A_DAY.value) > 0}


def _row(decided: Decided, mine: Live, question: Question, now: datetime) -> RoutingDecision:
    return RoutingDecision(
        help_request_id=question.id,
        decided_at=now,
        state_key=mine.key,
        state_number=mine.number,
        candidates_count=len(decided.pool),
        need=decided.need_as_json(),
        candidates=decided.candidates_as_json(),
        exclusions=decided.exclusions,
    )


def _move(offer: Offer, state: str) -> None:
    """Take an open invitation to another state. Raises Conflict when somebody else did so first."""
    if not _moved(offer, state):
        raise Conflict("already_answered_offer", SENTENCES["already_answered_offer"])


def _moved(offer: Offer, state: str) -> bool:
    changed = db.session.execute(
        update(Offer).where(Offer.id == offer.id, Offer.state == "offered").values(state=state, state_since=clock.now())
    )
    return changed_rows(changed) == 1


def _invited(help_request_id: int) -> list[int]:
    return list(db.session.scalars(select(Offer.provider_id).where(Offer.help_request_id == help_request_id)))
