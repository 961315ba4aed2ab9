"""Suggested edits: who may, who decides, what becomes of them, and that nothing is overwritten unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.actor import VISITOR
from app.attachments.addresses import markdown_for
from app.attachments.queries import picture_for
from app.community import policy
from app.community.compose import compose
from app.community.links import slug_of
from app.community.models.posts import Answer, Question
from app.community.models.suggestions import EditSuggestion
from app.community.queries import suggestions, thread, versions
from app.community.services import suggesting
from app.community.settings import AUTHOR_EDIT_HOURS
from app.db import db
from app.errors import Conflict, Invalid, NotAllowed, NotFound, SignInFirst
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from app.sitesettings.declare import forget_kept
from app.sitesettings.models import StoredSetting
from tests.attachments import make as attachments
from tests.cast import sign_in, submit
from tests.community import make
from tests.organisations import make as organisations


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?", body="It shows **two** numbers.")


@pytest.fixture
def answer(question, cast) -> Answer:
    return make.answer(question, cast.peer, body="Read the upper one.")


def suggest(person, post, body: str = "Read the lower one.", **more) -> EditSuggestion:
    return suggesting.suggest(
        actor_of(person), post, **{"text": compose(body), "reason": "It is the lower one", "seen_version": 1, **more}
    )


def accept(person, suggestion: EditSuggestion, body: str = "Read the lower one.", **more) -> None:
    suggesting.accept_suggestion(actor_of(person), suggestion, **{"text": compose(body), "seen_version": 1, **more})
    db.session.refresh(suggestion)
    db.session.refresh(suggestion.post)


def facts() -> list[tuple[str, dict]]:
    rows = db.session.execute(select(DomainEvent.kind, DomainEvent.payload).order_by(DomainEvent.id))
    return [(row.kind, row.payload) for row in rows]


def test_a_suggestion_waits_changes_nothing_and_is_told(question, answer, cast):
    made = suggest(cast.outsider, answer)

    db.session.refresh(answer)
    assert (answer.body, answer.text_version, made.state) == ("Read the upper one.", 1, "open")
    assert facts() == [
        (
            "edit_suggested",
            {
                "suggestion_id": made.id,
                "question_id": question.id,
                "answer_id": answer.id,
                "suggested_by_id": cast.outsider.id,
                "author_id": cast.peer.id,
            },
        )
    ]


def test_who_may_edit_does_not_suggest_and_who_may_not_write_neither(app, question, answer, cast):
    for person, reason in (
        (cast.peer, "edit_yourself"),
        (cast.moderator, "edit_yourself"),
        (cast.suspended, "account_suspended"),
    ):
        with pytest.raises(NotAllowed, match=reason):
            suggest(person, answer)
    with pytest.raises(SignInFirst):
        suggesting.suggest(VISITOR, answer, text=compose("Read the lower one."), reason="x", seen_version=1)
    question.locked_at = question.created_at
    with pytest.raises(NotAllowed, match="question_locked"):
        suggest(cast.outsider, answer)


def test_a_person_has_one_open_suggestion_for_each_post(question, answer, cast):
    made = suggest(cast.outsider, answer)
    with pytest.raises(Invalid, match="already_suggested"):
        suggest(cast.outsider, answer, "Read both of them.")

    suggest(cast.outsider, question, "It shows *two* numbers.", title=question.title)
    suggest(cast.agent, answer)
    suggesting.withdraw_suggestion(actor_of(cast.outsider), made)
    suggest(cast.outsider, answer, "Read both of them.")


def test_a_suggestion_changes_something_and_says_why(answer, cast):
    with pytest.raises(Invalid, match="nothing_changed"):
        suggest(cast.outsider, answer, "Read the upper one.")
    with pytest.raises(Invalid, match="reason_missing"):
        suggest(cast.outsider, answer, reason=" ")


def test_the_author_takes_it_over_and_the_history_names_who_suggested_it(question, answer, cast):
    made = suggest(cast.outsider, answer)

    accept(cast.peer, made)

    assert (answer.body, answer.text_version, answer.author_id) == ("Read the lower one.", 2, cast.peer.id)
    version = versions.version_of(answer, 2)
    assert (version.suggester.handle, version.writer.handle) == (cast.outsider.handle, cast.peer.handle)
    assert version.reason == "It is the lower one"
    assert made.state == "accepted"
    assert [kind for kind, _ in facts()][1:] == ["answer_edited", "suggestion_accepted"]


def test_a_question_takes_over_title_tags_and_text_and_keeps_its_category(question, cast):
    made = suggest(
        cast.outsider, question, "It shows 2 numbers.", title="How do I read my new meter?", tag_names=["meter"]
    )

    accept(cast.customer, made, "It shows 2 numbers.", title="How do I read my new meter?", tag_names=["meter"])

    assert (question.title, question.tag_names, question.body) == (
        "How do I read my new meter?",
        ["meter"],
        "It shows 2 numbers.",
    )
    assert question.category is not None


def test_taking_over_opens_the_pictures_that_were_suggested_and_no_others(answer, cast):
    meant, kept = attachments.attachment(cast.outsider), attachments.attachment(cast.outsider)
    body = f"Read the lower one. {markdown_for(meant)}"
    accept(cast.peer, suggest(cast.outsider, answer, body), f"{body} {markdown_for(kept)}")

    assert picture_for(VISITOR, meant.public_id).is_public
    with pytest.raises(NotFound):
        picture_for(VISITOR, kept.public_id)


def test_only_the_author_and_moderators_decide_and_never_about_their_own(answer, cast):
    made = suggest(cast.outsider, answer)

    for person in (cast.outsider, cast.customer, cast.agent, cast.curator, cast.suspended):
        with pytest.raises(NotAllowed):
            accept(person, made)
        with pytest.raises(NotAllowed):
            suggesting.reject_suggestion(actor_of(person), made, reason="No")
    accept(cast.moderator, made)


def test_two_who_decide_at_once_decide_once(answer, cast):
    made = suggest(cast.outsider, answer)
    suggesting.reject_suggestion(actor_of(cast.moderator), made, reason="It is the upper one")
    db.session.refresh(made)

    with pytest.raises(Conflict, match="already_decided"):
        accept(cast.peer, made)
    with pytest.raises(Conflict, match="already_decided"):
        suggesting.withdraw_suggestion(actor_of(cast.outsider), made)


def test_what_was_based_on_older_words_never_overwrites_newer_ones(answer, cast):
    made = suggest(cast.outsider, answer)
    make.revision(answer, cast.peer, body="Read the upper one.")
    answer.body = "Read the upper one, at noon."

    with pytest.raises(Conflict, match="edited_meanwhile"):
        accept(cast.peer, made)

    accept(cast.peer, made, "Read the lower one, at noon.", seen_version=2)
    assert answer.body == "Read the lower one, at noon."
    assert facts()[-1][1]["with_changes"] is True


def test_authors_whose_time_is_over_agree_but_change_nothing_on_the_way(answer, cast, clock):
    db.session.add(StoredSetting(name=AUTHOR_EDIT_HOURS.name, value="24", changed_at=answer.created_at))
    forget_kept()
    clock.shift(25 * 3600)
    made = suggest(cast.outsider, answer)
    with pytest.raises(NotAllowed, match="edit_window_over"):
        accept(cast.peer, made, "Read whatever I want.")

    accept(cast.peer, made)

    own = suggest(cast.peer, answer, "Read the left one.", seen_version=2)
    with pytest.raises(NotAllowed, match="own_suggestion"):
        accept(cast.peer, own, "Read the left one.", seen_version=2)


def test_a_suggestion_is_seen_by_those_it_concerns(question, answer, cast):
    made = suggest(cast.outsider, answer)

    def sees(person) -> bool:
        return made.id in [row.id for row in suggestions.waiting_under(actor_of(person), question)]

    assert [sees(person) for person in (cast.peer, cast.outsider, cast.moderator)] == [True, True, True]
    assert [sees(person) for person in (cast.customer, cast.agent, cast.operator)] == [False, False, False]
    assert [row.id for row in suggestions.to_review_for(actor_of(cast.peer))] == [made.id]
    assert suggestions.to_review_for(actor_of(cast.outsider)) == []
    assert [row.id for row in suggestions.made_by(actor_of(cast.outsider))] == [made.id]


def test_the_question_page_tells_the_author_and_stays_in_its_budget(question, answer, cast, count_queries):
    with count_queries() as before:
        thread.thread_of(actor_of(cast.peer), question)
    for person in (cast.outsider, cast.agent, cast.rival):
        suggest(person, answer)

    with count_queries() as after:
        found = thread.thread_of(actor_of(cast.peer), question)

    assert len(found.suggestions) == 3
    assert after.count == before.count + 1, after


# Pages


def test_from_the_button_to_the_history(client, question, answer, cast):
    sign_in(client, cast.outsider)
    page = client.get(client.get(f"/q/{question.id}").location).text
    assert f'href="/answers/{answer.id}/suggest"' in page
    assert f'href="/q/{question.id}/suggest"' in page
    assert f'href="/answers/{answer.id}/edit"' not in page
    form = {"body": "Read the **lower** one.", "reason": "It is the lower one", "version": "1"}
    assert submit(client, f"/answers/{answer.id}/suggest", **form).status_code == 303
    made = db.session.scalars(select(EditSuggestion)).one()
    assert client.get(f"/answers/{answer.id}/suggest").location == f"/suggestions/{made.id}"
    assert "waits for the author or a moderator" in client.get(client.get(f"/q/{question.id}").location).text

    sign_in(client, cast.peer)
    page = client.get(client.get(f"/q/{question.id}").location).text
    assert "A suggested edit waits for your word." in page
    assert f'href="/suggestions/{made.id}"' in client.get("/suggestions").text
    assert "Take it over" in client.get(f"/suggestions/{made.id}").text
    assert submit(client, f"/suggestions/{made.id}/accept", version="1").status_code == 303

    assert "Otto Outsider" in client.get(f"/answers/{answer.id}/history").text
    db.session.refresh(answer)
    assert "<strong>lower</strong>" in answer.body_html
    assert submit(client, f"/suggestions/{made.id}/accept", version="2").status_code == 409


def test_reviewing_after_a_change_shows_both_and_takes_over_only_what_was_seen(client, answer, cast):
    made = make.suggestion(answer, cast.outsider, body="Read the lower one.")
    make.revision(answer, cast.peer, body="Read the upper one.")
    answer.body = "Read the upper one, at noon."
    sign_in(client, cast.peer)

    page = client.get(f"/suggestions/{made.id}").text
    assert "What changed meanwhile" in page
    assert "Take it over" not in page
    late = submit(client, f"/suggestions/{made.id}/accept", version="1")
    assert late.status_code == 409
    assert "What changed meanwhile" in late.text

    assert "Read the lower one." in client.get(f"/suggestions/{made.id}/edit").text
    form = {"body": "Read the lower one, at noon."}
    assert submit(client, f"/suggestions/{made.id}/edit", **form, version="1").status_code == 409
    assert submit(client, f"/suggestions/{made.id}/edit", **form, version="2").status_code == 303
    db.session.refresh(answer)
    assert answer.body == "Read the lower one, at noon."


def test_a_suggested_question_is_changed_and_taken_over(client, question, cast):
    made = make.suggestion(question, cast.outsider, title="How do I read my new meter?", body="It shows 2 numbers.")
    sign_in(client, cast.customer)
    assert 'value="How do I read my new meter?"' in client.get(f"/suggestions/{made.id}/edit").text
    form = {"title": "How do I read a new meter?", "body": "It shows 2 numbers.", "tags": "meter", "version": "1"}

    assert submit(client, f"/suggestions/{made.id}/edit", **{**form, "title": "Short"}).status_code == 422
    assert submit(client, f"/suggestions/{made.id}/edit", body="Only a body.", version="1").status_code == 422
    assert submit(client, f"/suggestions/{made.id}/edit", **form).status_code == 303

    db.session.refresh(question)
    assert (question.title, question.tag_names) == ("How do I read a new meter?", ["meter"])


def test_turning_down_needs_a_reason_which_is_shown(client, answer, cast):
    made = make.suggestion(answer, cast.outsider)
    sign_in(client, cast.peer)
    assert submit(client, f"/suggestions/{made.id}/reject", reason="").status_code == 422
    assert submit(client, f"/suggestions/{made.id}/reject", reason="It is the upper one").status_code == 303

    sign_in(client, cast.outsider)
    assert "It is the upper one" in client.get("/suggestions?made").text
    assert "It is the upper one" in client.get(f"/suggestions/{made.id}").text


def test_suggesting_while_somebody_saves_loses_nothing(client, answer, cast):
    make.revision(answer, cast.peer, body="Read the upper one.")
    answer.body = "Read the upper one, at noon."
    sign_in(client, cast.outsider)
    form = {"body": "Read the lower one.", "reason": "Lower"}

    late = submit(client, f"/answers/{answer.id}/suggest", **form, version="1")

    assert late.status_code == 409
    assert "Read the lower one." in late.text
    assert submit(client, f"/answers/{answer.id}/suggest", **form, version="2").status_code == 303


def test_a_hidden_or_a_missing_suggestion_look_the_same(client, answer, cast):
    made = make.suggestion(answer, cast.outsider)
    sign_in(client, cast.agent)

    for number in (made.id, 987_654, 2**63, 2**70):
        assert client.get(f"/suggestions/{number}").status_code == 404
        assert submit(client, f"/suggestions/{number}/accept", version="1").status_code == 404
    assert policy.can_review(actor_of(cast.agent), made).reason == "not_the_author"


def test_a_suggestion_says_in_whose_name_it_was_made_and_decided(client, question, cast):
    answer = make.answer(question, cast.agent, body="Read the upper one.")
    organisations.engagement(cast.energy, cast.plumbers, by=cast.rival)
    through = {"acting_for_organisation_id": cast.energy.id, "through_organisation_id": cast.plumbers.id}
    made = suggesting.suggest(
        actor_of(cast.partner, **through), answer, text=compose("Read the lower one."), reason="Lower", seen_version=1
    )
    sign_in(client, cast.agent)
    before = client.get(f"/suggestions/{made.id}").text
    listed, under = client.get("/suggestions").text, client.get(f"/q/{question.id}/{slug_of(question.title)}").text
    decider = actor_of(cast.agent, acting_for_organisation_id=cast.waterworks.id)
    suggesting.reject_suggestion(decider, made, reason="No, the upper one.")

    after = client.get(f"/suggestions/{made.id}").text

    assert f"{cast.plumbers.name}, for {cast.energy.name}" in before
    named = f"{cast.partner.name} ({cast.plumbers.name}, for {cast.energy.name})"
    assert f"suggested by {named}" in listed
    assert f"{named} on the answer by {cast.agent.name}" in under
    assert f"Anna Agent (Agent, on behalf of {cast.waterworks.name}) turned this down." in after
