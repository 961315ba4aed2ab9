"""From an answer to an article and to its readers: who may, what is kept, what nobody writes over unseen."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.community.links import question_url
from app.db import db
from app.errors import Conflict, NotAllowed
from app.knowledge.models.articles import ArticleAddress
from app.knowledge.models.care import Licence
from app.knowledge.models.evidence import ArticleSource
from app.knowledge.models.versions import ArticleReview, ArticleRevision
from app.knowledge.services import reviewing, writing
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast, sign_in, submit
from tests.community import make as community
from tests.knowledge import make
from tests.knowledge.make import SUMMARY, only, sent, text
from tests.organisations import make as organisations


def test_an_answer_is_in_review_two_clicks_later_without_what_is_personal(client: FlaskClient, cast: Cast) -> None:
    question = community.question(cast.customer, title="Why does my tap drip, says Carla?")
    answer = community.answer(
        question,
        cast.peer,
        body="Hi Carla,\n\nTurn the water off and call 06-12345678.\n\nKind regards,\n\nPete",
    )
    sign_in(client, cast.peer)
    assert f"/knowledge/new?answer={answer.id}" in client.get(question_url(question.id, question.title)).text

    begun = client.get(f"/knowledge/new?answer={answer.id}").text
    submit(client, "/knowledge/new", **sent(answer=answer.id, body="Turn the water off and call.", review="1"))

    assert "Turn the water off and call [phone number]." in begun
    assert "<q>06-12345678</q>" in begun
    made = only()
    assert (made.state, made.review_number, made.owner_id) == ("in_review", 1, cast.peer.id)
    source = db.session.scalars(select(ArticleSource)).one()
    assert (source.answer_id, source.author_id) == (answer.id, cast.peer.id)


def test_the_question_shows_the_article_and_the_article_names_who_answered(client: FlaskClient, cast: Cast) -> None:
    question = community.question(cast.customer, title="Why does my tap drip?")
    answer = community.answer(question, cast.peer, body="Turn the water off.")
    sign_in(client, cast.outsider)
    submit(client, "/knowledge/new", **sent(answer=answer.id, review="1"))
    made = only()
    sign_in(client, cast.curator)

    submit(client, f"/knowledge/{made.slug}/review", version=1, approve="1")

    assert "Mending a dripping tap" in client.get(question_url(question.id, question.title)).text
    page = client.get(f"/knowledge/{made.slug}").text
    assert "Made of an answer by" in page
    assert "Pete Peer" in page
    made = only()
    assert (made.state, made.validation, made.live_number, made.verified_by_id) == (
        "published",
        "validated",
        1,
        cast.curator.id,
    )


def test_nobody_reviews_her_own_words_whatever_her_right(app: Any, database: Any, cast: Cast) -> None:
    made = writing.write_article(actor_of(cast.curator), text(), language="en")
    reviewing.ask_review(actor_of(cast.curator), made)

    with pytest.raises(NotAllowed, match="own_article"):
        reviewing.approve(actor_of(cast.curator), made, seen_number=1)
    with pytest.raises(NotAllowed, match="licence_missing"):
        reviewing.approve(actor_of(cast.outsider), made, seen_number=1)


def test_a_reviewer_who_wrote_into_it_meanwhile_is_an_author(app: Any, database: Any, cast: Cast) -> None:
    made = writing.write_article(actor_of(cast.peer), text(), language="en")
    reviewing.ask_review(actor_of(cast.peer), made)
    curator = actor_of(cast.curator)
    writing.revise(curator, made, text(body="Turn it off first."), significance="medium", change="", seen_number=1)

    with pytest.raises(NotAllowed, match="own_article"):
        reviewing.approve(curator, made, seen_number=2)


def test_who_approves_words_that_changed_meanwhile_looks_again(app: Any, database: Any, cast: Cast) -> None:
    made = writing.write_article(actor_of(cast.peer), text(), language="en")
    reviewing.ask_review(actor_of(cast.peer), made)
    later = text(body="Hit it with a hammer.")
    writing.revise(actor_of(cast.peer), made, later, significance="major", change="", seen_number=1)

    with pytest.raises(Conflict, match="article_changed_meanwhile"):
        reviewing.approve(actor_of(cast.curator), made, seen_number=1)


def test_what_needs_change_goes_back_with_a_note(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer, state="in_review")
    sign_in(client, cast.curator)

    without = submit(client, f"/knowledge/{made.slug}/review", version=1, send_back="1")
    submit(client, f"/knowledge/{made.slug}/review", version=1, send_back="1", note="Say which tap you mean.")

    assert without.status_code == 422
    assert only().state == "draft"
    sign_in(client, cast.peer)
    assert "Say which tap you mean." in client.get(f"/knowledge/{made.slug}").text


def test_two_who_edit_at_once_lose_nothing(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer, body="Turn it off.")
    peer = actor_of(cast.peer)
    writing.revise(peer, made, text(body="Turn it off now."), significance="medium", change="now", seen_number=1)
    sign_in(client, cast.curator)

    answer = submit(
        client,
        f"/knowledge/{made.slug}/edit",
        **sent(body="Turn it off, please.", version=1, significance="medium", change="please"),
    )

    assert answer.status_code == 409
    assert "Turn it off, please." in answer.text
    assert "What they changed" in answer.text
    assert only().head_number == 2
    put_together = sent(body="Turn it off now, please.", version=2, significance="medium", change="please")
    assert submit(client, f"/knowledge/{made.slug}/edit", **put_together).status_code == 303
    third = db.session.scalars(select(ArticleRevision).where(ArticleRevision.number == 3)).one()
    assert (third.based_on, third.author_id, third.significance) == (2, cast.curator.id, "medium")


def test_readers_see_the_old_words_until_the_new_ones_are_reviewed(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer, body="Turn it off.")
    peer = actor_of(cast.peer)
    writing.revise(peer, made, text(body="Turn it on."), significance="major", change="the other way", seen_number=1)
    db.session.flush()

    page = client.get(f"/knowledge/{made.slug}").text
    history = client.get(f"/knowledge/{made.slug}/history").text

    assert "Turn it off." in page
    assert "Turn it on." not in page + history


def test_a_slip_that_a_contributor_corrects_needs_no_review(app: Any, database: Any, cast: Cast) -> None:
    made = make.article(cast.peer, body="Turn it of.", summary=SUMMARY)
    make.licence(cast.outsider, "contributor")
    before = made.verified_at

    is_live = writing.revise(
        actor_of(cast.outsider), made, text(made.title, "Turn it off."), significance="typo", change="of", seen_number=1
    )

    assert is_live
    assert (made.live_number, made.body, made.verified_at) == (2, "Turn it off.", before)


def test_a_stranger_does_not_edit_what_is_published(app: Any, database: Any, cast: Cast) -> None:
    made = make.article(cast.peer)

    with pytest.raises(NotAllowed, match="licence_missing"):
        writing.revise(actor_of(cast.outsider), made, text(), significance="typo", change="x", seen_number=1)


def test_a_new_title_is_a_new_address_and_the_old_one_leads_there(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer)
    old = made.slug
    peer = actor_of(cast.peer)
    writing.revise(peer, made, text("Mending any tap at all"), significance="major", change="any", seen_number=1)
    reviewing.ask_review(peer, made)
    reviewing.approve(actor_of(cast.curator), made, seen_number=2)
    db.session.flush()

    assert made.slug == "mending-any-tap-at-all"
    assert client.get(f"/knowledge/{old}").location == "/knowledge/mending-any-tap-at-all"
    assert db.session.scalars(select(ArticleAddress.slug)).all() == [old]


def test_the_address_of_a_draft_leads_on_for_who_may_see_what_became_of_it(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.agent, state="draft", audience=organisation_audience(cast.waterworks.id))
    old, agent = made.slug, actor_of(cast.agent)
    writing.revise(agent, made, text("Mending any tap at all"), significance="major", change="", seen_number=1)
    reviewing.ask_review(agent, made)
    organisations.membership(cast.curator, cast.waterworks)
    reviewing.approve(actor_of(cast.curator), made, seen_number=2)
    db.session.flush()

    sign_in(client, cast.agent)
    led = client.get(f"/knowledge/{old}")
    sign_in(client, cast.outsider)

    assert led.location == "/knowledge/mending-any-tap-at-all"
    assert client.get(f"/knowledge/{old}").status_code == 404


def test_two_articles_with_one_title_have_two_addresses(app: Any, database: Any, cast: Cast) -> None:
    first = writing.write_article(actor_of(cast.peer), text(), language="en")
    second = writing.write_article(actor_of(cast.peer), text(), language="en")

    assert (first.slug, second.slug) == ("mending-a-dripping-tap", "mending-a-dripping-tap-2")


def test_an_older_version_comes_back_as_the_newest(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer, body="Turn it off.")
    peer = actor_of(cast.peer)
    writing.revise(peer, made, text(body="Turn it on."), significance="major", change="wrong", seen_number=1)
    db.session.flush()
    sign_in(client, cast.peer)

    compared = client.get(f"/knowledge/{made.slug}/compare?old=2&new=1").text
    submit(client, f"/knowledge/{made.slug}/versions/1/restore", version=2, change="It was right")

    assert "Turn it " in compared
    assert "<ins>" in compared
    third = db.session.scalars(select(ArticleRevision).where(ArticleRevision.number == 3)).one()
    assert (third.body, third.restored_number, only().live_number) == ("Turn it off.", 1, 1)


def test_a_licence_is_earned_by_three_that_were_approved(app: Any, database: Any, cast: Cast) -> None:
    for number in range(3):
        made = make.article(cast.outsider, state="in_review", title=f"Something about taps {number}")
        reviewing.approve(actor_of(cast.curator), made, seen_number=1)

    assert db.session.scalars(select(Licence.level)).all() == ["contributor"]
    assert len(db.session.scalars(select(ArticleReview)).all()) == 3


def test_what_was_put_away_is_read_but_not_found(client: FlaskClient, cast: Cast) -> None:
    made = make.article(cast.peer)
    sign_in(client, cast.peer)

    submit(client, f"/knowledge/{made.slug}/archive")

    assert made.title not in client.get("/knowledge?language=all").text
    assert "This article was put away" in client.get(f"/knowledge/{made.slug}").text
    submit(client, f"/knowledge/{made.slug}/archive", back="1")
    assert (only().state, only().validation) == ("published", "not_validated")
