"""What pages show of routing: on a question, to the asker who can help, to the invited that she was, to everybody that
helpers were asked and how often those who answered have helped; elsewhere the weights.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import g, url_for

from app import clock
from app.actor import Actor
from app.community.links import person_url, question_url
from app.community.models.posts import Question
from app.community.queries.thread import Thread
from app.organisations.models import Organisation
from app.providers.models import Provider
from app.ranking.fairness import LOAD_MOST, LOAD_SHARE
from app.routing import (
    fitting,
    modelqueries,
    modelstore,
    policy,
    rings,
    sentences,
    service_records,
    versions_told,
)
from app.routing.forms import DECLINE_WORDS
from app.routing.models import Offer
from app.routing.queries.decisions import SHOWN_STATES
from app.routing.queries.offers import Asked, OfferRow, asked_helpers, offers_for, offers_on
from app.routing.queries.providers import own_providers, providers_since, topics_in
from app.routing.records import records_on
from app.routing.settings import EXPLORE_PERCENT, PROMOTION_RULE

SHOWN_HISTORY = 10


def helpers_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the helpers that were invited, for the asker and moderators; nothing where none were."""
    if viewer.is_visitor or not policy.sees_all(viewer, question.asker_id) or not _asked(question):
        return None
    rows = [row for row in offers_on(question) if row.offer.state in SHOWN_STATES]
    if not rows:
        return None
    return "routing/_who_can_help.html", {"helpers": cards(rows), "is_solved": question.accepted_answer_id is not None}


def console_offers_panel(viewer: Actor, organisation: Organisation) -> tuple[str, dict[str, Any]] | None:
    """Return what an organisation, and the viewer on its behalf, were invited to, for its console."""
    rows = offers_for(viewer, Provider.organisation_id == organisation.id)
    return "routing/_console_offers.html", {
        "offers": list(zip(rows, cards(rows), strict=True)),
        "question_url": question_url,
        "decline_words": DECLINE_WORDS,
        "back": url_for("organisations.console", slug=organisation.slug),
    }


def invitation_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the invitation to answer, for a helper who was asked."""
    if viewer.is_visitor or viewer.person_id == question.asker_id or not _asked(question):
        return None
    rows = offers_on(question, own_providers(viewer), Offer.state.in_(("offered", "accepted")))
    open_rows = [row for row in rows if row.offer.state == "accepted" or row.offer.expires_at > clock.now()]
    if not open_rows:
        return None
    return "routing/_invitation.html", {"row": open_rows[0], "card": cards(open_rows[:1])[0]}


def offered_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the knot that says when how many helpers were asked; to the asker and moderators, whom first; and to a
    helper the way to why she was asked, or was not.
    """
    asked = _asked(question)
    if not asked:
        return None
    is_waiting = question.answers_count == 0 and any(each.is_open for each in asked)
    first = asked[0].helper if policy.sees_all(viewer, question.asker_id) else None
    mine: set[int] = set()
    if not viewer.is_visitor and first is None:
        mine = providers_since(viewer, asked[0].offered_at)
    invited = [each for each in asked if each.helper.provider_id in mine]
    return "routing/_offered.html", {
        "asked": asked,
        "first": first,
        "is_waiting": is_waiting,
        "is_helper": bool(mine),
        "was_asked": bool(invited),
        "decision_id": (invited or asked)[0].decision_id,
    }


def records_of_helpers(_viewer: Actor, thread: Thread) -> dict[Hashable, str]:
    """Return how often each of those who answered has helped, by person and organisation; in words."""
    asker_id = thread.question.asker_id
    given = [row.answer for row in thread.answers if row.answer.author_id != asker_id]
    helpers = list(dict.fromkeys((answer.author_id, answer.acting_for_organisation_id) for answer in given))
    if not helpers:
        return {}
    found, names = records_on(thread.question, helpers)
    return {helper: sentences.record(each, names) for helper, each in found.items()}


def services_panel(_viewer: Actor, typed: str) -> tuple[str, dict[str, Any]] | None:
    """Return the services that fit what somebody is about to ask; nothing where none does."""
    found = fitting.services_for(typed)
    if not found:
        return None
    told = [(each.service, service_records.told(each.record)) for each in found]
    return "routing/_services.html", {"services": told}


def asked_services_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the services that fit a question, for who asked it, until somebody answers."""
    if viewer.person_id != question.asker_id or question.answers_count:
        return None
    return services_panel(viewer, f"{question.title}\n{question.excerpt}")


def weights_panel(_viewer: Actor, _subject: object) -> tuple[str, dict[str, Any]]:
    """Return formula, weights in force and how they came to be, for the page that says how helpers are chosen."""
    model, newest = modelstore.in_force_now(), modelstore.promoted_last()
    steps = modelqueries.history(most=SHOWN_HISTORY + 1)
    weights = versions_told.named(model)
    return "routing/_weights.html", {
        "factors": [(sentences.factor(name), sentences.meaning(name), weight) for name, weight in weights.items()],
        "version": model.version,
        "since": newest.promoted_at if newest is not None and newest.model.version == model.version else None,
        "history": [_told(step) for step in steps[:SHOWN_HISTORY]],
        "has_more": len(steps) > SHOWN_HISTORY,
        "rule": versions_told.rule(PROMOTION_RULE.value),
        "explore": max(EXPLORE_PERCENT.value, 5),
        "load_percent": 100 * LOAD_SHARE,
        "load_most": 100 * LOAD_MOST,
    }


def _told(step: modelqueries.Step) -> dict[str, Any]:
    """Return one line of the history for everybody: who of the operators it was is not for them."""
    row, before = step.promotion.model, step.before
    is_new = before is not None and before.id != row.id
    return {
        "version": row.version,
        "at": step.promotion.promoted_at,
        "before": before.version if is_new and before is not None else None,
        "why": versions_told.reason(step.promotion.reason),
        "found": versions_told.found({**row.metrics, "against": ()}),
        "changes": versions_told.changes(modelstore.weights_of(before), modelstore.weights_of(row))
        if is_new and before is not None
        else [],
    }


def rings_panel(viewer: Actor, _subject: object) -> tuple[str, dict[str, Any]] | None:
    """Return how many findings about groups that confirm each other wait for somebody to look."""
    waiting = rings.waiting(viewer)
    return ("routing/_rings.html", {"waiting": waiting}) if waiting else None


def _asked(question: Question) -> list[Asked]:
    """Return who was invited, looked up once per page: most questions of others invited nobody the viewer may see."""
    kept: dict[int, list[Asked]] = g.setdefault("asked_helpers", {})
    if question.id not in kept:
        kept[question.id] = asked_helpers(question)
    return kept[question.id]


def cards(rows: list[OfferRow]) -> list[dict[str, Any]]:
    """Return what `helper_card` takes, one per invitation."""
    kept = [row.candidate for row in rows if row.candidate is not None]
    most = max((sum(sentences.group_totals(each).values()) for each in kept), default=0.0)
    topics = topics_in(kept)
    return [_card(row, most, topics) for row in rows]


def _card(row: OfferRow, most: float, topics: dict[int, str]) -> dict[str, Any]:
    kept, helper = row.candidate, row.helper
    return {
        "helper": helper,
        "url": person_url(helper.handle) if helper.handle else None,
        "sentence": "" if kept is None else sentences.in_short(kept),
        "reasons_for_you": [] if kept is None else sentences.reasons_for_you(kept, topics),
        "parts": [] if kept is None else sentences.picture(kept, most),
        "expected": None if kept is None else sentences.expected(kept),
        "state": {"accepted": "with_helper", "answered": "answered"}.get(row.offer.state, "offered"),
        "decision_id": row.offer.decision_id,
    }
