"""The shapes of what the API takes and gives; the OpenAPI document is made from them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, validate

from app.api.messages import Length, OneOf, Range
from app.community.lengths import LONGEST_BODY, LONGEST_TITLE
from app.community.queries.lists import ORDERS
from app.db import is_storable
from app.requests.models import STATES

MOST_PER_PAGE = 100


def storable(text: str) -> None:
    """Refuse text that no database keeps: NUL, halves of a character."""
    if not is_storable(text):
        raise ValidationError(str(_("The text holds characters that cannot be stored.")))


class TrueOrFalse(fields.Boolean):
    """true or false in a body, and not what else could be read as it ("yes", 1)."""

    def _deserialize(self, value: Any, *place: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *place, **options)


class FieldProblem(Schema):
    """One field that cannot be used."""

    field = fields.String(required=True)
    detail = fields.String(required=True)


class Problem(Schema):
    """An error (RFC 9457). `code` is for programs, `title` for people, `request_id` finds it in the server's log."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    request_id = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Nested(FieldProblem))


class Author(Schema):
    """Who wrote something, and for whom: `organisation` is null for somebody who speaks for herself.

    `through` is the organisation she works for where that one acts for `organisation`; `representing` the name of the
    person she acts for.
    """

    name = fields.String(required=True)
    handle = fields.String(allow_none=True, required=True)
    capacity = fields.String(required=True, validate=validate.OneOf(["peer", "agent", "partner", "desk"]))
    organisation = fields.String(allow_none=True, required=True)
    through = fields.String(allow_none=True)
    representing = fields.String(allow_none=True)


class RequestSummary(Schema):
    """A request for help as lists give it."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["question", "case"]))
    url = fields.Url(required=True, require_tld=False)
    title = fields.String(required=True)
    excerpt = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    language = fields.String(required=True)
    tags = fields.List(fields.String(), required=True)
    answers_count = fields.Integer(required=True)
    score = fields.Integer(required=True)
    asked_at = fields.AwareDateTime(required=True)
    last_activity_at = fields.AwareDateTime(required=True)


class Request(RequestSummary):
    """A request for help with its text. `html` is what pages show of `body`."""

    body = fields.String(required=True)
    source_format = fields.String(required=True, validate=validate.OneOf(["markdown", "html", "plain"]))
    html = fields.String(required=True)
    category = fields.String(required=True)
    audience = fields.String(required=True)
    channel = fields.String(required=True)
    asker = fields.Nested(Author, required=True)
    state_since = fields.AwareDateTime(required=True)
    accepted_answer_id = fields.Integer(allow_none=True, required=True)


class RequestPage(Schema):
    """One page of requests; `next` is what to send as `after` for the following one, null on the last."""

    items = fields.List(fields.Nested(RequestSummary), required=True)
    next = fields.String(allow_none=True, required=True)


class ListArguments(Schema):
    """Which requests to list."""

    mine = fields.Boolean(load_default=False, metadata={"description": "Only what you asked."})
    order = fields.String(load_default="newest", validate=OneOf(ORDERS))
    after = fields.String(load_default=None, metadata={"description": "`next` of the page before."})
    limit = fields.Integer(load_default=25, validate=Range(1, MOST_PER_PAGE))


class NewRequest(Schema):
    """A question to ask. `category` is a slug of GET /categories, `audience` one of those GET /status names."""

    title = fields.String(required=True, validate=[storable, Length(max=LONGEST_TITLE)])
    body = fields.String(required=True, validate=[storable, Length(max=LONGEST_BODY)])
    category = fields.String(required=True, validate=storable)
    tags = fields.List(fields.String(validate=[storable, Length(max=100)]), load_default=list)
    audience = fields.String(load_default="public", validate=storable)


class Asked(Schema):
    """What became of a question that was sent."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)
    state = fields.String(required=True)
    language = fields.String(required=True)


class Evidence(Schema):
    """How many people who tried an answer say that it worked, is outdated, or is dangerous."""

    worked = fields.Integer(required=True)
    outdated = fields.Integer(required=True)
    dangerous = fields.Integer(required=True)


class Answer(Schema):
    """An answer; the asker may have accepted several. `html` is what pages show of `body`."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)
    body = fields.String(required=True)
    source_format = fields.String(required=True)
    html = fields.String(required=True)
    language = fields.String(required=True)
    author = fields.Nested(Author, required=True)
    score = fields.Integer(required=True)
    is_accepted = fields.Boolean(required=True)
    evidence = fields.Nested(Evidence, required=True)
    answered_at = fields.AwareDateTime(required=True)
    edited_at = fields.AwareDateTime(allow_none=True, required=True)


class Answers(Schema):
    """All answers to a request: accepted ones first, then by what people say of them, then the oldest."""

    items = fields.List(fields.Nested(Answer), required=True)


class NewAnswer(Schema):
    """An answer to post, in Markdown."""

    body = fields.String(required=True, validate=[storable, Length(max=LONGEST_BODY)])


class Answered(Schema):
    """What became of an answer that was sent."""

    id = fields.Integer(required=True)
    request_id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)


class Part(Schema):
    """Minutes that one thing adds to the expected value of asking somebody, or takes away."""

    text = fields.String(required=True)
    minutes = fields.Float(required=True)


class Candidate(Schema):
    """Somebody who can help: how likely she was shown (`propensity`), what she is expected to save, and why."""

    place = fields.Integer(required=True)
    helper = fields.Nested(Author, required=True)
    sentence = fields.String(required=True)
    expected = fields.String(required=True)
    reasons = fields.List(fields.String(), required=True)
    minutes = fields.List(fields.Nested(Part), required=True)
    value = fields.Float(required=True)
    propensity = fields.Float(required=True)
    invitation = fields.String(allow_none=True, required=True)
    since_then = fields.List(fields.String(), required=True)


class ReasonAgainst(Schema):
    """Why one of the caller's own capacities was not invited: `code` for programs, `reason` for people."""

    helper = fields.Nested(Author, required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)


class Decision(Schema):
    """The newest decision about a request. `shown` is for who asked, the invited first; `own` holds the caller's own
    rows, `own_reasons_against` why her other capacities were left out."""

    id = fields.Integer(required=True)
    url = fields.Url(required=True, require_tld=False)
    decided_at = fields.AwareDateTime(required=True)
    candidates_count = fields.Integer(allow_none=True, required=True)
    shown = fields.List(fields.Nested(Candidate), required=True)
    own = fields.List(fields.Nested(Candidate), required=True)
    own_reasons_against = fields.List(fields.Nested(ReasonAgainst), required=True)


class Category(Schema):
    """A shelf to put a question on. `names` by language."""

    slug = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Categories(Schema):
    """Every shelf, in the order operators gave them."""

    items = fields.List(fields.Nested(Category), required=True)


class Limit(Schema):
    """At most `most` in `per_s` seconds."""

    name = fields.String(required=True)
    most = fields.Integer(required=True)
    per_s = fields.Integer(required=True)


class Status(Schema):
    """Who the token stands for, in which capacity, and what it may do."""

    person = fields.Nested(Author, required=True)
    scopes = fields.List(fields.String(), required=True)
    may_write = fields.Boolean(required=True)
    audiences = fields.List(fields.String(), required=True)
    limits = fields.List(fields.Nested(Limit), required=True)


class CasePoint(Schema):
    """Something one side of a case put before the other, and what came of it."""

    kind = fields.String(required=True)
    words = fields.String(required=True)
    about = fields.String(allow_none=True, required=True)
    by = fields.String(required=True)
    organisation = fields.String(required=True)
    through = fields.String(required=True)
    due_at = fields.AwareDateTime(allow_none=True, required=True)
    put_at = fields.AwareDateTime(required=True)
    answer = fields.String(allow_none=True, required=True)
    answer_words = fields.String(required=True)
    answered_by = fields.String(required=True)
    answered_at = fields.AwareDateTime(allow_none=True, required=True)


class CasePromise(Schema):
    """What was promised, by whom and by when, and what became of it."""

    kind = fields.String(required=True)
    words = fields.String(required=True)
    organisation = fields.String(required=True)
    person = fields.String(required=True)
    through = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    first_due_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    state = fields.String(required=True)
    renegotiated = fields.Integer(required=True)
    is_moved_alone = fields.Boolean(required=True)
    broken_at = fields.AwareDateTime(allow_none=True, required=True)
    done_at = fields.AwareDateTime(allow_none=True, required=True)
    proposal = fields.Nested(CasePoint, allow_none=True, required=True)


class CaseClock(Schema):
    """A clock of a case: running until `due_at`, standing still with `left_minutes`, or over."""

    kind = fields.String(required=True)
    phase = fields.String(required=True)
    due_at = fields.AwareDateTime(allow_none=True, required=True)
    left_minutes = fields.Integer(allow_none=True, required=True)
    ran_out_at = fields.AwareDateTime(allow_none=True, required=True)


class CaseStatus(Schema):
    """Where a case stands: whose turn it is, since when and why, as its customer and its helper see it."""

    public_id = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    turn = fields.String(required=True)
    since = fields.AwareDateTime(required=True)
    why = fields.String(required=True)
    reason = fields.String(required=True)
    holder = fields.String(required=True)
    holder_person = fields.String(required=True)
    next_update_at = fields.AwareDateTime(allow_none=True, required=True)
    ultimate_at = fields.AwareDateTime(allow_none=True, required=True)
    is_held_up = fields.Boolean(required=True)
    understanding = fields.Nested(CasePoint, allow_none=True, required=True)
    work_from = fields.AwareDateTime(
        allow_none=True,
        required=True,
        metadata={
            "description": "From when those who help may promise, quote and solve; null before they restated it."
        },
    )
    promises = fields.List(fields.Nested(CasePromise), required=True)
    disputes = fields.List(fields.Nested(CasePoint), required=True)
    clocks = fields.List(fields.Nested(CaseClock), required=True)
