"""What people who tried an answer say of it: the services, the order they lead to, and the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.actor import VISITOR
from app.community import personal_data
from app.community.links import question_url
from app.community.models.posts import Answer, Question
from app.community.models.signals import Signal
from app.community.queries.answers import answers_of, answers_on_page
from app.community.queries.evidence import evidence_on
from app.community.services.evidence import Tried, give_evidence, remove_warning, withdraw_evidence
from app.errors import Invalid, NotAllowed, NotFound, SignInFirst
from app.outbox.models import DomainEvent
from app.web.panels import notes
from tests.cast import acting, sign_in, submit
from tests.community import make

WARNING = Tried(reason="It deletes all of your mail.", language="en")


@pytest.fixture
def answer(app, database, cast) -> Answer:
    return make.answer(make.question(cast.customer, title="How do I read my meter?"), cast.peer)


@pytest.fixture
def picky(app, database, cast) -> Answer:
    """An answer where the category asks for product and version."""
    shelf = make.category("Routers", asks_for_version=True)
    return make.answer(make.question(cast.customer, category=shelf), cast.peer)


def told(database, kind: str) -> list[tuple[int, str]]:
    database.flush()
    rows = database.scalars(select(DomainEvent.payload).where(DomainEvent.kind == kind).order_by(DomainEvent.id))
    return [(row["person_id"], row["says"]) for row in rows]


def said_of(answer: Answer, viewer=VISITOR):
    return evidence_on(viewer, answer.question)[answer.id]


def path_of(question: Question) -> str:
    return question_url(question.id, question.title)


# What is said


def test_somebody_says_that_it_worked_once_and_takes_it_back(database, answer, cast):
    agent = acting(cast.agent, for_organisation=cast.waterworks)

    give_evidence(agent, answer, "worked")
    give_evidence(agent, answer, "worked")

    assert said_of(answer).worked == 1
    assert said_of(answer).own == set()
    assert said_of(answer, agent).own == {"worked"}
    assert database.scalars(select(Signal.acting_for_organisation_id)).one() == cast.waterworks.id
    assert told(database, "evidence_given") == [(cast.agent.id, "worked")]

    withdraw_evidence(agent, answer, "worked")
    withdraw_evidence(agent, answer, "worked")

    assert evidence_on(agent, answer.question) == {}
    assert told(database, "evidence_withdrawn") == [(cast.agent.id, "worked")]


def test_who_finds_it_outdated_no_longer_says_that_it_worked(database, answer, cast):
    outsider = acting(cast.outsider)
    give_evidence(outsider, answer, "worked")
    give_evidence(outsider, answer, "dangerous", WARNING)

    give_evidence(outsider, answer, "outdated")

    assert said_of(answer, outsider).own == {"outdated", "dangerous"}
    assert said_of(answer).worked == 0


def test_nobody_judges_her_own_answer_and_visitors_and_suspended_people_none(answer, cast):
    with pytest.raises(NotAllowed, match="own_answer"):
        give_evidence(acting(cast.peer), answer, "worked")
    with pytest.raises(NotAllowed, match="own_answer"):
        withdraw_evidence(acting(cast.peer), answer, "worked")
    with pytest.raises(NotAllowed, match="account_suspended"):
        give_evidence(acting(cast.suspended), answer, "worked")
    with pytest.raises(SignInFirst):
        give_evidence(VISITOR, answer, "worked")
    with pytest.raises(Invalid, match="evidence_kind"):
        give_evidence(acting(cast.outsider), answer, "wonderful")


def test_a_category_may_ask_with_which_product_and_version(database, picky, answer, cast):
    outsider = acting(cast.outsider)
    for kind in ("worked", "outdated"):
        with pytest.raises(Invalid, match="product_missing"):
            give_evidence(outsider, picky, kind, Tried(product=" \u200b ", version="8"))

    give_evidence(outsider, picky, "worked", Tried(product="Fritzbox\n 7590", version="7.57", reason="no"))
    give_evidence(acting(cast.agent), picky, "worked", Tried(product="Fritzbox 7590", version="7.57"))
    give_evidence(outsider, picky, "worked", Tried(product="Fritzbox 7590", version="8.02"))
    give_evidence(outsider, answer, "worked", Tried(product="Not asked for here"))

    assert [(each.product, each.version, each.count) for each in said_of(picky).products] == [
        ("Fritzbox 7590", "7.57", 1),
        ("Fritzbox 7590", "8.02", 1),
    ]
    assert said_of(picky).worked == 2
    assert said_of(answer).products == []


def test_a_warning_needs_a_reason_and_shows_it_with_the_name(database, answer, cast):
    agent = acting(cast.agent, for_organisation=cast.waterworks)
    for reason in ("", "   ", "bad", "\u202e" * 40):
        with pytest.raises(Invalid, match="warning_without_reason"):
            give_evidence(agent, answer, "dangerous", Tried(reason=reason))

    give_evidence(agent, answer, "dangerous", WARNING)

    (warned,) = said_of(answer).warnings
    assert (warned.reason, warned.name, warned.capacity) == (WARNING.reason, cast.agent.name, "agent")
    assert personal_data.export(cast.agent.id)["tried"][0]["reason"] == WARNING.reason


def test_only_moderators_remove_a_warning(database, answer, cast):
    give_evidence(acting(cast.outsider), answer, "dangerous", WARNING)
    warning = database.scalars(select(Signal)).one()

    with pytest.raises(NotAllowed, match="moderators_only"):
        remove_warning(acting(cast.peer), warning)
    remove_warning(acting(cast.moderator), warning)

    assert database.scalars(select(Signal)).all() == []
    assert told(database, "evidence_withdrawn") == [(cast.outsider.id, "dangerous")]


# The order of the answers


def test_best_puts_confirmed_ones_first_then_what_people_say(database, cast):
    question = make.question(cast.customer)
    start = clock.now() - timedelta(hours=1)

    def made(words: str, minutes: int) -> Answer:
        return make.answer(question, cast.peer, body=words, created_at=start + timedelta(minutes=minutes))

    made("silent", 0)
    liked, worked = made("liked", 1), made("worked", 2)
    outdated, also, main = made("outdated", 3), made("also confirmed", 4), made("main", 5)
    make.accepted(main)
    make.accepted(also)
    make.vote(liked, cast.agent)
    make.vote(also, cast.agent)
    make.signal(worked, cast.agent)
    make.signal(outdated, cast.agent, "outdated")

    def order(word: str) -> list[str]:
        return [row.answer.body for row in answers_of(VISITOR, question, order=word)]

    assert order("best") == ["main", "also confirmed", "worked", "liked", "silent", "outdated"]
    assert order("oldest") == ["silent", "liked", "worked", "outdated", "also confirmed", "main"]
    assert order("newest") == order("oldest")[::-1]


def test_an_imported_tally_counts_though_it_has_no_votes(database, cast):
    question = make.question(cast.customer)
    make.answer(question, cast.peer, body="bad", score=-4)
    make.answer(question, cast.peer, body="none")
    make.answer(question, cast.peer, body="good", score=9)

    assert [row.answer.body for row in answers_of(VISITOR, question)] == ["good", "none", "bad"]


# The page


def test_buttons_say_it_and_pressing_again_takes_it_back(client, database, answer, cast):
    sign_in(client, cast.outsider)
    path = path_of(answer.question)

    assert submit(client, f"/answers/{answer.id}/worked", given="1").location == f"{path}#a{answer.id}"
    page = client.get(path).text
    assert "Worked for 1 person" in page
    assert f'formaction="/answers/{answer.id}/worked" name="given" value="0" aria-pressed="true"' in page

    assert submit(client, f"/answers/{answer.id}/worked", given="0").status_code == 303
    assert "Worked for 1 person" not in client.get(path).text
    for given in ("2", "", "yes"):
        assert submit(client, f"/answers/{answer.id}/worked", given=given).status_code == 422


def test_the_form_asks_for_what_is_missing(client, database, picky, cast):
    sign_in(client, cast.outsider)
    form = client.get(f"/answers/{picky.id}/outdated")
    assert 'name="product"' in form.text

    empty = submit(client, f"/answers/{picky.id}/outdated", given="1")
    assert empty.status_code == 422
    assert "Say with which product" in empty.text
    assert submit(client, f"/answers/{picky.id}/outdated", given="1", product="x" * 81).status_code == 422
    assert submit(client, f"/answers/{picky.id}/outdated", given="1", product="<b>Box</b>").status_code == 303

    page = client.get(path_of(picky.question)).text
    assert "1 person says it is outdated: &lt;b&gt;Box&lt;/b&gt;" in page
    assert "&lt;b&gt;Box&lt;/b&gt;" in client.get(f"/answers/{picky.id}/outdated").text


def test_a_warning_stands_above_the_answer_with_its_words_escaped(client, database, answer, cast):
    sign_in(client, cast.outsider)
    short = submit(client, f"/answers/{answer.id}/dangerous", given="1", reason="bad")
    assert short.status_code == 422
    assert "Say in a sentence what can go wrong" in short.text

    submit(client, f"/answers/{answer.id}/dangerous", given="1", reason="It runs <script>alert(1)</script> there.")

    page = client.get(path_of(answer.question)).text
    assert "It runs &lt;script&gt;alert(1)&lt;/script&gt; there." in page
    assert page.index("warns that this is dangerous") < page.index("Turn it off and on.")
    assert "Remove this warning" not in page
    sign_in(client, cast.moderator)
    assert "Remove this warning" in client.get(path_of(answer.question)).text
    warning = database.scalars(select(Signal.id)).one()
    assert submit(client, f"/warnings/{warning}/remove").status_code == 303
    assert "warns that" not in client.get(path_of(answer.question)).text


def test_the_order_is_in_the_address_and_the_canonical_one_stays_the_same(client, database, answer):
    make.answer(answer.question, answer.author, body="The newest of them.")
    path = path_of(answer.question)

    newest = client.get(path, query_string={"answers": "newest"}).text

    assert newest.index("The newest of them.") < newest.index("Turn it off and on.")
    assert f'{path}">' in newest.split('rel="canonical"')[1].split("\n")[0]
    assert 'answers=newest" rel="nofollow" aria-current="true"' in newest
    assert client.get(path, query_string={"answers": "funniest"}).status_code == 404


def test_several_answers_can_be_confirmed_and_one_taken_back(client, database, answer, cast):
    other = make.answer(answer.question, cast.agent, body="Look at the lower one.")
    sign_in(client, cast.customer)
    path = path_of(answer.question)

    submit(client, f"/answers/{answer.id}/accept")
    assert "This solved it too" in client.get(path).text
    submit(client, f"/answers/{other.id}/accept")
    page = client.get(path).text
    assert page.count("says: this solved it") == 2
    assert "and 1 more answer" in page

    assert submit(client, f"/q/{answer.question_id}/unaccept", answer_id=str(other.id)).status_code == 303
    assert client.get(path).text.count("says: this solved it") == 1


def test_notes_about_helpers_come_from_what_lies_to_the_right(app, database, answer, cast):
    assert notes("nothing", VISITOR, answer) == {}


# Many answers


def test_many_answers_stand_on_pages_and_the_ends_are_known_on_each(database, cast):
    question = make.question(cast.customer)
    start = clock.now() - timedelta(hours=1)
    made = [make.answer(question, cast.peer, created_at=start + timedelta(minutes=n)) for n in range(7)]
    make.accepted(made[5])
    whole = [row.answer.id for row in answers_of(VISITOR, question)]

    pages = [answers_on_page(VISITOR, question, order="best", size=3, number=n) for n in (1, 2, 3)]

    assert [row.answer.id for page in pages for row in page.rows] == whole
    assert [(page.number, page.last, page.begins_with, page.count) for page in pages] == [
        (1, 3, 1, 7),
        (2, 3, 4, 7),
        (3, 3, 7, 7),
    ]
    assert {page.main.answer.id for page in pages} == {made[5].id}
    assert {page.first.answer.id for page in pages} == {made[0].id}
    assert {page.confirmed_count for page in pages} == {1}
    around = answers_on_page(VISITOR, question, order="newest", size=3, around=made[0].id)
    assert (around.number, [row.answer.id for row in around.rows]) == (3, [made[0].id])
    assert answers_on_page(VISITOR, question, order="best", size=7).last == 1
    for number in (0, -1, 4, 2**70):
        with pytest.raises(NotFound):
            answers_on_page(VISITOR, question, order="best", size=3, number=number)


def test_an_answers_address_leads_to_the_page_it_is_on(client, database, cast):
    question = make.question(cast.customer)
    start = clock.now() - timedelta(days=1)
    made = [make.answer(question, cast.peer, created_at=start + timedelta(minutes=n)) for n in range(32)]
    last = made[-1].id

    moved = client.get(f"/a/{last}").location

    assert moved == f"{path_of(question)}?answer={last}#a{last}"
    assert f'id="a{last}"' in client.get(moved.partition("#")[0]).text
    first_page = client.get(path_of(question)).text
    assert f'id="a{last}"' not in first_page
    assert "page=2#answers" in first_page
    assert "1 to 30" in first_page
    assert client.get(path_of(question), query_string={"page": "3"}).status_code == 404
    assert client.get(path_of(question), query_string={"answer": "1234567", "page": "x"}).status_code == 200


def test_a_busy_page_stays_under_twelve_statements(client, database, cast, count_queries):
    question = make.question(cast.customer, tags=(make.tag(),))
    for number in range(40):
        given = make.answer(question, (cast.peer, cast.agent, cast.partner)[number % 3])
        make.signal(given, cast.outsider)
        make.signal(given, cast.rival, "dangerous")
    sign_in(client, cast.customer)
    page = path_of(question)
    client.get(page)

    with count_queries() as ran:
        client.get(page)

    assert ran.count <= 12, ran
