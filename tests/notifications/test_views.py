"""The pages of notices: what is unread first, read and taken back, muted, mail settings, the news of an open page."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app import clock as app_clock
from app.community.models.posts import Question
from app.community.settings import ANSWERS_PER_PAGE
from app.db import db
from app.notifications import jobs
from app.notifications.models import NoticePreference
from app.privacy.audiences import organisation_audience
from app.privacy.rights import erase_person, export_person
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in, sign_out, submit
from tests.community import make as community
from tests.notifications.make import answered, follow, notice_of, told


@pytest.fixture
def question(cast: Cast) -> Question:
    return community.question(cast.customer, title="How do I close the main tap?")


@pytest.fixture
def news(client: FlaskClient, cast: Cast, question: Question) -> Question:
    """Sign the asker in, of whose question there is news."""
    answered(question, cast.peer)
    sign_in(client, cast.customer)
    return question


def bell(client: FlaskClient) -> int:
    return client.get("/notifications/news").json["unread"]


def upto(cast: Cast, question: Question) -> int:
    notice = notice_of(cast.customer, question)
    assert notice is not None
    return notice.latest_item_id


def test_page_says_what_happened_and_why(client: FlaskClient, news: Question) -> None:
    page = client.get("/notifications").text

    assert "Pete Peer answered" in page
    assert "You asked this question." in page
    assert "Notifications, one new" in page
    assert re.search(rf'href="/a/\d+">{news.title}', page)


def test_several_of_a_kind_are_one_line(client: FlaskClient, cast: Cast, news: Question) -> None:
    answered(news, cast.agent)
    answered(news, cast.partner)

    page = client.get("/notifications").text

    assert "3 new answers" in page
    assert "Pete Peer answered" not in page
    assert bell(client) == 1


def test_reason_names_what_one_follows(client: FlaskClient, cast: Cast, question: Question) -> None:
    follow(cast.outsider, followed_person_id=cast.peer.id)
    answered(question, cast.peer)
    sign_in(client, cast.outsider)

    assert "You follow Pete Peer." in client.get("/notifications").text


def test_what_is_read_can_be_unread_again(client: FlaskClient, cast: Cast, news: Question) -> None:
    assert submit(client, f"/notifications/{news.id}/read", upto=upto(cast, news)).status_code == 303
    assert bell(client) == 0
    page = client.get("/notifications").text
    moment = page.partition('name="moment" value="')[2].partition('"')[0]

    submit(client, "/notifications/unread", moment=moment)

    assert bell(client) == 1


def test_everything_is_read_at_once_and_taken_back(client: FlaskClient, cast: Cast, news: Question) -> None:
    other = community.question(cast.customer)
    answered(other, cast.peer)
    assert bell(client) == 2

    submit(client, "/notifications/read", upto=max(upto(cast, news), upto(cast, other)))
    assert bell(client) == 0
    page = client.get("/notifications").text
    submit(client, "/notifications/unread", moment=page.partition('name="moment" value="')[2].partition('"')[0])

    assert bell(client) == 2


def test_what_came_after_the_page_stays_unread(client: FlaskClient, cast: Cast, news: Question) -> None:
    shown = upto(cast, news)
    answered(news, cast.agent)

    submit(client, "/notifications/read", upto=shown)

    assert bell(client) == 1
    assert "Anna Agent answered" in client.get("/notifications").text


def test_muted_question_is_silent_until_it_is_heard_of_again(client: FlaskClient, cast: Cast, news: Question) -> None:
    submit(client, f"/notifications/{news.id}/mute")
    answered(news, cast.agent)

    assert bell(client) == 0
    assert news.title in client.get("/notifications?show=muted").text
    submit(client, f"/notifications/{news.id}/unmute")
    answered(news, cast.partner)
    assert bell(client) == 1
    assert told(cast.customer) == [("answer", "asked")] * 2


def test_question_can_be_muted_before_there_is_news(client: FlaskClient, cast: Cast, question: Question) -> None:
    sign_in(client, cast.outsider)
    follow(cast.outsider, question_id=question.id)

    submit(client, f"/notifications/{question.id}/mute")
    answered(question, cast.peer)

    assert told(cast.outsider) == []


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-03-02T09:30:00", "9999-12-31T23:59:59-14:00", "9" * 400])
def test_moment_that_is_none_is_refused(client: FlaskClient, news: Question, moment: str) -> None:
    assert submit(client, "/notifications/unread", moment=moment).status_code == 422


def test_news_that_one_may_no_longer_see_is_gone(client: FlaskClient, cast: Cast, news: Question) -> None:
    news.audience = organisation_audience(cast.waterworks.id)

    assert bell(client) == 0
    assert news.title not in client.get("/notifications").text


def test_deleted_answer_is_no_news_and_is_again_when_it_comes_back(
    client: FlaskClient, cast: Cast, question: Question
) -> None:
    answer = answered(question, cast.peer)
    sign_in(client, cast.customer)
    answer.deleted_at, answer.deleted_by_id, answer.deletion_reason = app_clock.now(), cast.peer.id, "other"

    assert bell(client) == 0
    assert "Pete Peer answered" not in client.get("/notifications").text
    assert client.get(f"/q/{question.id}/news?after=0").json["answers"] == 0
    answer.deleted_at = answer.deleted_by_id = answer.deletion_reason = None
    assert bell(client) == 1


def test_old_notices_are_paged_by_key(client: FlaskClient, cast: Cast) -> None:
    for number in range(27):
        asked = community.question(cast.customer, title=f"Question number {number} of many")
        answered(asked, cast.peer)
    sign_in(client, cast.customer)
    submit(client, "/notifications/read", upto=2**40)

    first = client.get("/notifications").text
    older = first.partition('rel="next" href="')[2].partition('"')[0]
    second = client.get(older).text

    counted = [page.count("/mute") for page in (first, second)]
    assert counted == [25, 2]


def test_page_and_bell_cost_a_fixed_number_of_statements(client: FlaskClient, cast: Cast, count_queries) -> None:
    for _number in range(6):
        answered(community.question(cast.customer), cast.peer)
    sign_in(client, cast.customer)

    with count_queries() as ran:
        client.get("/notifications")
    with count_queries() as at_bell:
        client.get("/notifications/news")

    assert ran.count <= 8, ran
    assert at_bell.count <= 3, at_bell


def test_mail_wish_is_kept(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.customer)
    assert "checked" in client.get("/settings/notifications").text

    answer = submit(client, "/settings/notifications", mail="daily", quiet_from="22", quiet_until="7")

    assert answer.status_code == 303
    kept = db.session.scalars(sa.select(NoticePreference)).one()
    assert (kept.person_id, kept.mail, kept.quiet_from, kept.quiet_until) == (cast.customer.id, "daily", 22, 7)


@pytest.mark.parametrize(
    "sent",
    [
        {"mail": "hourly", "quiet_from": "", "quiet_until": ""},
        {"mail": "daily", "quiet_from": "22", "quiet_until": ""},
        {"mail": "daily", "quiet_from": "24", "quiet_until": "7"},
        {},
    ],
)
def test_wish_that_cannot_be_is_refused(client: FlaskClient, cast: Cast, sent: dict[str, str]) -> None:
    sign_in(client, cast.customer)

    assert submit(client, "/settings/notifications", **sent).status_code == 422
    assert db.session.scalars(sa.select(NoticePreference)).all() == []


def test_open_question_learns_of_new_answers_by_others(client: FlaskClient, cast: Cast, question: Question) -> None:
    first = answered(question, cast.peer)
    sign_in(client, cast.agent)
    address = f"/q/{question.id}/news?after={first.id}"
    nothing = client.get(address)
    answered(question, cast.agent)
    second = answered(question, cast.partner)
    answered(question, cast.peer)

    something = client.get(address, headers={"If-None-Match": nothing.headers["ETag"]})
    again = client.get(address, headers={"If-None-Match": something.headers["ETag"]})

    assert (nothing.json["answers"], nothing.json["bar"]) == (0, "")
    assert (something.json["answers"], something.json["bar"]) == (2, "2 new answers")
    assert something.json["link"] == f"/a/{second.id}"
    assert (again.status_code, again.text) == (304, "")


def test_answers_on_other_pages_are_not_new(client: FlaskClient, cast: Cast, question: Question) -> None:
    made = [community.answer(question, cast.peer) for _number in range(ANSWERS_PER_PAGE.value + 1)]

    page = client.get(f"/q/{question.id}/how-do-i-close-the-main-tap").text

    assert f"/q/{question.id}/news?after={made[-1].id}" in page


def test_visitor_learns_of_new_answers_too(client: FlaskClient, cast: Cast, question: Question) -> None:
    answered(question, cast.peer)
    sign_out(client)

    assert client.get(f"/q/{question.id}/news?after=0&lang=nl").json["bar"] == "1 nieuw antwoord"


@pytest.mark.parametrize("after", ["", "x", "-1", "²", "9" * 30])
def test_place_that_is_none_shows_nothing_new(client: FlaskClient, question: Question, after: str) -> None:
    assert client.get(f"/q/{question.id}/news", query_string={"after": after}).json["answers"] == 0


def test_reading_the_question_marks_its_news_read(client: FlaskClient, cast: Cast, news: Question) -> None:
    page = client.get(f"/q/{news.id}/how-do-i-close-the-main-tap").text
    form = f'action="/notifications/{news.id}/read" data-seen'
    assert form in page

    answer = submit(client, f"/notifications/{news.id}/read", upto=upto(cast, news), quietly="1")

    assert answer.status_code == 204
    assert bell(client) == 0
    assert form not in client.get(f"/q/{news.id}/how-do-i-close-the-main-tap").text


def test_what_she_was_told_is_hers_to_read_and_goes_with_her(client: FlaskClient, cast: Cast, news: Question) -> None:
    submit(client, "/settings/notifications", mail="daily", quiet_from="22", quiet_until="7")
    held = export_person(cast.customer.id)
    assert held["told"][0]["kind"] == "answer"
    assert held["mail_wish"][0]["mail"] == "daily"

    erase_person(acting(cast.operator), cast.customer.id)

    gone = export_person(cast.customer.id)
    assert (gone["notices"], gone["told"], gone["mail_wish"]) == ([], [], [])


def test_nobody_reads_what_is_somebody_elses(client: FlaskClient, cast: Cast, news: Question) -> None:
    sign_in(client, accounts.person("Nosy"))

    assert bell(client) == 0
    submit(client, "/notifications/read", upto=2**40)
    sign_in(client, cast.customer)
    assert bell(client) == 1


def test_what_was_told_long_ago_is_forgotten_but_not_what_is_muted(
    client: FlaskClient, cast: Cast, news: Question, clock
) -> None:
    muted = community.question(cast.customer)
    submit(client, f"/notifications/{muted.id}/mute")
    clock.shift(181 * 86_400)
    db.session.commit()

    jobs.forget_old_notices()

    assert notice_of(cast.customer, news) is None
    assert notice_of(cast.customer, muted) is not None
    assert told(cast.customer) == []
