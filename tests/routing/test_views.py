"""The pages of routing over HTTP, each with its litany: works, stranger, wrong role, missing thing, wrong method."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from app import clock as time
from app.community.links import question_url
from app.community.models.posts import Question
from app.community.services import answering, judging
from app.db import db
from app.ranking.features import COLUMNS
from app.ranking.model import default_model
from app.routing import choosing, learning, livestate, modelstore, sentences, services
from app.routing.deciding import Asking, decide
from app.routing.eligibility import Load, circumstances
from app.routing.models import Offer, RankingModel
from app.routing.services import latest_decision
from app.web.templating import minutes_in_words
from tests.accounts import make as accounts
from tests.cast import acting, sign_in, sign_out, submit
from tests.community import make as community
from tests.drafts import make as drafts
from tests.providers import make as providers
from tests.routing import make, test_learning

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


def offer_to(provider, decision) -> Offer:
    return Offer(
        decision_id=decision.id,
        help_request_id=decision.help_request_id,
        provider_id=provider.id,
        place=1,
        propensity=0.5,
        explored=False,
        state="offered",
        state_since=decision.decided_at,
        offered_at=decision.decided_at,
        expires_at=decision.decided_at + timedelta(hours=48),
    )


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
    assert "When a reply comes, it usually takes about 30 minutes." in text


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
    assert "The factors" in answer.text


def test_why_begins_with_the_helper_the_question_page_begins_with(app, client, cast, question):
    best = min(make.offers(question), key=lambda offer: offer.place)
    best.state = "declined"
    db.session.flush()  # read by the pages
    sign_in(client, cast.customer)

    beside, why = client.get(page_of(app, question)).text, client.get(why_page(question)).text

    first = r'helper-card__who">\s*<\w+ class="person__name"[^>]*>([^<]+)<'
    assert re.search(first, beside)[1] == re.search(first, why)[1]
    assert "Invited to this question" in why
    assert "Others high in the list" in why


def test_who_stood_too_low_to_be_kept_reads_so_and_where_she_would_stand_today(client, cast, question):
    decision = latest_decision(question.id)
    rows = [row for row in decision.candidates["rows"] if row["provider"] != cast.peer_provider.id]
    decision.candidates = {**decision.candidates, "rows": rows}
    db.session.flush()  # read by the page
    sign_in(client, cast.peer)

    text = client.get(why_page(question)).text

    assert "Of those further down the numbers are not kept." in text
    assert "As we know you today, we would expect you to save about" in text
    assert "place 1 in the list of then" in text
    assert "Anna Agent" not in text


def test_who_became_a_helper_later_finds_no_page(client, cast, question, clock):
    clock.shift(60)
    providers.provider(cast.outsider, created_at=time.now())
    sign_in(client, cast.outsider)

    assert client.get(why_page(question)).status_code == 404


def test_a_helper_reads_what_would_have_changed_it(client, cast, question):
    sign_in(client, cast.agent)

    text = client.get(why_page(question)).text

    assert "What would have changed it" in text
    assert re.search(r"Had you answered one question more on each of the last 7 days: about [^<]* more", text)
    assert re.search(r"Had 3 more of your answers solved the question: about [^<]* more", text)
    assert "Pete Peer" not in text


def test_an_operator_is_led_to_all_of_it_and_nobody_else(client, cast, question):
    inside = f"/admin/ranking/decisions/{latest_decision(question.id).id}"
    for role, is_led in (("operator", True), ("moderator", False), ("customer", False)):
        sign_in(client, cast.people[role])
        assert (inside in client.get(why_page(question)).text) is is_led


def test_the_asker_is_not_told_what_others_could_do(client, cast, question):
    sign_in(client, cast.customer)

    assert "What would have changed it" not in client.get(why_page(question)).text


def test_a_helper_who_was_left_out_reads_what_she_can_do_and_where_she_would_stand(client, cast, question):
    cast.peer_provider.paused_at = time.now()
    db.session.flush()
    question = make.ask(cast, title="Which meter do plumbers read?")
    sign_in(client, cast.peer)

    text = client.get(why_page(question)).text

    assert "You had paused your invitations. Take invitations again, and you can be asked." in text
    assert "As we know you today" in text


def test_the_question_leads_a_helper_to_why_or_why_not(app, client, cast, question):
    extra = [accounts.person(f"Extra {n}") for n in range(4)]
    for person in extra:
        providers.provider(person, created_at=question.created_at - timedelta(days=1))
    sign_in(client, cast.peer)
    assert "Why me?" in client.get(page_of(app, question)).text
    cast.peer_provider.paused_at = time.now()
    db.session.flush()
    other = make.ask(cast, title="Which meter do plumbers read?")

    text = client.get(page_of(app, other)).text

    assert "Why not me?" in text
    assert f"/decisions/{latest_decision(other.id).id}/why" in text
    sign_in(client, cast.outsider)
    assert "Why not me?" not in client.get(page_of(app, other)).text
    sign_out(client)
    assert "Why not me?" not in client.get(page_of(app, other)).text
    sign_in(client, cast.customer)
    assert "Why not me?" not in client.get(page_of(app, other)).text


def test_a_decision_made_with_other_factors_can_still_be_read(client, cast, question):
    features = {
        cast.peer_provider: {make.SILENT: 1.0, "a_factor_of_old": 2.0},
        cast.agent_provider: {make.SILENT: 2.0},
    }
    decision = make.decided(
        cast, 1, features=features, answered_by=None, columns=(make.SILENT, "a_factor_of_old"), days_ago=0
    )
    for person in (cast.customer, cast.peer):
        sign_in(client, person)

        answer = client.get(f"/decisions/{decision.id}/why")

        assert answer.status_code == 200
        assert "a_factor_of_old" in answer.text
        assert "Nearness of the subject" not in answer.text


def test_what_is_private_leaves_no_trace_with_a_helper_who_may_not_see_it(app, client, cast, question):
    secret = services.ask(
        acting(cast.agent, for_organisation=cast.waterworks),
        title="Canary in the private meter cupboard?",
        text=make.composed(),
        category_id=community.category().id,
        audience=f"org:{cast.waterworks.id}",
    )
    decision = latest_decision(secret.id)
    db.session.add(offer_to(cast.partner_provider, decision))  # even where somebody was invited by mistake
    db.session.flush()

    for person in (cast.peer, cast.partner, cast.rival, cast.outsider, cast.operator):
        sign_in(client, person)
        pages = [
            client.get(f"/decisions/{decision.id}/why"),
            client.get(page_of(app, secret)),
            client.get("/for-you"),
            client.get(why_page(question)),
        ]
        assert [page.status_code for page in pages[:2]] == [404, 404]
        assert not [page for page in pages if "Canary" in page.text]


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


# The weights


def test_the_weights_in_force_can_be_read_by_everybody(client, cast):
    page = client.get("/how-ranking-works", headers={"Accept-Language": "nl"}).text

    assert "De gewichten" in page or "Gewichten" in page
    assert page.count("<tr>") == 1 + len(COLUMNS)
    assert "waarmee deze installatie begint" in page
    assert db.session.scalar(db.select(db.func.count()).select_from(RankingModel)) == 0, "reading writes nothing"


def test_the_weights_are_those_of_the_model_promoted_last(client, cast):
    model = default_model()
    row = modelstore.add(replace(model, version="of-today", weights=np.sign(model.weights) * 0.125))
    modelstore.promote(row, "learned")

    page = client.get("/how-ranking-works").text

    assert "Version of-today, in use since" in page
    assert page.count("0.125<") == len(COLUMNS)


def test_everybody_reads_how_the_weights_came_to_be_and_not_which_operator_it_was(app, client, cast, question):
    model = default_model()
    found = {
        "replay_decisions": 40,
        "replay_before": 0.41,
        "replay_after": 0.5,
        "answers_difference": 0.031,
        "answers_low": -0.012,
        "answers_high": 0.074,
    }
    weights = np.where(np.array(COLUMNS) == make.SECOND, 2 * model.weights, model.weights)
    learned = modelstore.add(replace(model, version="learned-2", weights=weights), judged=found)
    modelstore.promote(learned, "learned")
    choosing.choose_model(acting(cast.operator), latest_decision(question.id).model)

    page = client.get("/how-ranking-works").text

    with app.test_request_context():
        name = sentences.factor(make.SECOND)
    once, twice = (
        f"{each:.3f}" for each in (weights[COLUMNS.index(make.SECOND)] / 2, weights[COLUMNS.index(make.SECOND)])
    )
    assert f"{name} counts more: {twice} instead of {once}." in page
    assert f"{name} counts less: {once} instead of {twice}." in page
    assert "On 40 later questions with an answer, whoever answered stood at 0.500" in page
    assert "3.1 more would have been answered within a day (95 % sure: from -1.2 to 7.4)" in page
    assert "put back by an operator" in page
    assert "Olga" not in page


def test_a_version_for_other_factors_does_not_break_the_page(client, cast, question):
    modelstore.promote(test_learning.foreign("learned-of-old"), "learned")

    page = client.get("/how-ranking-works").text

    assert "a_factor_of_old: new, with 0.250." in page
    assert page.count("<tr>") == 1 + len(COLUMNS)


def test_what_is_said_to_be_never_used_changes_nothing(cast, question):
    def values() -> dict[int, float]:
        mine = livestate.build(db.session())[0]
        of = circumstances(
            asker_id=cast.customer.id, audience="public", language="en", invited=(), load=Load({}, {}), most_a_day=20
        )
        asking = Asking(question, of, (), 3)
        made = decide(mine, default_model(), asking, now=time.now(), seed=1, notice=120.0)
        ids = made.pool.ids[made.ranking.positions].tolist()
        return dict(zip(ids, made.ranking.values.tolist(), strict=True))

    before = values()
    peer = cast.peer
    peer.name, peer.handle, peer.handle_key, peer.bio = "Aaron Aardvark", "aaron", "aaron", "Meter, meter, meter."
    peer.time_zone, peer.theme = "Asia/Tokyo", "dark"
    community.vote(question, peer)
    community.follow(peer.id, question_id=question.id)
    drafts.draft(peer, fields={"title": "Which meter reading do I send?", "body": "meter"})
    accounts.session(peer, user_agent="An expensive browser")
    db.session.flush()

    assert values() == pytest.approx(before, abs=1e-9)


def test_durations_are_said_in_minutes_and_more(app):
    with app.test_request_context(headers={"Accept-Language": "nl"}):
        said = [minutes_in_words(minutes) for minutes in (0.2, 61 / 60, 71 / 60, 59, 61, 90, 26 * 60, 50 * 60)]

    assert said == ["1 minuut", "1 minuut", "1 minuut", "59 minuten", "61 minuten", "2 uur", "26 uur", "2 dagen"]
