"""Versions, edits at once, rollback, wiki answers: what is kept, who may, and that nothing is lost."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.community import policy
from app.community.compose import compose
from app.community.models.posts import Answer, Question
from app.community.models.revisions import Revision
from app.community.queries import thread, versions
from app.community.services import editing
from app.db import db
from app.errors import Invalid, NotAllowed, NotFound
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from app.paging import LARGEST_ID
from app.search.models import StaleDocument
from tests.cast import sign_in, submit
from tests.community import make


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?", body="It shows **two** numbers.")


@pytest.fixture
def answer(question, cast) -> Answer:
    return make.answer(question, cast.peer, body="Read the upper one.")


def edit(person, answer: Answer, body: str, reason: str = "Because") -> None:
    editing.edit_answer(actor_of(person), answer, text=compose(body), reason=reason, seen_version=answer.text_version)
    db.session.refresh(answer)


def kinds_of_facts() -> list[str]:
    return list(db.session.scalars(select(DomainEvent.kind).order_by(DomainEvent.id)))


def plain(page: str) -> str:
    """Return the words of a page without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


# Versions


def test_each_version_tells_who_wrote_it_when_why_and_what_it_changed(answer, cast, clock):
    edit(cast.peer, answer, "Read the lower one.")
    clock.shift(60)
    edit(cast.moderator, answer, "Read the lower one, please.", "Politer")

    history = versions.history_of(answer)

    told = [(step.version.number, step.version.writer.handle, step.version.reason) for step in history.steps]
    assert told == [
        (3, cast.moderator.handle, "Politer"),
        (2, cast.peer.handle, "Because"),
        (1, cast.peer.handle, ""),
    ]
    assert history.steps[0].version.written_at - history.steps[1].version.written_at == timedelta(seconds=60)
    assert [step.changes is None for step in history.steps] == [False, False, True]
    assert history.older is None


def test_a_long_history_comes_in_pages_that_miss_nothing(answer, cast):
    for number in range(2, 9):
        edit(cast.peer, answer, f"Read the upper one, and then number {number}.")

    seen, below = [], None
    while True:
        page = versions.history_of(answer, below=below, size=3)
        seen += [step.version.number for step in page.steps]
        if (below := page.older) is None:
            break

    assert seen == [8, 7, 6, 5, 4, 3, 2, 1]


def test_a_version_that_never_was_is_not_there(answer, cast):
    edit(cast.peer, answer, "Read the lower one.")

    assert versions.version_of(answer, 1).words.body == "Read the upper one."
    for number in (0, 3, 99, LARGEST_ID):
        with pytest.raises(NotFound):
            versions.version_of(answer, number)


def test_title_tags_and_category_are_part_of_a_version(question, cast):
    other = make.category("Energy")
    editing.edit_question(
        actor_of(cast.customer),
        question,
        title="How do I read my new meter?",
        text=compose("It shows **two** numbers."),
        tag_names=["meter"],
        category_id=other.id,
        reason="",
        seen_version=1,
    )
    db.session.refresh(question)

    (step, _first) = versions.history_of(question).steps

    assert [piece.text for piece in step.changes.title if piece.kind == "added"] == ["new "]
    assert step.changes.tags_added == ["meter"]
    assert step.changes.category[1] == other.id
    assert step.changes.body == []


def test_any_two_versions_are_compared_at_an_address_of_their_own(client, answer, cast):
    edit(cast.peer, answer, "Read the lower one.")
    edit(cast.peer, answer, "Read the lower one twice.")

    page = client.get(f"/answers/{answer.id}/compare?old=1&new=3")

    assert page.status_code == 200
    assert "<del>" in page.text
    assert "removed: upper" in plain(page.text)
    assert "added: twice" in plain(page.text)
    assert client.get(f"/answers/{answer.id}/history/2").status_code == 200
    for wrong in ("old=1&new=9", "old=x", f"new={'9' * 20}", "old=-1"):
        assert client.get(f"/answers/{answer.id}/compare?{wrong}").status_code == 404
    assert client.get(f"/answers/{answer.id}/history/9").status_code == 404
    assert client.get(f"/answers/{answer.id}/history?below=zzz").status_code == 200


def test_what_people_wrote_stays_text_in_a_comparison(client, answer, cast):
    edit(cast.peer, answer, "Read <script>alert(1)</script> & the <b>lower</b> one.")

    page = client.get(f"/answers/{answer.id}/history").text

    assert "<script>alert" not in page
    assert "<b>lower" not in page


# Editing


def test_an_edit_that_changes_nothing_makes_no_version(answer, cast):
    with pytest.raises(Invalid, match="nothing_changed"):
        edit(cast.peer, answer, "Read the upper one.\r\n")

    assert answer.text_version == 1


def test_who_changes_anothers_words_says_why(answer, cast):
    with pytest.raises(Invalid, match="reason_missing"):
        edit(cast.moderator, answer, "Read the lower one.", reason="  ")

    edit(cast.peer, answer, "Read the lower one.", reason="")


def test_answers_and_votes_that_come_meanwhile_are_no_conflict(client, question, cast):
    sign_in(client, cast.customer)
    client.get(f"/q/{question.id}/edit")
    make.answer(question, cast.peer)
    question.row_version += 5
    form = {"title": question.title, "body": "It shows three numbers.", "category": str(question.category_id)}

    saved = submit(client, f"/q/{question.id}/edit", **form, version="1")
    assert saved.status_code == 303
    assert "Your change is saved." in client.get(saved.headers["Location"]).text


def test_after_their_time_authors_suggest(client, answer, cast):
    late = answer.created_at + timedelta(hours=25)

    verdict = policy.can_edit(actor_of(cast.peer), answer, now=late, author_hours=24)

    assert verdict.reason == "edit_window_over"
    assert policy.can_suggest(actor_of(cast.peer), answer, now=late, author_hours=24)
    assert policy.can_edit(actor_of(cast.moderator), answer, now=late, author_hours=24)


def test_imported_html_is_edited_as_html(client, app, question, cast):
    answer = make.answer(question, cast.peer, source_format="html")
    answer.body = "<p>Read the <em>upper</em> one.</p>"
    sign_in(client, cast.peer)
    page = client.get(f"/answers/{answer.id}/edit").text
    assert 'name="source_format" value="html"' in page
    assert "Formatting works with HTML tags" in page
    assert not any(of_markdown in page for of_markdown in ("markdown-toolbar", "works with Markdown", "data-pictures"))

    form = {"body": "<p>Read the <em>lower</em> one.</p><script>1</script>", "version": "1", "source_format": "html"}
    saved = submit(client, f"/answers/{answer.id}/edit", **form)
    assert saved.status_code == 303
    assert "Your change is saved." in client.get(saved.headers["Location"]).text

    db.session.refresh(answer)
    assert answer.source_format == "html"
    assert "<em>lower</em>" in answer.body_html
    assert "<script>" not in answer.body_html
    markdown = make.answer(question, cast.peer)
    late = submit(client, f"/answers/{markdown.id}/edit", body="<p>Now as HTML.</p>", version="1", source_format="html")
    assert late.status_code == 422


# Two at once


def test_the_second_of_two_editors_gets_both_texts_and_saves_on_top(client, answer, cast):
    edit(cast.moderator, answer, "Read the lower one.", "It is the lower one")
    sign_in(client, cast.peer)

    late = submit(client, f"/answers/{answer.id}/edit", body="Read the upper one twice.", version="1", reason="Twice")

    assert late.status_code == 409
    assert "Mona Moderator" in late.text
    assert "It is the lower one" in late.text
    assert ">\nRead the upper one twice.</textarea>" in late.text.replace("\r\n", "\n")
    assert 'value="Twice"' in late.text
    assert 'name="version" value="2"' in late.text
    db.session.refresh(answer)
    assert answer.body == "Read the lower one."

    form = {"body": "Read the lower one twice.", "version": "2", "reason": "Twice"}
    assert submit(client, f"/answers/{answer.id}/edit", **form).status_code == 303
    db.session.refresh(answer)
    assert answer.body == "Read the lower one twice."
    bodies = db.session.scalars(select(Revision.body).order_by(Revision.number)).all()
    assert bodies == ["Read the upper one.", "Read the lower one."]


def test_a_conflict_about_a_question_keeps_title_tags_and_category(client, question, cast):
    shelf = make.category("Energy")
    make.revision(question, cast.moderator, title=question.title, body="It shows **two** numbers")
    sign_in(client, cast.customer)
    form = {"title": "What do I read on my meter?", "body": "It shows many.", "category": str(shelf.id), "tags": "a, b"}

    late = submit(client, f"/q/{question.id}/edit", **form, version="1")

    assert late.status_code == 409
    assert 'value="What do I read on my meter?"' in late.text
    assert 'value="a, b"' in late.text
    assert f'<option selected value="{shelf.id}">' in late.text


def test_a_conflict_over_words_an_import_wrote_still_keeps_what_was_typed(client, answer, cast):
    answer.body, answer.text_version = "Read the left one.", 2
    sign_in(client, cast.peer)

    late = submit(client, f"/answers/{answer.id}/edit", body="Read the upper one twice.", version="1")

    assert late.status_code == 409
    assert "Read the upper one twice." in late.text
    assert "Read the left one." in late.text


# Rollback


def test_an_older_version_comes_back_as_a_new_one(client, question, answer, cast):
    edit(cast.peer, answer, "Read the **lower** one.")
    edit(cast.peer, answer, "Read none of them.")
    sign_in(client, cast.peer)
    assert "Bring this version back" in client.get(f"/answers/{answer.id}/history/2").text

    sent = submit(client, f"/answers/{answer.id}/history/2/restore", reason="It was right", version="3")

    assert sent.status_code == 303
    db.session.refresh(answer)
    assert (answer.body, answer.text_version) == ("Read the **lower** one.", 4)
    assert "<strong>lower</strong>" in answer.body_html
    assert versions.version_of(answer, 4).restored_number == 2
    assert "brought back version 2" in plain(client.get(f"/answers/{answer.id}/history").text)
    assert kinds_of_facts()[-2:] == ["answer_edited", "text_restored"]
    assert db.session.get(StaleDocument, ("question", question.id)) is not None


def test_bringing_back_a_question_brings_back_its_title_and_tags(client, question, cast):
    make.revision(question, cast.customer, title="How do I read it?", body="It shows one number.", tag_names=["meter"])
    sign_in(client, cast.customer)

    submit(client, f"/q/{question.id}/history/1/restore", reason="Clearer", version="2")

    db.session.refresh(question)
    assert (question.title, question.tag_names, question.body) == (
        "How do I read it?",
        ["meter"],
        "It shows one number.",
    )


def test_bringing_back_leaves_out_a_tag_that_is_no_longer_used(client, question, cast):
    make.tag("old", retired_at=question.created_at)
    make.revision(question, cast.customer, title="How do I read it?", body="One number.", tag_names=["old", "meter"])
    sign_in(client, cast.customer)

    assert submit(client, f"/q/{question.id}/history/1/restore", reason="Clearer", version="2").status_code == 303

    db.session.refresh(question)
    assert question.tag_names == ["meter"]


def test_bringing_back_needs_a_reason_a_right_and_todays_version(client, answer, cast):
    edit(cast.peer, answer, "Read the lower one.")
    path = f"/answers/{answer.id}/history/1/restore"
    sign_in(client, cast.peer)

    assert submit(client, path, reason="", version="2").status_code == 422
    assert submit(client, path, reason="It was right", version="1").status_code == 409
    assert submit(client, f"/answers/{answer.id}/history/9/restore", reason="It", version="2").status_code == 404
    sign_in(client, cast.outsider)
    assert submit(client, path, reason="It was right", version="2").status_code == 403
    assert answer.text_version == 2


# Wiki answers


def test_everybody_edits_a_wiki_answer_and_is_named_while_the_credit_stays(client, question, answer, cast):
    editing.open_to_all(actor_of(cast.peer), answer)
    db.session.refresh(answer)
    edit(cast.outsider, answer, "Read the lower one.")
    edit(cast.agent, answer, "Read the lower one, twice.")

    people = [one.name for one in versions.contributors_to(question)[answer.id]]

    assert people == ["Otto Outsider", "Anna Agent"]
    assert answer.author_id == cast.peer.id
    assert policy.can_vote(actor_of(cast.peer), author_id=answer.author_id).reason == "own_post"
    page = plain(client.get(client.get(f"/q/{question.id}").location).text)
    assert "Wiki answer: everybody may improve it. With words of Otto Outsider, Anna Agent." in page
    assert "answer_opened_to_all" in kinds_of_facts()


def test_the_author_ends_the_wiki_and_others_can_no_longer_edit(answer, cast):
    editing.open_to_all(actor_of(cast.peer), answer)
    editing.open_to_all(actor_of(cast.peer), answer)
    db.session.refresh(answer)
    assert policy.can_edit(actor_of(cast.outsider), answer, now=answer.created_at, author_hours=0)

    editing.close_to_others(actor_of(cast.peer), answer)

    db.session.refresh(answer)
    with pytest.raises(NotAllowed, match="not_the_author"):
        edit(cast.outsider, answer, "Read the lower one.")
    assert kinds_of_facts() == ["answer_opened_to_all", "answer_closed_to_others"]


def test_only_the_author_or_a_moderator_opens_an_answer_to_all(answer, cast):
    for person in (cast.customer, cast.outsider, cast.suspended):
        with pytest.raises(NotAllowed):
            editing.open_to_all(actor_of(person), answer)

    editing.open_to_all(actor_of(cast.moderator), answer)


def test_nobody_but_moderators_edits_a_wiki_answer_under_a_lock(answer, question, cast):
    editing.open_to_all(actor_of(cast.peer), answer)
    db.session.refresh(answer)
    question.locked_at = answer.created_at

    with pytest.raises(NotAllowed, match="question_locked"):
        edit(cast.outsider, answer, "Read the lower one.")
    edit(cast.moderator, answer, "Read the lower one.")


def test_a_page_without_wiki_answers_asks_nothing_about_them(question, answer, cast, count_queries):
    viewer = actor_of(cast.outsider)
    with count_queries() as plainly:
        thread.thread_of(viewer, question)
    editing.open_to_all(actor_of(cast.peer), answer)
    db.session.refresh(answer)

    with count_queries() as with_wiki:
        thread.thread_of(viewer, question)

    assert with_wiki.count == plainly.count + 1, with_wiki
