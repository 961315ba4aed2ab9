"""Drafts over HTTP: saved by the editor and by a button, put back on the page, forgotten when sent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.community.links import slug_of
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.db import db
from app.drafts.models import Draft
from app.web import once, throttle
from tests.cast import csrf_token, sign_in, submit
from tests.community import make as community
from tests.drafts.make import draft

BODY = "It drips at night, and only when it is cold."


def drafts() -> list[Draft]:
    return list(db.session.scalars(select(Draft).execution_options(populate_existing=True)))


@pytest.fixture
def question(database, cast) -> Question:
    return community.question(cast.customer, title="How do I read my meter?")


def page_of(question: Question) -> str:
    return f"/q/{question.id}/{slug_of(question.title)}"


def autosave(client, place: str, language: str = "en", **fields: str):
    """Save as the editor does."""
    headers = {"X-Fragment": "1", "Accept-Language": language}
    return client.post(f"/drafts/{place}", data={"csrf_token": csrf_token(client), **fields}, headers=headers)


@pytest.mark.parametrize("language, words", [("en", "Saved 10:30"), ("nl", "Bewaard om 10:30")])
def test_editor_hears_when_it_was_saved_in_the_readers_time(client, cast, language, words):
    sign_in(client, cast.peer)

    answer = autosave(client, "ask", language, body=BODY)

    assert (answer.status_code, answer.text, answer.mimetype) == (200, words, "text/plain")
    assert autosave(client, "ask", body=" ").text == ""


def test_button_saves_too_and_leads_back_to_the_page(client, cast):
    sign_in(client, cast.peer)

    for body in (BODY, f"{BODY} Again."):
        answer = submit(client, "/drafts/ask", title="Why does it drip?", body=body, **{once.FIELD: "the same key"})
        assert (answer.status_code, answer.location) == (303, "/ask?draft=ask")

    page = client.get(answer.location)
    assert "This is your draft." in page.text
    assert f"{BODY} Again." in page.text


def test_answer_is_put_back_and_forgotten_when_it_is_sent(client, cast, question, count_queries):
    sign_in(client, cast.peer)
    autosave(client, f"answer.{question.id}", body=BODY)
    draft(cast.peer, "answer.999999", fields={"body": "elsewhere"})
    assert BODY in client.get(page_of(question)).text

    submit(client, f"/q/{question.id}/answers", body=BODY)

    assert [each.place for each in drafts()] == ["answer.999999"]
    assert db.session.scalars(select(Answer.body)).all() == [BODY]
    assert "This is your draft" not in client.get(page_of(question)).text


def test_answer_that_was_not_taken_keeps_its_draft(client, cast, question):
    sign_in(client, cast.peer)
    autosave(client, f"answer.{question.id}", body="Short")

    page = submit(client, f"/q/{question.id}/answers", body="Short")

    assert page.status_code == 422
    assert len(drafts()) == 1


def test_question_is_put_back_and_forgotten_when_it_is_sent(client, cast):
    shelf = community.category()
    sign_in(client, cast.peer)
    fields = {"title": "Why does the tap drip?", "body": BODY, "category": str(shelf.id), "tags": "taps"}
    autosave(client, "ask", **fields)
    page = client.get("/ask").text
    assert "&lt;time" not in page
    assert all(words in page for words in ("This is your draft", BODY, 'value="taps"', "Throw it away"))

    submit(client, "/ask", **fields, draft_place="ask")

    assert drafts() == []


def test_question_begun_elsewhere_does_not_write_over_the_draft(client, cast):
    draft(cast.peer)
    sign_in(client, cast.peer)

    page = client.get("/ask?title=The+boiler+is+cold").text

    assert "You have another draft" in page
    assert "It drips at night." not in page
    assert 'name="draft_place" value="ask.' in page
    assert "It drips at night." in client.get("/ask?title=Why+does+the+tap+drip%3F").text


def test_throwing_away_offers_ten_seconds_to_take_it_back(client, cast):
    draft(cast.peer)
    sign_in(client, cast.peer)

    answer = submit(client, "/drafts/ask/throw-away")
    page = client.get(answer.location)
    assert "The draft is thrown away." in page.text
    assert "This is your draft" not in page.text
    assert 'action="/drafts/ask/bring-back"' in page.text

    assert submit(client, "/drafts/ask/bring-back").location == "/ask?draft=ask"
    assert "This is your draft." in client.get("/ask").text


def test_list_shows_what_waits_and_to_nobody_else(client, cast, question):
    draft(cast.peer)
    draft(cast.peer, f"answer.{question.id}", fields={"body": "Read the upper one."})
    sign_in(client, cast.peer)

    page = client.get("/drafts").text
    assert 'href="/ask?draft=ask"' in page
    assert "&lt;" not in page
    assert f'href="/q/{question.id}#your-answer"' in page
    assert submit(client, "/drafts/ask/throw-away", next="/drafts").location == "/drafts"
    assert submit(client, f"/drafts/answer.{question.id}/throw-away", next="//evil.example").location.startswith("/q/")

    sign_in(client, cast.operator)
    assert "Read the upper one." not in client.get("/drafts").text
    assert "No drafts" in client.get("/drafts").text


def test_typing_is_limited_far_above_what_hands_can_do(client, cast, monkeypatch):
    assert throttle.LIMITS["draft_by_person"].most / throttle.LIMITS["draft_by_person"].per_s >= 1
    monkeypatch.setitem(throttle.LIMITS, "draft_by_person", throttle.Limit(1, 600))
    sign_in(client, cast.peer)

    assert [autosave(client, "ask", body=BODY).status_code for _number in range(2)] == [200, 429]


# Every form

EVERYWHERE = {
    "edit-question": ("customer", "/q/{question}/edit", {"title": "Which number counts?", "tags": "meter"}),
    "edit-answer": ("peer", "/answers/{answer}/edit", {}),
    "suggest-question": ("outsider", "/q/{question}/suggest", {"title": "Which number counts?", "reason": "Clearer"}),
    "suggest-answer": ("outsider", "/answers/{answer}/suggest", {"reason": "Clearer"}),
    "edit-suggestion": ("peer", "/suggestions/{suggestion}/edit", {}),
    "comment-question": ("outsider", "/q/{question}/comment", {}),
    "comment-answer": ("outsider", "/answers/{answer}/comment", {}),
    "reply": ("outsider", "/comments/{comment}/reply", {}),
    "edit-comment": ("peer", "/comments/{comment}/edit", {}),
}


@pytest.fixture
def everything(question, cast) -> dict[str, int]:
    answer = community.answer(question, cast.peer)
    return {
        "question": question.id,
        "answer": answer.id,
        "comment": community.comment(question, cast.peer).id,
        "suggestion": community.suggestion(answer, cast.curator).id,
    }


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_each_form_is_put_back_and_its_draft_forgotten_when_it_is_sent(client, cast, everything, kind):
    role, path, more = EVERYWHERE[kind]
    path, subject = path.format(**everything), path.split("{")[1].split("}")[0]
    place = f"{kind}.{everything[subject]}"
    person = getattr(cast, role)
    version = "2" if kind == "edit-comment" else "1"
    fields = {**more, "body": BODY, "version": version}
    if kind == "edit-comment":
        db.session.get_one(Comment, everything["comment"]).row_version = 2
    draft(person, place, fields=fields)
    sign_in(client, person)

    page = client.get(path).text
    assert "This is your draft." in page
    assert all(words in page for words in (*more.values(), f"{BODY}</textarea>", f"/drafts/{place}"))
    assert "after you began" not in page
    if kind == "edit-question":
        fields["category"] = str(db.session.scalar(select(Question.category_id)))
    assert submit(client, path, **fields).status_code == 303

    assert drafts() == []


def test_draft_of_an_edit_leads_to_both_texts_when_another_edited_meanwhile(client, cast, question):
    answer = community.answer(question, cast.peer)
    draft(cast.peer, f"edit-answer.{answer.id}", fields={"body": BODY, "version": "1"})
    community.revision(answer, cast.moderator)
    sign_in(client, cast.peer)

    page = client.get(f"/answers/{answer.id}/edit").text
    assert "This was changed after you began." in page
    late = submit(client, f"/answers/{answer.id}/edit", body=BODY, version="1")

    assert late.status_code == 409
    assert f"{BODY}</textarea>" in late.text
    assert "data-draft-unsent" in late.text
    assert len(drafts()) == 1
    assert submit(client, f"/answers/{answer.id}/edit", body=BODY, version="2").status_code == 303
    assert drafts() == []


def test_what_was_emptied_and_what_cannot_be_a_version_is_put_back_usable(client, cast, question):
    draft(cast.customer, f"edit-question.{question.id}", fields={"body": BODY, "version": "one", "category": "x"})
    question.tag_names = ["meter"]
    sign_in(client, cast.customer)

    page = client.get(f"/q/{question.id}/edit").text

    assert 'name="version" value="1"' in page
    assert 'name="tags" type="text" value=""' in page


def test_comment_that_two_edit_keeps_both(client, cast, question):
    comment = community.comment(question, cast.peer, body="Which one?")
    comment.row_version = 3
    sign_in(client, cast.peer)

    late = submit(client, f"/comments/{comment.id}/edit", body=BODY, version="2")

    assert late.status_code == 409
    assert all(words in late.text for words in (f"{BODY}</textarea>", "<p>Which one?</p>", 'name="version" value="3"'))
    assert submit(client, f"/comments/{comment.id}/edit", body=BODY, version="3").status_code == 303


# Templates


def shelf_with_template():
    texts = {
        "en": {"name": "Taps", "description": "", "template": "Which tap is it?\n\nSince when?"},
        "nl": {"name": "Kranen", "description": "", "template": "Welke kraan is het?\n\nSinds wanneer?"},
    }
    return community.category(texts=texts)


def test_category_in_the_address_brings_its_template_in_the_readers_language(client, cast):
    shelf = shelf_with_template()
    sign_in(client, cast.peer)

    page = client.get(f"/ask?category={shelf.slug}", headers={"Accept-Language": "nl"}).text

    assert "Welke kraan is het?\n\nSinds wanneer?</textarea>" in page.replace("\r\n", "\n")
    assert f'<option selected value="{shelf.id}">' in page
    assert client.get("/ask?category=no-such-shelf").status_code == 404


def test_template_never_stands_over_words_that_were_typed(client, cast):
    shelf = shelf_with_template()
    draft(cast.peer)
    sign_in(client, cast.peer)

    page = client.get(f"/ask?category={shelf.slug}").text

    assert "It drips at night.</textarea>" in page


def test_template_that_nobody_filled_in_is_no_question(client, cast):
    shelf = shelf_with_template()
    sign_in(client, cast.peer)
    fields = {"title": "Why does the tap drip?", "category": str(shelf.id)}

    page = submit(client, "/ask", body="Which tap is it?\r\n\r\nSince when?", **fields)

    assert page.status_code == 422
    assert "between the lines of the template" in page.text
    assert submit(client, "/ask", body="Which tap is it?\n\nThe blue one.", **fields).status_code == 303


# Sent, and taken or not


def test_page_after_sending_tells_the_browser_once_what_was_taken(client, cast, question):
    sign_in(client, cast.peer)
    told = f'data-posted="/drafts/answer.{question.id}"'

    assert told not in submit(client, f"/q/{question.id}/answers", body="Short").text
    assert told not in client.get(page_of(question)).text
    submit(client, f"/q/{question.id}/answers", body=BODY)

    assert told in client.get(page_of(question)).text
    assert told not in client.get(page_of(question)).text


def test_answer_that_comes_back_is_saved_again(client, cast, question):
    sign_in(client, cast.peer)

    assert "data-draft-unsent" not in client.get(page_of(question)).text
    assert "data-draft-unsent" in submit(client, f"/q/{question.id}/answers", body="Short").text


@pytest.mark.parametrize("token, status", [("from before", 400), (None, 401)])
def test_who_was_signed_out_gets_her_text_back_and_the_way_to_sign_in(client, cast, question, token, status):
    path = f"{page_of(question)}?answers=newest"
    headers = {"Accept-Language": "nl", "Referer": f"http://localhost{path}"}
    data = {"csrf_token": token or csrf_token(client), "body": f"<b>{BODY}"}

    page = client.post(f"/q/{question.id}/answers", data=data, headers=headers)

    assert page.status_code == status
    assert "<h1>Je was uitgelogd</h1>" in page.text
    assert f"readonly>\n&lt;b&gt;{BODY}</textarea>" in page.text
    assert f'href="/sign-in?next={path.replace("=", "%3D")}"' in page.text
    assert drafts() == []
    assert db.session.scalars(select(Answer)).all() == []


@pytest.mark.parametrize("came_from", [None, "http://localhost//evil.example", "http://localhost/\\evil.example"])
def test_way_back_after_signing_in_leads_nowhere_else(client, database, came_from):
    headers = {"Referer": came_from} if came_from else {}

    page = client.post("/ask", data={"title": "Why?", "body": BODY, "password": "Sesame 12"}, headers=headers)

    assert f"Why?\n\n{BODY}</textarea>" in page.text
    assert 'button--primary" href="/sign-in"' in page.text
    assert "evil" not in page.text
    assert "Sesame" not in page.text


def test_form_without_a_text_says_that_it_was_open_too_long(client, cast):
    assert "open too long" in client.post("/sign-in", data={"email": "x@example.org", "password": "secret"}).text
    sign_in(client, cast.peer)
    assert "open too long" in client.post("/ask", data={"body": BODY}).text
