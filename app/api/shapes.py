"""From rows to what the schemas describe. Nothing is decided or asked here."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for

from app.actor import Actor
from app.cases.queries.case_view import CaseView
from app.cases.queries.status import CaseStatus
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.community.models.signals import KINDS
from app.community.queries.answers import AnswerRow
from app.community.queries.lists import QuestionRow
from app.config import Config
from app.organisations.capacity import capacity_word
from app.privacy.audiences import PUBLIC, organisation_audience
from app.routing import sentences
from app.routing.explaining import Explained
from app.routing.queries.decisions import DecisionView
from app.routing.queries.providers import Helper
from app.trust.standing import can_write
from app.web.throttle import LIMITS

TOLD_LIMITS = ("api_by_token", "ask_by_person", "answer_by_person")


def summary(row: QuestionRow) -> dict[str, Any]:
    """A question of a list."""
    return {
        "id": row.id,
        "kind": "question",
        "url": question_url(row.id, row.title, external=True),
        "title": row.title,
        "excerpt": row.excerpt,
        "state": row.state,
        "language": row.language,
        "tags": row.tag_names,
        "answers_count": row.answers_count,
        "score": row.score,
        "asked_at": row.created_at,
        "last_activity_at": row.last_activity_at,
    }


def request(question: Question, row: QuestionRow) -> dict[str, Any]:
    """A question in full; `row` is the same one as lists have it."""
    shared = question.request
    by = shared.entered_by or question.asker
    return {
        **summary(row),
        "state_since": shared.state_since,
        "body": question.body,
        "source_format": question.source_format,
        "html": question.body_html,
        "category": question.category.slug,
        "audience": question.audience,
        "channel": shared.channel,
        "asker": {
            "name": by.name,
            "handle": by.handle,
            "capacity": row.capacity,
            "organisation": row.organisation_name,
            "through": shared.through.name if shared.through else None,
            "representing": question.asker.name if by is not question.asker else None,
        },
        "accepted_answer_id": question.accepted_answer_id,
    }


def asked(question: Question) -> dict[str, Any]:
    """What a program needs to find its question again."""
    return {
        "id": question.id,
        "url": question_url(question.id, question.title, external=True),
        "state": question.request.state,
        "language": question.request.language,
    }


def answer(question: Question, row: AnswerRow) -> dict[str, Any]:
    """An answer of this question."""
    found = row.answer
    return {
        "id": found.id,
        "url": question_url(question.id, question.title, answer_id=found.id, external=True),
        "body": found.body,
        "source_format": found.source_format,
        "html": found.body_html,
        "language": found.language,
        "author": {
            "name": row.author_name,
            "handle": row.author_handle,
            "capacity": row.capacity,
            "organisation": row.organisation_name,
            "through": row.through_name,
            "representing": row.represented_name,
        },
        "score": found.score,
        "is_accepted": row.is_confirmed,
        "evidence": {kind: getattr(row.evidence, kind) for kind in KINDS},
        "answered_at": found.created_at,
        "edited_at": found.edited_at,
    }


def answered(question: Question, made: Answer) -> dict[str, Any]:
    """What a program needs to find its answer again."""
    return {
        "id": made.id,
        "request_id": question.id,
        "url": question_url(question.id, question.title, answer_id=made.id, external=True),
    }


def decision(view: DecisionView, shown: list[Explained], own: list[Explained]) -> dict[str, Any]:
    """A decision as far as the caller may see it."""
    config: Config = current_app.extensions["samen.config"]
    return {
        "id": view.decision.id,
        "url": config.base_url + url_for("routing.why", decision_id=view.decision.id),
        "decided_at": view.decision.decided_at,
        "candidates_count": view.decision.candidates_count if view.sees_all else None,
        "shown": [_candidate(each) for each in shown],
        "own": [_candidate(each) for each in own],
        "own_reasons_against": [
            {"helper": _author(helper), "code": code, "reason": sentences.why_not(code)}
            for helper, code in view.own_reasons_against
        ],
    }


def _candidate(found: Explained) -> dict[str, Any]:
    return {
        "place": found.view.place,
        "helper": _author(found.view.helper),
        "sentence": found.sentence,
        "expected": found.expected,
        "reasons": found.reasons,
        "minutes": found.minutes,
        "value": found.value,
        "propensity": found.propensity,
        "invitation": found.view.offer_state,
        "since_then": found.changes,
    }


def _author(helper: Helper) -> dict[str, Any]:
    return {
        "name": helper.name,
        "handle": helper.handle or None,
        "capacity": helper.capacity,
        "organisation": helper.organisation,
    }


def status(actor: Actor) -> dict[str, Any]:
    """The caller, as the server sees her."""
    seat = actor.seat
    return {
        "person": {
            "name": actor.name,
            "handle": actor.handle,
            "capacity": capacity_word(seat.organisation_kind if seat else None),
            "organisation": seat.organisation_name if seat else None,
        },
        "scopes": sorted(actor.scopes or ()),
        "may_write": bool(can_write(actor)),
        "audiences": [
            PUBLIC,
            *(organisation_audience(each.organisation_id) for each in actor.seats if each.covers("questions")),
        ],
        "limits": [{"name": name, "most": LIMITS[name].most, "per_s": LIMITS[name].per_s} for name in TOLD_LIMITS],
    }


def case_status(case: CaseView, found: CaseStatus) -> dict[str, Any]:
    """A case as its page shows where it stands."""
    return {"public_id": case.public_id, "title": case.title, **vars(found)}
