"""The resources of /api/v1 about cases: one's own and those one works on, through the queries and services of pages."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.actor import Actor
from app.api.blueprint import bp
from app.api.messages import Length, OneOf, Range
from app.api.schemas import MOST_PER_PAGE, storable
from app.cases.queries.case_view import CaseView, case_for
from app.cases.queries.lists import CaseRow, cases_worked_on, own_cases
from app.cases.queries.timeline import Entry, timeline_of
from app.cases.services.talking import post_message
from app.cases.wording import said, told
from app.community.compose import compose
from app.community.lengths import LONGEST_BODY
from app.errors import Invalid
from app.paging import Key
from app.requests.models import CASE_STATES
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.language import current_language

Told = dict[str, Any]
TURNS = ["customer", "holder", "front_desk", "nobody"]


class CaseSummary(Schema):
    """A case as lists give it. `id` is its public id."""

    id = fields.String(required=True)
    url = fields.Url(required=True, require_tld=False)
    title = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(CASE_STATES))
    state_since = fields.AwareDateTime(required=True)
    turn = fields.String(required=True, validate=validate.OneOf(TURNS))
    holder = fields.String(required=True)
    holder_person = fields.String(required=True, allow_none=True)
    next_update_at = fields.AwareDateTime(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    last_activity_at = fields.AwareDateTime(required=True)


class Moment(Schema):
    """One moment of a case's timeline. `words` is what was promised, put or quoted, `html` what was written; notes are
    there for who works on the case only.
    """

    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    is_note = fields.Boolean(required=True)
    words = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    html = fields.String(required=True, allow_none=True)


class Timeline(Schema):
    """What happened in a case, the oldest first."""

    items = fields.List(fields.Nested(Moment), required=True)


class CasePage(Schema):
    """One page of cases; `next` is what to send as `after` for the following one, null on the last."""

    items = fields.List(fields.Nested(CaseSummary), required=True)
    next = fields.String(allow_none=True, required=True)


class CaseArguments(Schema):
    """Which cases to list: one's own, or those that the organisations one works for have."""

    whose = fields.String(load_default="own", validate=OneOf(("own", "worked_on")))
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Integer(load_default=25, validate=Range(1, MOST_PER_PAGE))


class NewMessage(Schema):
    """A message to the others in a case, in Markdown."""

    body = fields.String(required=True, validate=[storable, Length(max=LONGEST_BODY)])


class Posted(Schema):
    """What became of a message that was sent."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)


@bp.get("/cases")
@signed_in
@bp.arguments(CaseArguments, location="query")
@bp.response(200, CasePage)
def case_list(wanted: Told) -> Told:
    """Your cases, or those you work on, the one where something happened last first."""
    after = None
    if wanted["after"] is not None:
        after = Key.parse(wanted["after"])
        if after is None:
            raise Invalid("unknown_page", _l("This is not the end of a page."), field="after")
    if wanted["whose"] == "own":
        page = own_cases(actor(), after=after, size=wanted["limit"])
    else:
        page = cases_worked_on(actor(), which="all", after=after, size=wanted["limit"])
    next_key = None if page.next_key is None else str(page.next_key)
    return {"items": [_summary(row) for row in page.rows], "next": next_key}


@bp.get("/cases/<public_id>/timeline")
@signed_in
@bp.response(200, Timeline)
def case_timeline(public_id: str) -> Told:
    """What was said and what happened in a case, whatever the channel."""
    found = case_for(actor(), public_id)
    return {"items": [_moment(entry, found) for entry in timeline_of(found)]}


@bp.post("/cases/<public_id>/messages")
@signed_in
@bp.arguments(NewMessage)
@bp.response(201, Posted)
def post(sent: Told, public_id: str) -> Told:
    """Write to the others in a case, as its customer or for who has it."""
    throttle.count("case_message_by_person", str(actor().person_id))
    text = compose(sent["body"], prior=current_language())
    found = case_for(actor(), public_id)
    made = post_message(part_in(found), found, text=text, channel="api")
    return {"id": made.id, "url": f"{_url(public_id)}#m{made.id}"}


def part_in(found: CaseView) -> Actor:
    """Return the caller in the capacity in which she takes part in a case: as its customer, or for its holder."""
    me = actor()
    return me.in_capacity(None if found.role == "customer" else found.holder.id)


def _summary(row: CaseRow) -> Told:
    return {
        "id": row.public_id,
        "url": _url(row.public_id),
        "title": row.title,
        "state": row.state,
        "state_since": row.state_since,
        "turn": row.turn,
        "holder": row.holder_name,
        "holder_person": row.holder_person_name,
        "next_update_at": row.next_update_at,
        "opened_at": row.created_at,
        "last_activity_at": row.last_activity_at,
    }


def _moment(entry: Entry, found: CaseView) -> Told:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "text": told(entry, found, actor()),
        "is_note": entry.is_inside,
        "words": said(entry) or None,
        "due_at": entry.due_at,
        "html": entry.message.body_html if entry.message else None,
    }


def _url(public_id: str) -> str:
    return url_for("cases.case", public_id=public_id, _external=True)
