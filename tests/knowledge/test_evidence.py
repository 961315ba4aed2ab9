"""What people say of articles, and what follows: confidence, banners, tasks, suggestions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.db import db
from app.errors import NotAllowed
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.models.evidence import ArticleUse, HelpfulMark
from app.knowledge.queries.evidence import evidence_of
from app.knowledge.services import caring, judging, publishing
from app.organisations.identify import actor_of
from app.outbox.deliver import deliver_due
from tests.accounts import make as accounts
from tests.cast import Cast, sign_in, sign_out, submit
from tests.community import make as community
from tests.knowledge import make
from tests.support.at_once import in_the_middle, transacted


def open_tasks() -> list[str]:
    return list(db.session.scalars(select(KnowledgeTask.kind).where(KnowledgeTask.closed_at.is_(None)).order_by("id")))


def test_three_people_who_call_it_outdated_open_a_review_and_the_page_says_so(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, now=clock.now() - timedelta(hours=1))
    for person in (cast.customer, cast.outsider, cast.outsider, cast.agent):
        assert open_tasks() == []
        sign_in(client, person)
        submit(client, f"/knowledge/{article.slug}/outdated", on=1)
    sign_out(client)

    page = client.get(f"/knowledge/{article.slug}").text

    assert open_tasks() == ["outdated", "low_confidence"]
    assert "This article may be outdated" in page
    assert "How sure is this? 56 %" in page
    assert "90 % × 100 % × 100 %" not in page
    assert "56 % × 100 % × 100 % = 56 %" in page


def test_who_looks_and_finds_that_it_holds_makes_it_sure_again(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, now=clock.now() - timedelta(days=900))
    for number in range(3):
        make.signal(accounts.person(f"Reader {number}"), article)
    caring.look_again([article.id])
    assert not article.is_suggested
    sign_in(client, cast.curator)

    submit(client, f"/knowledge/{article.slug}/verify", version=1)

    db.session.refresh(article)
    assert open_tasks() == []
    assert (article.confidence, article.is_doubtful, article.is_suggested) == (pytest.approx(0.9), False, True)


def test_the_author_of_what_readers_see_does_not_verify_it(app: Any, database: Any, cast: Cast) -> None:
    article = make.article(cast.peer)
    make.licence(cast.peer)

    with pytest.raises(NotAllowed, match="own_article"):
        publishing.verify(actor_of(cast.peer), article, seen_number=1)


def test_who_may_verify_can_do_so_without_a_task_but_once_a_day(client: FlaskClient, cast: Cast, clock: Any) -> None:
    article = make.article(cast.peer)
    path, holds = f"/knowledge/{article.slug}", "I looked: it still holds"
    sign_in(client, cast.curator)

    fresh = client.get(path).text
    submit(client, f"{path}/archive")
    submit(client, f"{path}/archive", back="1")
    brought_back = client.get(path).text
    submit(client, f"{path}/verify", version=1)
    verified = client.get(path).text
    clock.shift(86_400)
    sign_in(client, cast.curator)
    next_day = client.get(path).text
    sign_in(client, cast.peer)

    assert [holds in page for page in (fresh, brought_back, verified, next_day)] == [False, True, False, True]
    assert holds not in client.get(path).text


def test_who_said_that_it_is_outdated_says_it_anew_after_it_was_verified(
    client: FlaskClient, cast: Cast, clock: Any
) -> None:
    article = make.article(cast.peer)
    clock.shift(60)
    sign_in(client, cast.outsider)
    submit(client, f"/knowledge/{article.slug}/outdated", on=1)
    said = client.get(f"/knowledge/{article.slug}").text
    clock.shift(60)
    publishing.verify(actor_of(cast.curator), article, seen_number=1)
    clock.shift(60)

    page = client.get(f"/knowledge/{article.slug}").text
    submit(client, f"/knowledge/{article.slug}/outdated", on=1)

    assert ('aria-pressed="true"' in said, 'aria-pressed="true"' in page) == (True, False)
    assert "1 person says it is outdated" in client.get(f"/knowledge/{article.slug}").text


def test_an_owner_who_cannot_verify_reads_who_does(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer)
    make.task(article)
    why = "A reviewer who did not write it says whether it still holds."

    sign_in(client, cast.peer)
    hers = client.get(f"/knowledge/{article.slug}").text
    sign_in(client, cast.curator)

    assert why in hers
    assert why not in client.get(f"/knowledge/{article.slug}").text


def test_time_alone_makes_doubt_and_a_job_acts_on_it(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    article = make.article(cast.peer)
    clock.shift(365 * 86_400)

    caring.look_at_all()
    caring.look_at_all()

    found = db.session.get_one(Article, article.id, populate_existing=True)
    assert (round(found.confidence, 3), found.is_doubtful, found.is_suggested) == (0.585, True, True)
    assert open_tasks() == ["low_confidence"]


def test_worked_and_outdated_of_one_person_are_one_word(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    article = make.article(cast.peer)
    clock.shift(60)
    reader = actor_of(cast.outsider)

    judging.give_signal(reader, article, "outdated")
    judging.give_signal(reader, article, "worked")
    known = evidence_of([article.id], article.confidence_at)[article.id]
    judging.withdraw_signal(reader, article, "outdated")

    assert (known.worked, known.outdated) == (1, 0)
    assert article.confidence > 0.9
    with pytest.raises(NotAllowed, match="own_article"):
        judging.give_signal(actor_of(cast.peer), article, "worked")


@pytest.mark.commits
def test_a_question_solved_with_an_article_raises_it(client: FlaskClient, cast: Cast, clock: Any) -> None:
    article = make.article(cast.peer)
    question = community.question(cast.customer, title="Why does my tap drip?")
    answer = community.answer(question, cast.agent, body="See.")
    answer.body_html = f'<p><a href="/knowledge/{article.slug}">See</a></p>'
    db.session.commit()
    clock.shift(60)
    sign_in(client, cast.customer)
    db.session.commit()

    submit(client, f"/answers/{answer.id}/accept")
    deliver_due("a worker")

    use = db.session.scalars(select(ArticleUse)).one()
    assert (use.kind, use.used_by_id, use.resolved_at is not None) == ("answered", cast.agent.id, True)
    assert db.session.get_one(Article, article.id, populate_existing=True).confidence > 0.9


def test_a_changed_source_and_a_newer_answer_cast_doubt(app: Any, database: Any, cast: Cast, clock: Any) -> None:
    question = community.question(cast.customer)
    answer = community.answer(question, cast.peer)
    article = make.article(cast.peer)
    make.source(article, answer)
    clock.shift(60)
    answer.text_version = 2
    other = community.answer(question, cast.agent)
    other.accepted_at = article.created_at + timedelta(seconds=30)
    db.session.flush()

    caring.look_again([article.id])

    assert article.confidence == pytest.approx(9 / 12 * 0.8, rel=1e-3)
    assert open_tasks() == ["low_confidence", "source_changed", "contradicted"]


@pytest.mark.parametrize(
    "source_is_confirmed, other_is_newer, contradicted",
    [(True, True, 0), (True, False, 0), (False, True, 1), (False, False, 0)],
)
def test_only_a_newer_answer_in_the_place_of_its_own_contradicts_an_article(
    app: Any,
    database: Any,
    cast: Cast,
    clock: Any,
    source_is_confirmed: bool,
    other_is_newer: bool,
    contradicted: int,
) -> None:
    question = community.question(cast.customer)
    answer = community.answer(question, cast.peer)
    other = community.answer(question, cast.agent)
    article = make.article(cast.peer)
    make.source(article, answer)
    answer.accepted_at = article.created_at if source_is_confirmed else None
    other.created_at = answer.created_at + timedelta(seconds=1 if other_is_newer else -1)
    other.accepted_at = article.created_at + timedelta(seconds=30)
    clock.shift(60)
    db.session.flush()

    known = evidence_of([article.id], article.confidence_at)[article.id]

    assert known.contradicted == contradicted


def test_the_page_says_how_fresh_what_nobody_verified_is(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, verified_at=None, validation="not_validated")

    page = client.get(f"/knowledge/{article.slug}").text

    assert "90 % × 65 % × 100 % = 58 %" in page
    assert "Until somebody verifies it, it counts as if that were a year ago: 65 %." in page


def test_visitors_say_whether_it_helped_once_and_why(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer)
    path = f"/knowledge/{article.slug}/helpful"

    why = client.post(path, data={"helped": "no"}).text
    client.post(path, data={"helped": "no", "reason": "unclear", "note": "Which tap?"})

    assert "What was missing?" in why
    mark = db.session.scalars(select(HelpfulMark)).one()
    assert (mark.is_helpful, mark.reason, mark.note, mark.person_id) == (False, "unclear", "Which tap?", None)
    db.session.refresh(article)
    assert (article.helpful_count, article.unhelpful_count) == (0, 1)
    client.post(path, data={"helped": "yes"})
    db.session.refresh(article)
    assert (article.helpful_count, article.unhelpful_count) == (1, 0)
    assert client.post(path, data={"helped": "perhaps"}).status_code == 422


@pytest.mark.commits
@pytest.mark.only_postgresql
def test_two_who_say_at_once_that_it_helped_are_counted_both(app, database, cast: Cast) -> None:
    article_id = make.article(cast.peer).id
    one, other = actor_of(cast.customer), actor_of(cast.outsider)
    database.commit()

    def says_yes(actor: Actor) -> Any:
        return transacted(
            app, lambda: judging.mark_helpful(actor, db.session.get_one(Article, article_id), is_helpful=True)
        )

    in_the_middle("UPDATE articles", says_yes(one), says_yes(other))

    database.expire_all()
    assert db.session.get_one(Article, article_id).helpful_count == 2


def test_reads_are_counted_without_anybody(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer)

    assert client.post(f"/knowledge/{article.slug}/read").status_code == 204
    client.post(f"/knowledge/{article.slug}/read")
    sign_in(client, cast.curator)

    assert "2 times" in client.get("/knowledge/work").text


def test_a_question_about_an_article_begins_with_the_way_to_it(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, title="Mending a [dripping] tap")
    sign_in(client, cast.customer)

    page = client.get(f"/ask?about={article.slug}").text

    assert f"[Mending a (dripping) tap](/knowledge/{article.slug})" in page
    assert client.get("/ask?about=nothing-here").status_code == 200
