"""Reporting a text: once for each person, for moderators only, and whoever reported hears what was decided."""

from __future__ import annotations

import pytest

from app.community.models.posts import Question
from app.community.queries import reports
from app.community.services import commenting, deleting, reporting
from app.db import db
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.privacy.rights import export_person
from tests.accounts import make as accounts
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.notifications.make import delivered, told
from tests.organisations import make as organisations


@pytest.fixture
def question(app, database, cast) -> Question:
    return make.question(cast.customer, title="How do I read my meter?")


def outcome(report) -> tuple[str | None, str]:
    db.session.expire_all()
    return report.outcome, report.decision


def test_text_is_reported_once_by_each_person_and_not_by_its_author(cast, question):
    reporting.report(acting(cast.peer), question, reason="spam")
    reporting.report(acting(cast.agent), question, reason="other", words="It says the same as  mine.")

    with pytest.raises(NotAllowed, match="own_words"):
        reporting.report(acting(cast.customer), question, reason="spam")
    with pytest.raises(NotAllowed):
        reporting.report(acting(cast.suspended), question, reason="spam")
    with pytest.raises(Invalid, match="report_words"):
        reporting.report(acting(cast.outsider), question, reason="other", words=" ")
    waiting = reports.waiting_reports(acting(cast.moderator))
    assert [(each.reason, each.note) for each in waiting] == [("spam", ""), ("other", "It says the same as mine.")]
    with pytest.raises(Conflict, match="report_made"):
        reporting.report(acting(cast.peer), question, reason="abuse")


def test_deleting_settles_what_was_reported_about_that_text_only(cast, question):
    answer = make.answer(question, cast.agent)
    comment = make.comment(question, cast.agent, answer_id=answer.id)
    of_question, of_answer, of_comment = (make.report(each, cast.peer) for each in (question, answer, comment))
    moderator = acting(cast.moderator)

    commenting.delete_comment(moderator, comment, reason="spam")
    assert [outcome(each)[0] for each in (of_question, of_answer, of_comment)] == [None, None, "removed"]
    deleting.delete_answer(moderator, answer, reason="spam")
    deleting.delete_question(moderator, question, reason="spam")
    assert [outcome(each)[0] for each in (of_question, of_answer)] == ["removed", "removed"]


def test_moderator_who_leaves_it_says_why_and_the_reporter_hears_of_it(cast, question):
    report = make.report(make.answer(question, cast.agent), cast.peer)
    with pytest.raises(NotAllowed, match="moderators_only"):
        reporting.leave(acting(cast.curator), report, words="It stays.")
    with pytest.raises(Invalid, match="decision_missing"):
        reporting.leave(acting(cast.moderator), report, words=" ")

    reporting.leave(acting(cast.moderator), report, words="It is clumsy, and no advertising.")
    delivered()

    assert outcome(report) == ("left", "It is clumsy, and no advertising.")
    assert told(cast.peer) == [("report_settled", "reported")]
    with pytest.raises(Conflict, match="report_settled"):
        reporting.leave(acting(cast.moderator), report, words="Again.")


def test_moderators_are_told_of_what_waits_and_of_nothing_that_is_settled(cast, question):
    answer = make.answer(question, cast.agent)
    reporting.report(acting(cast.peer), answer, reason="spam")
    delivered()
    assert told(cast.moderator) == [("reported", "moderates")]
    assert told(cast.curator) == told(cast.agent) == []

    deleting.delete_answer(acting(cast.moderator), answer, reason="spam")
    second = make.question(cast.customer)
    reporting.leave(
        acting(cast.moderator), reporting.report(acting(cast.peer), second, reason="abuse"), words="It hurts nobody."
    )
    delivered()
    assert told(cast.moderator) == [("reported", "moderates")]


def test_moderator_who_reports_tells_the_others_only(cast, question):
    other = accounts.person("Mona Moderator", is_moderator=True)

    reporting.report(acting(cast.moderator), question, reason="private")
    delivered()

    assert told(cast.moderator) == []
    assert told(other) == [("reported", "moderates")]


def test_moderators_are_told_of_nothing_they_may_not_read(cast, database):
    hidden = make.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    colleague = accounts.person("Carl Colleague")
    organisations.membership(colleague, cast.waterworks)

    reporting.report(acting(colleague, for_organisation=cast.waterworks), hidden, reason="spam")
    delivered()

    assert told(cast.moderator) == []


def test_moderators_see_only_what_they_may_know(cast, database):
    hidden = make.report(make.question(cast.agent, audience=f"org:{cast.waterworks.id}"), cast.agent)

    assert reports.waiting_reports(acting(cast.moderator)) == []
    with pytest.raises(NotFound):
        reports.report_for(acting(cast.moderator), hidden.id)


def test_from_the_button_to_the_decision(client, cast, question):
    answer = make.answer(question, cast.agent)
    comment = make.comment(question, cast.agent)
    sign_in(client, cast.peer)
    page = client.get(f"/q/{question.id}/how-do-i-read-my-meter").text
    for path in (f"/q/{question.id}", f"/answers/{answer.id}", f"/comments/{comment.id}"):
        assert f'href="{path}/report"' in page
        assert "What is wrong with it" in client.get(f"{path}/report").text
    assert submit(client, f"/answers/{answer.id}/report", reason="other").status_code == 422
    assert submit(client, f"/answers/{answer.id}/report", reason="nonsense").status_code == 422
    sent = submit(client, f"/answers/{answer.id}/report", reason="abuse", words="Read the third line.")
    assert sent.location.endswith(f"#a{answer.id}")
    assert submit(client, f"/answers/{answer.id}/report", reason="abuse").status_code == 409
    assert "Waits" in client.get("/reports").text

    delivered()
    sign_in(client, cast.moderator)
    inbox = client.get("/notifications").text
    assert "Something here was reported to moderators" in inbox
    assert 'href="/moderation"' in inbox.partition("<main")[2]
    assert "Read the third line." in client.get("/moderation").text
    (report,) = reports.waiting_reports(acting(cast.moderator))
    assert submit(client, f"/reports/{report.id}/leave", words="It hurts nobody.").status_code == 303
    assert "Read the third line." not in client.get("/moderation").text

    sign_in(client, cast.peer)
    assert "It hurts nobody." in client.get("/reports").text
    assert export_person(cast.peer.id)["reported"][0]["outcome"] == "left"
