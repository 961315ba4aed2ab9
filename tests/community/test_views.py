"""The community's pages over HTTP: each with its litany."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.community.links import question_url, slug_of
from app.community.models.posts import Answer, Question
from app.db import db
from app.sitesettings.declare import forget_kept
from tests.cast import sign_in, submit
from tests.community import make


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?", body="It shows **two** numbers.")


def send(client, path: str, form: dict[str, str]):
    """Send a form as a browser does."""
    return submit(client, path, **form)


def path_of(app, question: Question) -> str:
    with app.test_request_context():
        return question_url(question.id, question.title)


# Lists


@pytest.mark.parametrize("path", ["/", "/questions", "/questions?order=active", "/questions?order=unanswered", "/tags"])
def test_lists_open_for_a_visitor_in_both_languages(client, question, path):
    for language in ("en", "nl"):
        answer = client.get(path, headers={"Accept-Language": language})

        assert answer.status_code == 200
        assert f'<html lang="{language}"' in answer.text


def test_an_empty_community_says_what_to_do(client, database):
    assert "No questions yet" in client.get("/questions").text


def test_an_unknown_order_category_or_tag_is_a_missing_page(client, question):
    for path in ("/questions?order=best", "/c/nowhere", "/tags/nothing"):
        assert client.get(path).status_code == 404


def test_a_list_is_paged_by_key_and_loses_no_row(client, cast, database):
    shelf = make.category()
    made = {make.question(cast.customer, category=shelf).id for _number in range(60)}

    seen, path = [], "/questions"
    for _page in range(5):
        answer = client.get(path)
        seen += [int(part.split("/")[0]) for part in answer.text.split('href="/q/')[1:]]
        if 'rel="next"' not in answer.text:
            break
        path = answer.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

    assert sorted(seen) == sorted(made)


def test_a_broken_page_key_shows_the_first_page(client, question):
    for key in ("x", "1~", "~1", "9" * 40 + "~1", "1~" + "9" * 40, "١~١", "-1~2"):
        assert client.get("/questions", query_string={"after": key}).status_code == 200


def test_a_list_costs_the_same_however_long_it_is(client, cast, database, count_queries):
    make.question(cast.customer)
    client.get("/questions")
    forget_kept()  # so that both pages read the settings once
    with count_queries() as few:
        client.get("/questions")
    for _number in range(24):
        make.question(cast.customer, tags=(make.tag(),))
    forget_kept()

    with count_queries() as many:
        client.get("/questions")

    assert many.count <= few.count
    assert many.count <= 6, many


# The question


def test_a_question_shows_its_words_and_its_answers(client, app, question, cast):
    make.answer(question, cast.peer, body="Read the upper one.")

    page = client.get(path_of(app, question))

    assert page.status_code == 200
    assert "How do I read my meter?" in page.text
    assert "Read the upper one." in page.text


def test_who_has_a_seat_chooses_as_whom_she_answers(client, app, question, cast):
    sign_in(client, cast.agent)
    page = client.get(path_of(app, question), headers={"Accept-Language": "nl"})
    assert "Je antwoordt als" in page.text
    assert f'<option value="{cast.waterworks.id}">{cast.waterworks.name}</option>' in page.text

    for number, (chosen, capacity) in enumerate((("", None), (str(cast.waterworks.id), cast.waterworks.id))):
        submit(client, f"/q/{question.id}/answers", body=f"Read number {number}.", answer_as=chosen)
        made = db.session.scalars(sa.select(Answer).order_by(Answer.id.desc())).first()
        assert (made.body, made.acting_for_organisation_id) == (f"Read number {number}.", capacity)


def test_nobody_answers_for_an_organisation_she_has_no_seat_in(client, app, question, cast):
    sign_in(client, cast.peer)
    assert "You answer as" not in client.get(path_of(app, question)).text

    for chosen in (str(cast.waterworks.id), "98765", "x", "9" * 30):
        refused = submit(client, f"/q/{question.id}/answers", body="Trust me.", answer_as=chosen)
        assert refused.status_code == 422
        assert "Trust me." in refused.text
    assert db.session.scalar(sa.select(sa.func.count(Answer.id))) == 0


def test_an_address_without_or_with_another_slug_leads_to_the_true_one(client, app, question):
    for path in (f"/q/{question.id}", f"/q/{question.id}/something-else"):
        answer = client.get(path)

        assert answer.status_code == 301
        assert answer.location == path_of(app, question)


def test_a_permalink_leads_to_the_answer(client, app, question, cast):
    answer = make.answer(question, cast.peer)

    assert client.get(f"/a/{answer.id}").location == f"{path_of(app, question)}#a{answer.id}"


def test_a_missing_and_a_hidden_question_look_the_same(client, app, question, cast):
    hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    sign_in(client, cast.outsider)

    for path in (f"/q/{hidden.id}", f"/q/{hidden.id}/history", "/q/987654", f"/q/{2**63}", f"/q/{2**70}"):
        assert client.get(path).status_code == 404

    sign_in(client, cast.agent)
    assert client.get(f"/q/{hidden.id}").status_code == 301
    assert client.get(path_of(app, hidden)).status_code == 200


def test_a_busy_question_stays_under_twelve_queries(client, app, question, cast, count_queries, monkeypatch):
    monkeypatch.setattr("app.sitesettings.declare.KEPT_S", 600)  # read once, however slow this machine is
    for _number in range(30):
        make.answer(question, cast.peer)
    sign_in(client, cast.customer)
    path = path_of(app, question)
    forget_kept()
    client.get(path)

    with count_queries() as statements:
        client.get(path)
    forget_kept()

    assert statements.count <= 12, statements


# Answering


def test_a_person_answers(client, app, question, cast):
    sign_in(client, cast.peer)

    answer = send(client, f"/q/{question.id}/answers", {"body": "Read the *upper* one."})

    assert answer.status_code == 303
    made = db.session.query(Answer).one()
    assert answer.location == f"{path_of(app, question)}#a{made.id}"
    assert "<em>upper</em>" in made.body_html


def test_a_double_click_answers_once(client, question, cast):
    sign_in(client, cast.peer)
    form = {"body": "Read the upper one.", "once_key": "0123456789abcdef"}

    first = send(client, f"/q/{question.id}/answers", form)
    second = send(client, f"/q/{question.id}/answers", form)

    assert first.location == second.location
    assert db.session.query(Answer).count() == 1


def test_an_answer_without_words_comes_back_with_the_error_and_changes_nothing(client, question, cast):
    sign_in(client, cast.peer)

    for body in ("", "  \n ", "x" * 30_001):
        answer = send(client, f"/q/{question.id}/answers", {"body": body})

        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
    assert db.session.query(Answer).count() == 0


def test_a_visitor_is_asked_to_sign_in_and_a_suspended_person_is_told(client, question, cast):
    page = send(client, f"/q/{question.id}/answers", {"body": "Read the upper one."})
    assert (page.status_code, "Read the upper one.</textarea>" in page.text) == (401, True)

    sign_in(client, cast.suspended)
    assert send(client, f"/q/{question.id}/answers", {"body": "Read the upper one."}).status_code == 403
    assert db.session.query(Answer).count() == 0


def test_answering_what_is_not_there_is_a_missing_page(client, cast):
    sign_in(client, cast.peer)

    assert send(client, "/q/987654/answers", {"body": "Read the upper one."}).status_code == 404


def test_votes_are_posted_never_fetched(client, question, cast):
    assert client.get(f"/answers/{make.answer(question, cast.peer).id}/vote").status_code == 405


# Votes and acceptance


def test_a_vote_moves_the_score_once_and_back(client, question, cast):
    answer = make.answer(question, cast.peer)
    sign_in(client, cast.customer)

    for value, score in (("1", 1), ("1", 1), ("-1", -1), ("0", 0)):
        assert send(client, f"/answers/{answer.id}/vote", {"value": value}).status_code == 303
        db.session.refresh(answer)
        assert answer.score == score

    for value in ("2", "", "up", "1e3"):
        assert send(client, f"/answers/{answer.id}/vote", {"value": value}).status_code == 422
    sign_in(client, cast.peer)
    assert send(client, f"/answers/{answer.id}/vote", {"value": "1"}).status_code == 403


def test_the_asker_accepts_and_takes_it_back(client, app, question, cast):
    answer = make.answer(question, cast.peer)
    sign_in(client, cast.outsider)
    assert send(client, f"/answers/{answer.id}/accept", {}).status_code == 403

    sign_in(client, cast.customer)
    assert send(client, f"/answers/{answer.id}/accept", {}).status_code == 303
    assert "this solved it" in client.get(path_of(app, question)).text

    assert send(client, f"/q/{question.id}/unaccept", {}).status_code == 303
    assert send(client, f"/q/{question.id}/unaccept", {}).status_code == 403


# Editing


def test_the_asker_edits_and_the_history_keeps_the_older_words(client, app, question, cast):
    sign_in(client, cast.customer)
    form = client.get(f"/q/{question.id}/edit")
    assert form.status_code == 200
    assert "It shows **two** numbers." in form.text

    answer = send(
        client,
        f"/q/{question.id}/edit",
        {
            "title": "How do I read my new meter?",
            "body": "It shows *three* numbers.",
            "category": str(question.category_id),
            "tags": "Meter, energy supply",
            "version": "1",
            "reason": "A new meter",
        },
    )

    assert answer.status_code == 303
    db.session.refresh(question)
    assert question.tag_names == ["meter", "energy-supply"]
    history = client.get(f"/q/{question.id}/history").text
    assert "It shows **two** numbers." in client.get(f"/q/{question.id}/history/1").text
    assert "A new meter" in history


def test_an_edit_from_an_older_version_is_a_conflict(client, question, cast):
    answer = make.answer(question, cast.peer)
    sign_in(client, cast.peer)
    form = {"body": "Read the lower one.", "version": "1"}
    assert send(client, f"/answers/{answer.id}/edit", form).status_code == 303

    late = send(client, f"/answers/{answer.id}/edit", {"body": "Read both of them.", "version": "1"})

    assert late.status_code == 409
    assert client.get(f"/answers/{answer.id}/history").status_code == 200


def test_others_cannot_edit(client, question, cast):
    sign_in(client, cast.outsider)

    assert client.get(f"/q/{question.id}/edit").status_code == 403


def test_too_many_tags_come_back_with_the_words_kept(client, question, cast):
    sign_in(client, cast.customer)
    form = {"title": "How do I read my meter?", "body": "It shows two numbers.", "version": "1"}

    answer = send(
        client, f"/q/{question.id}/edit", {**form, "category": str(question.category_id), "tags": "a,b,c,d,e,f"}
    )

    assert answer.status_code == 422
    assert "a,b,c,d,e,f" in answer.text


# Asking


def test_a_question_is_asked_and_shown(client, app, cast):
    shelf = make.category()
    sign_in(client, cast.customer)
    assert 'value="How do I"' in client.get("/ask?title=How+do+I").text

    answer = send(
        client,
        "/ask",
        {
            "title": "How do I read my meter?",
            "body": "It shows two numbers.",
            "category": str(shelf.id),
            "tags": "meter",
        },
    )

    assert answer.status_code == 303
    assert "It shows two numbers." in client.get(answer.location).text


def test_asking_with_errors_keeps_what_was_typed(client, cast):
    sign_in(client, cast.customer)

    answer = send(client, "/ask", {"title": "", "body": "It shows two numbers.", "category": "x"})

    assert answer.status_code == 422
    assert "It shows two numbers." in answer.text
    assert "<title>Error:" in answer.text
    assert db.session.query(Question).count() == 0


def test_a_visitor_signs_in_first_and_comes_back(client):
    answer = client.get("/ask?title=My+meter")

    assert answer.status_code == 303
    assert "next=" in answer.location


def test_the_preview_shows_what_it_will_look_like(client, cast):
    sign_in(client, cast.customer)

    answer = send(client, "/preview", {"text": "**two** <script>alert(1)</script>"})

    assert "<strong>two</strong>" in answer.text
    assert "<script>" not in answer.text


# Addresses


@pytest.mark.parametrize(
    "title, slug",
    [
        ("How do I read my meter?", "how-do-i-read-my-meter"),
        ("Één café voor ’s ochtends", "een-cafe-voor-s-ochtends"),
        ("什么?", "-"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_slug_is_made_for_people(title, slug):
    assert slug_of(title) == slug


# What a stranger tried


def test_arguments_of_a_list_address_never_reach_the_address_builder(client, cast, database):
    for _number in range(30):
        make.question(cast.customer)

    for name in ("endpoint", "_method", "_external", "_anchor", "_scheme"):
        answer = client.get("/questions", query_string={name: "x"})

        assert answer.status_code == 200
        assert f"{name}=x" not in answer.text.split('rel="next"')[1].split(">")[0]


def test_numbers_beyond_any_row_come_back_as_errors(client, question, cast):
    huge = "9" * 20
    sign_in(client, cast.customer)
    form = {"title": "How do I read my meter?", "body": "It shows two numbers.", "version": "1"}

    assert send(client, "/ask", {**form, "category": huge}).status_code == 422
    assert send(client, f"/q/{question.id}/edit", {**form, "category": huge}).status_code == 422
    answer = send(client, f"/q/{question.id}/edit", {**form, "category": str(question.category_id), "version": huge})
    assert answer.status_code == 422


def test_a_title_nobody_can_see_is_no_title(client, cast):
    sign_in(client, cast.customer)
    form = {"body": "It shows two numbers.", "category": str(make.category().id)}

    assert send(client, "/ask", {**form, "title": "\u200b" * 20}).status_code == 422
    assert db.session.query(Question).count() == 0


def test_tags_of_a_hidden_question_leave_no_trace(client, cast):
    shelf = make.category()
    sign_in(client, cast.agent)
    form = {"title": "How do I read my meter?", "body": "It shows two numbers.", "category": str(shelf.id)}
    send(client, "/ask", {**form, "tags": "innertag", "audience": f"org:{cast.waterworks.id}"})
    assert client.get("/tags/innertag").status_code == 200

    sign_in(client, cast.outsider)
    assert client.get("/tags/innertag").status_code == 404
    assert "innertag" not in client.get("/tags").text


def test_switches_on_a_page_that_answered_a_form_lead_somewhere(client, question, cast):
    sign_in(client, cast.customer)

    page = send(client, f"/answers/{make.answer(question, cast.customer).id}/vote", {"value": "1"})

    assert page.status_code == 403
    assert 'href="/?lang=nl"' in page.text


def test_two_people_of_one_name_are_told_apart_by_their_handles(app, client, cast):
    question = make.question(cast.customer)
    cast.peer.name = cast.customer.name.upper()
    make.answer(question, cast.peer)
    make.answer(question, cast.agent)

    page = client.get(path_of(app, question)).text

    assert f">@{cast.customer.handle}<" in page
    assert f">@{cast.peer.handle}<" in page
    assert f">@{cast.agent.handle}<" not in page
