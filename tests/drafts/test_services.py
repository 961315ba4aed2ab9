"""Keeping drafts: the last one counts, nobody else sees it, sending forgets it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock as app_clock
from app.actor import SYSTEM, VISITOR
from app.attachments.addresses import markdown_for
from app.db import db
from app.drafts import jobs, queries, services
from app.drafts.models import Draft
from app.drafts.places import ask_place, checked_place, page_of
from app.errors import Invalid, NotAllowed, NotFound
from app.privacy.rights import erase_person, export_person
from tests.attachments import make as attachments
from tests.cast import acting
from tests.drafts.make import draft

TEXT = {"title": "Why does the tap drip?", "body": "It drips at night."}


def kept(person) -> dict[str, dict[str, str]]:
    rows = db.session.scalars(
        select(Draft).where(Draft.person_id == person.id).execution_options(populate_existing=True)
    )
    return {row.place: row.fields for row in rows}


def test_saving_again_writes_over_the_last_one(cast):
    services.save(acting(cast.peer), "answer.7", {"body": "Turn"})
    saved_at = services.save(acting(cast.peer), "answer.7", {"body": "Turn it off.", "is_operator": "1", "data": "x"})

    assert kept(cast.peer) == {"answer.7": {"body": "Turn it off."}}
    assert saved_at == app_clock.now()


def test_empty_text_leaves_no_draft(cast):
    services.save(acting(cast.peer), "ask", TEXT)

    assert services.save(acting(cast.peer), "ask", {"title": " ", "body": "", "category": "3"}) is None

    assert kept(cast.peer) == {}


@pytest.mark.parametrize("body", ["x" * 40_001, "a\x00b", "a\ud800b"])
def test_what_cannot_be_stored_is_refused(cast, body):
    with pytest.raises(Invalid):
        services.save(acting(cast.peer), "ask", {"body": body})


def test_number_of_drafts_has_an_end_and_those_there_can_still_change(cast):
    for number in range(1, services.MOST + 1):
        draft(cast.peer, f"answer.{number}")

    services.save(acting(cast.peer), "answer.7", TEXT)
    with pytest.raises(Invalid, match="too_many_drafts"):
        services.save(acting(cast.peer), "ask", TEXT)


def test_suspended_person_keeps_nothing(cast):
    with pytest.raises(NotAllowed):
        services.save(acting(cast.suspended), "ask", TEXT)


def test_thrown_away_draft_comes_back_until_it_is_forgotten(cast, clock):
    draft(cast.peer)
    services.throw_away(acting(cast.peer), "ask")
    assert queries.slot_for(acting(cast.peer), "ask").draft is None

    services.bring_back(acting(cast.peer), "ask")
    assert queries.slot_for(acting(cast.peer), "ask").draft is not None
    services.throw_away(acting(cast.peer), "ask")
    clock.shift(25 * 3600)
    jobs.forget_old()

    with pytest.raises(NotFound):
        services.bring_back(acting(cast.peer), "ask")


def test_draft_nobody_went_on_with_is_forgotten(cast, clock):
    draft(cast.peer, saved_at=app_clock.now() - timedelta(days=91))
    draft(cast.agent, saved_at=app_clock.now() - timedelta(days=89))

    jobs.forget_old()

    assert (kept(cast.peer), len(kept(cast.agent))) == ({}, 1)


def test_nobody_reaches_somebody_elses_draft(cast):
    draft(cast.peer)

    assert queries.slot_for(acting(cast.operator), "ask").draft is None
    assert queries.drafts_of(acting(cast.operator)) == []
    with pytest.raises(NotFound):
        services.throw_away(acting(cast.operator), "ask")
    assert kept(cast.peer)


def test_visitor_costs_no_statement(cast, count_queries):
    with count_queries() as ran:
        assert queries.slot_for(VISITOR, "answer.7").draft is None

    assert ran.count == 0


def test_another_question_has_a_place_beside_the_first(cast):
    draft(cast.peer)
    peer = acting(cast.peer)

    same, other = queries.slot_to_ask(peer, title=TEXT["title"]), queries.slot_to_ask(peer, title="The boiler is cold")
    assert (same.place, same.fields) == ("ask", TEXT)
    assert (other.fields, other.other and other.other.fields) == ({}, TEXT)

    services.save(peer, other.place, {"title": "The boiler is cold now"})
    again = queries.slot_to_ask(peer, title="The boiler is cold")
    assert again.fields == {"title": "The boiler is cold now"}


@pytest.mark.parametrize("place", ["", "ask.", "ask.xyz", "answer", "answer.0", "answer.x", "answer.1/..", "diary.1"])
def test_there_is_nowhere_else_to_write(place):
    with pytest.raises(NotFound):
        checked_place(place)
    assert ask_place(place) == "ask"


def test_each_place_leads_to_its_page(app):
    with app.test_request_context():
        assert page_of("ask.0123abcd") == "/ask?draft=ask.0123abcd"
        assert page_of("answer.7") == "/q/7#your-answer"
        assert page_of("edit-question.7") == "/q/7/edit"
        assert page_of("edit-answer.7") == "/answers/7/edit"
        assert page_of("suggest-answer.7") == "/answers/7/suggest"
        assert page_of("edit-suggestion.7") == "/suggestions/7/edit"
        assert page_of("comment-question.7") == "/q/7/comment"
        assert page_of("comment-answer.7") == "/answers/7/comment"
        assert page_of("reply.7") == "/comments/7/reply"
        assert page_of("edit-comment.7") == "/comments/7/edit"


def test_draft_holds_its_pictures(cast):
    picture = attachments.attachment(cast.peer)

    services.save(acting(cast.peer), "ask", {"body": markdown_for(picture)})

    db.session.refresh(picture)
    assert picture.kept_until == app_clock.now() + timedelta(days=90)


def test_person_can_read_and_take_back_her_drafts(cast):
    draft(cast.peer)

    assert [each["fields"] for each in export_person(cast.peer.id)["drafts"]] == [TEXT]
    erase_person(SYSTEM, cast.peer.id)

    assert kept(cast.peer) == {}
