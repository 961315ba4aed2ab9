"""Following: by choice and by taking part, and who is to hear of something."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.actor import VISITOR
from app.community.compose import compose
from app.community.links import question_url
from app.community.models.follows import Follow
from app.community.queries import follows
from app.community.services import answering, asking, following
from app.errors import NotAllowed, SignInFirst
from app.outbox.models import DomainEvent
from app.privacy.audiences import may_know
from app.privacy.readers import may_read
from app.privacy.rights import erase_person, export_person
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.organisations import make as organisations


@pytest.fixture
def question(app, database, cast):
    return make.question(cast.customer, tags=(make.tag("meter"),))


def test_whatever_can_be_followed_is_followed_once_and_left(database, cast, question):
    actor = acting(cast.peer)
    tag = make.tag("water")
    for subject in (question, tag, question.category, cast.agent):
        following.follow(actor, subject)
        following.follow(actor, subject)
        assert follows.following_of(actor, subject) == follows.Following(on=True, count=1)

    following.unfollow(actor, tag)
    following.unfollow(actor, tag)

    assert follows.following_of(actor, tag) == follows.Following(on=False, count=0)
    kinds = list(database.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)))
    assert kinds == ["followed"] * 4 + ["unfollowed"]


def test_nobody_follows_herself_and_no_visitor_follows(database, cast, question):
    with pytest.raises(NotAllowed, match="yourself"):
        following.follow(acting(cast.peer), cast.peer)
    with pytest.raises(SignInFirst):
        following.follow(VISITOR, question)
    with pytest.raises(NotAllowed, match="account_suspended"):
        following.follow(acting(cast.suspended), question)
    assert not follows.following_of(VISITOR, question).on


def test_whoever_asks_or_answers_follows_and_leaving_sticks(database, cast):
    asker, helper = acting(cast.customer), acting(cast.peer)
    text = compose("It shows two numbers.")
    question = asking.ask_question(asker, title="How do I read it?", text=text, category_id=make.category().id)
    answering.post_answer(helper, question, text=text)
    assert {each.person_id: each.how for each in follows.who_follows("public", question_id=question.id)} == {
        cast.customer.id: "asked",
        cast.peer.id: "answered",
    }

    following.unfollow(helper, question)
    answering.post_answer(helper, question, text=text)
    assert not follows.following_of(helper, question).on

    following.follow(helper, question)
    (mine,) = [each for each in follows.who_follows("public", question_id=question.id) if each.how == "chosen"]
    assert mine.person_id == cast.peer.id


def test_a_follow_has_one_subject(database, cast, question):
    row = {"person_id": cast.peer.id, "how": "chosen", "since": clock.now()}
    for wrong in ({}, {"question_id": question.id, "category_id": question.category_id}):
        with pytest.raises(IntegrityError), database.begin_nested():
            database.execute(insert(Follow), {**row, **wrong})


def test_who_is_to_hear_of_it_may_read_it(database, cast):
    within = f"org:{cast.waterworks.id}"
    question = make.question(cast.agent, audience=within)
    for person in (cast.agent, cast.customer):
        following.follow(acting(person), question.category)
    following.follow(acting(cast.outsider), cast.agent)

    def told(audience: str) -> set[int]:
        found = follows.who_follows(audience, category_id=question.category_id, person_id=cast.agent.id)
        return {each.person_id for each in found}

    assert told("public") == {cast.agent.id, cast.customer.id, cast.outsider.id}
    assert told(within) == {cast.agent.id}
    assert follows.who_follows("public") == []


def test_the_two_sides_of_an_audience_agree(database, cast):
    """`may_read` is `audiences_of` the other way round, for everybody and every token."""
    former = organisations.organisation("Closed", closed_at=clock.now())
    organisations.membership(cast.peer, former)
    organisations.membership(cast.suspended, cast.waterworks)
    tokens = ["public", "moderators", "operators", f"person:{cast.peer.id}", f"org:{cast.waterworks.id}"]
    for token in [*tokens, f"org:{former.id}", "request:1", "nonsense"]:
        readers = set(database.scalars(select(type(cast.peer).id).where(may_read(token))))
        knowing = {person.id for person in cast.people.values() if may_know(acting(person), token)}
        assert readers & {person.id for person in cast.people.values()} == knowing, token


def test_what_one_follows_is_listed_as_far_as_one_may_see_it(database, cast, question):
    actor, secret = acting(cast.peer), make.tag("secret")
    hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}", tags=(secret,))
    for subject in (question, hidden, secret, cast.agent, question.category):
        following.follow(actor, subject)
    tag = make.tag("used", questions_count=1)
    following.follow(actor, tag)

    assert [each.id for each in follows.followed_questions(actor).rows] == [question.id]
    assert [each.name for each in follows.followed_tags(actor)] == ["used"]
    assert [each.id for each in follows.followed_categories(actor)] == [question.category_id]
    assert [each.handle for each in follows.followed_people(actor)] == [cast.agent.handle]


def test_followed_questions_are_paged(database, cast):
    actor = acting(cast.peer)
    ids = [make.question(cast.customer).id for _number in range(3)]
    for number in ids:
        following.follow_by_itself(cast.peer.id, number, "commented")

    first = follows.followed_questions(actor, size=2)
    second = follows.followed_questions(actor, size=2, after=first.next_key)

    assert [each.id for each in (*first.rows, *second.rows)] == ids[::-1]
    assert second.next_key is None


def test_what_she_followed_is_exported_and_forgotten(database, cast, question):
    following.follow(acting(cast.peer), question)
    following.follow(acting(cast.customer), cast.peer)

    assert export_person(cast.peer.id)["followed"][0]["question_id"] == question.id
    erase_person(acting(cast.operator), cast.peer.id)

    assert database.scalars(select(Follow)).all() == []


def test_pages_offer_to_follow_and_to_leave(client, cast, question):
    sign_in(client, cast.peer)
    pages = {
        f"/q/{question.id}/follow": path_of(client, question),
        "/tags/meter/follow": "/tags/meter",
        f"/c/{question.category.slug}/follow": f"/c/{question.category.slug}",
        f"/people/{cast.agent.handle}/follow": f"/people/{cast.agent.handle}",
    }
    for action, page in pages.items():
        assert client.get(page).text.count('aria-pressed="false"') >= 1
        answer = submit(client, action, on="1")
        assert (answer.status_code, answer.location) == (303, page)
        assert 'name="on" value="0"' in client.get(page).text

    listed = client.get("/following").text
    for action in pages:
        assert f'action="{action}"' in listed
        assert submit(client, action, on="0", next="/following").location == "/following"
    assert "You follow nothing yet" in client.get("/following").text


def test_following_leads_nowhere_else(client, cast, question):
    sign_in(client, cast.peer)

    answer = submit(client, f"/q/{question.id}/follow", on="1", next="https://evil.example/")

    assert answer.location == path_of(client, question)


def path_of(client, question) -> str:
    with client.application.test_request_context():
        return question_url(question.id, question.title)
