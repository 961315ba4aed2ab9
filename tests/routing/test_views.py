"""The pages of routing over HTTP, each with its litany: works, stranger, wrong role, missing thing, wrong method."""

from __future__ import annotations

import pytest

from app.community.links import question_url
from app.community.models.posts import Question
from app.community.services import answering, judging
from app.db import db
from app.routing import learning
from app.routing.models import Offer
from app.routing.services import latest_decision
from tests.cast import acting, sign_in, sign_out, submit
from tests.community import make as community
from tests.routing import make

DUTCH = {"Accept-Language": "nl"}


@pytest.fixture
def question(cast) -> Question:
    make.past(cast, cast.peer, answers=9, accepted=6, days_ago=1)
    make.past(cast, cast.agent, answers=4, accepted=1, organisation=cast.waterworks, days_ago=2)
    make.learn_history()
    return make.ask(cast)


def page_of(app, question: Question) -> str:
    with app.test_request_context():
        return question_url(question.id, question.title)


def why_page(question: Question) -> str:
    return f"/decisions/{latest_decision(question.id).id}/why"


def peers_offer(cast, question: Question) -> Offer:
    return next(offer for offer in make.offers(question) if offer.provider_id == cast.peer_provider.id)


# Asking


def test_asking_on_the_page_invites_helpers(client, cast, question):
    sign_in(client, cast.customer)
    shelf = community.category()

    answer = submit(
        client, "/ask", title="What does a new meter cost?", body="Mine is from 1985 and it squeaks.", category=shelf.id
    )

    assert answer.status_code == 303
    asked = db.session.scalars(db.select(Question).where(Question.title == "What does a new meter cost?")).one()
    assert make.offers(asked)


def test_a_bad_form_asks_and_invites_nobody(client, cast, question):
    sign_in(client, cast.customer)
    before = db.session.scalar(db.select(db.func.count()).select_from(Offer))

    answer = submit(client, "/ask", title="short", body="", category=community.category().id)

    assert answer.status_code == 422
    assert db.session.scalar(db.select(db.func.count()).select_from(Offer)) == before


def test_without_scripts_the_question_can_be_changed_after_the_similar_ones_were_shown(client, cast):
    sign_in(client, cast.customer)
    shelf = community.category()
    typed = {"title": "What does a new meter cost?", "body": "Mine is *old*.", "tags": "meter", "category": shelf.id}

    similar = submit(client, "/ask/similar/check", **typed)
    back = submit(client, "/ask", **typed, change="1")

    assert 'name="change"' in similar.text
    assert "Change my question" in similar.text
    assert back.status_code == 200
    assert 'value="What does a new meter cost?"' in back.text
    assert "Mine is *old*.</textarea>" in back.text
    assert f'<option selected value="{shelf.id}">' in back.text
    assert 'value="meter"' in back.text
    assert "Error:" not in back.text
    assert db.session.scalars(db.select(Question)).first() is None


# Who can help


def test_the_asker_sees_who_can_help_in_plain_sentences(app, client, cast, question):
    sign_in(client, cast.customer)

    text = client.get(page_of(app, question)).text

    assert "Who can help" in text
    assert "Pete Peer" in text
    assert "Solved 6 of 9 questions." in text
    assert "Usually replies within 30 minutes." in text


def test_the_panel_is_in_dutch_for_a_dutch_reader(app, client, cast, question):
    sign_in(client, cast.customer)

    text = client.get(page_of(app, question) + "?lang=nl", follow_redirects=True).text

    assert "Wie kan helpen" in text
    assert "Who can help" not in text


@pytest.mark.parametrize("role", ["outsider", "rival", "curator", None])
def test_others_do_not_see_who_was_invited(app, client, cast, question, role):
    if role is not None:
        sign_in(client, cast.people[role])

    assert "Who can help" not in client.get(page_of(app, question)).text


def test_the_invited_helper_sees_the_invitation_on_the_question(app, client, cast, question):
    sign_in(client, cast.peer)

    text = client.get(page_of(app, question)).text

    assert "You were invited to help" in text
    assert "Who can help" not in text


def test_the_panel_costs_a_fixed_number_of_statements(app, client, cast, question, count_queries):
    path = page_of(app, question)
    sign_in(client, cast.customer)
    client.get(path)
    with count_queries() as with_panel:
        client.get(path)
    sign_out(client)
    client.get(path)
    with count_queries() as without:
        client.get(path)

    assert with_panel.count - without.count <= 8, with_panel


# For you


def test_a_helper_finds_her_invitations_with_the_reason(client, cast, question):
    sign_in(client, cast.peer)

    answer = client.get("/for-you")

    assert answer.status_code == 200
    assert question.title in answer.text
    assert "You answered" in answer.text
    assert "Carla Customer" in answer.text


def test_without_invitations_the_page_says_so(client, cast, question):
    sign_in(client, cast.outsider)

    assert "No invitations now" in client.get("/for-you").text


def test_a_visitor_is_sent_to_sign_in(client, cast, question):
    for path in ("/for-you", why_page(question)):
        answer = client.get(path)
        assert answer.status_code in (302, 303, 401), path


def test_saying_yes_leads_to_the_answer_and_shows_the_asker(app, client, cast, question):
    sign_in(client, cast.peer)

    answer = submit(client, f"/offers/{peers_offer(cast, question).id}/accept")

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#your-answer")
    assert "You said yes" in client.get("/for-you").text
    sign_in(client, cast.customer)
    assert "With a helper" in client.get(page_of(app, question)).text


def test_saying_no_takes_it_off_the_list(client, cast, question):
    sign_in(client, cast.peer)

    answer = submit(client, f"/offers/{peers_offer(cast, question).id}/decline")

    assert answer.status_code == 303
    assert question.title not in client.get("/for-you").text


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_anothers_invitation_is_absent(client, cast, question, verb):
    offer = peers_offer(cast, question)
    for person in (cast.agent, cast.customer, cast.moderator):
        sign_in(client, person)
        assert submit(client, f"/offers/{offer.id}/{verb}").status_code == 404
    assert submit(client, f"/offers/999999/{verb}").status_code == 404
    assert client.get(f"/offers/{offer.id}/{verb}").status_code == 405
    db.session.refresh(offer)
    assert offer.state == "offered"


def test_answering_twice_says_so(client, cast, question):
    sign_in(client, cast.peer)
    offer = peers_offer(cast, question)
    submit(client, f"/offers/{offer.id}/accept")

    answer = submit(client, f"/offers/{offer.id}/decline")

    assert answer.status_code == 403
    assert "You have already answered this invitation." in answer.text


# Why


def test_the_asker_reads_the_whole_list(client, cast, question):
    sign_in(client, cast.customer)

    answer = client.get(why_page(question))

    assert answer.status_code == 200
    assert "Pete Peer" in answer.text
    assert "Anna Agent" in answer.text
    assert "Who was left out" in answer.text
    assert "The nine factors" in answer.text


def test_a_helper_reads_her_own_row_and_no_other(client, cast, question):
    sign_in(client, cast.peer)

    text = client.get(why_page(question)).text

    assert "You in this list" in text
    assert "Pete Peer" in text
    assert "Anna Agent" not in text
    assert "Who was left out" not in text


def test_a_helper_who_was_left_out_reads_why(client, cast, question):
    cast.partner.languages = ["fr"]
    db.session.flush()
    question = make.ask(cast, title="Which meter do plumbers read?")
    sign_in(client, cast.partner)

    text = client.get(why_page(question)).text

    assert "The question was in a language that is not in your profile." in text


def test_who_is_no_helper_finds_no_page(client, cast, question):
    path = why_page(question)
    for person in (cast.outsider, cast.curator, cast.rival):
        sign_in(client, person)
        assert client.get(path).status_code == 404
    for person in (cast.moderator, cast.operator):
        sign_in(client, person)
        assert client.get(path).status_code == 200
    assert client.get("/decisions/999999/why").status_code == 404


def test_a_decision_on_a_hidden_question_is_absent(client, cast, question):
    question.audience = f"org:{cast.energy.id}"
    db.session.flush()

    sign_in(client, cast.peer)

    assert client.get(why_page(question)).status_code == 404


def test_after_a_refit_why_says_in_dutch_what_was_learned(client, cast, question, clock):
    path = why_page(question)
    clock.shift(600)
    answer = answering.post_answer(acting(cast.peer), question, text=make.composed("Send the first one."))
    judging.accept(acting(cast.customer), question, answer)
    make.catch_up()
    clock.shift(60)
    learning.refit()
    sign_in(client, cast.customer)

    text = client.get(path + "?lang=nl", follow_redirects=True).text

    assert "Wat sindsdien geleerd is" in text
    assert "1 vraag meer opgelost dan toen." in text
    assert "What was learned" not in text
