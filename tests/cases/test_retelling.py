"""From a solved case to an article: two clicks, the words of those who helped, nothing of the customer."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock as now
from app.cases.models.cases import Case
from app.cases.services import moving, talking
from app.db import db
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import ArticleSource, ArticleUse
from app.organisations.identify import actor_of
from app.outbox.deliver import deliver_due
from app.privacy.models import PersonalDetail
from tests.accounts import make as accounts
from tests.cases import make
from tests.cast import Cast, acting, sign_in, sign_out, submit
from tests.knowledge import make as knowledge
from tests.organisations import make as organisations


def solved(cast: Cast, body: str, **more: Any) -> Case:
    """Make a solved case in which the customer wrote something private and the agent this."""
    made = make.case(cast.customer, cast.waterworks, person=cast.agent, state="solved", **more)
    make.message(made, cast.customer, body="I was in hospital, that is why I paid late.")
    make.message(made, cast.agent, body="She sounds upset.", kind="note", acting_for_organisation_id=cast.waterworks.id)
    make.message(made, cast.agent, body=body, acting_for_organisation_id=cast.waterworks.id)
    return made


def detail(case: Case, value: str, **more: Any) -> None:
    defaults = {"kind": "contract_number", "given_at": now.now(), "given_by_id": case.asker_id, **more}
    make._kept(PersonalDetail(person_id=case.asker_id, help_request_id=case.id, value=value, **defaults))


def test_a_solved_case_is_a_draft_two_clicks_later_without_its_customer(client: FlaskClient, cast: Cast) -> None:
    body = (
        "Hi Carla,\n\nYour contract KL 881.204 is old: `kl-881204`. Live on Stationsplein 4? Call 06-12345678.\n\n"
        "[Look](/cases/abcdefghijklmnop) and ![meter](/pictures/1.png)\n\nA late payment costs nothing once a year."
    )
    case = solved(cast, body, title="Carla pays late")
    detail(case, "KL881204")
    detail(case, "Stationsplein 4, 1012 AB Utrecht", kind="address", ended_at=now.now())
    sign_in(client, cast.agent)
    assert f"/cases/{case.public_id}/article" in client.get(f"/cases/{case.public_id}").text

    begun = client.get(f"/cases/{case.public_id}/article")
    form = begun.text[begun.text.index("<form class") :]
    article = form[form.index("<textarea") :]
    submit(
        client,
        f"/cases/{case.public_id}/article",
        title="Paying late",
        summary="What it costs.",
        body="Once a year, nothing.",
        language="en",
        audience=f"org:{cast.waterworks.id}",
        category=0,
        organisation=0,
    )

    assert "A late payment costs nothing once a year." in article
    assert "[name] pays late" in form
    assert form.count("Your contract [detail] is old") == 2, "the summary says it as well, without the greeting"
    assert "Hi [name]" not in form
    for private in ("hospital", "upset", "881", "Stationsplein", "12345678", "Carla", "abcdefghijkl", "pictures/1"):
        assert private not in article, private
    assert f'<option selected value="org:{cast.waterworks.id}">' in form
    made = db.session.scalars(select(Article)).one()
    assert (made.state, made.review_number, made.audience) == ("draft", None, f"org:{cast.waterworks.id}")
    assert made.acting_for_organisation_id == cast.waterworks.id
    source = db.session.scalars(select(ArticleSource)).one()
    assert (source.help_request_id, source.answer_id) == (case.id, None)
    assert (source.author_id, source.acting_for_organisation_id) == (cast.agent.id, cast.waterworks.id)
    assert "Paying late" in client.get(f"/cases/{case.public_id}").text


def test_only_members_read_that_an_article_came_from_a_case_and_nobody_reads_the_case(
    client: FlaskClient, cast: Cast
) -> None:
    case = solved(cast, "A late payment costs nothing.", title="The secret of Carla")
    article = knowledge.article(cast.peer, title="Paying late")
    knowledge.kept(
        ArticleSource(
            article_id=article.id,
            help_request_id=case.id,
            author_id=cast.agent.id,
            acting_for_organisation_id=cast.waterworks.id,
            taken_at=now.now(),
        )
    )
    pages = {}
    for person in (cast.agent, cast.partner, cast.customer):
        sign_in(client, person)
        pages[person.id] = client.get(f"/knowledge/{article.slug}").text
    sign_in(client, cast.customer)
    own = client.get(f"/cases/{case.public_id}").text
    sign_out(client)
    pages[0] = client.get(f"/knowledge/{article.slug}").text

    assert "Made of a solved case" in pages.pop(cast.agent.id)
    for page in pages.values():
        assert "solved case" not in page
        assert "With the help of" in page
        assert "Ann" in page
        assert case.public_id not in page
        assert "The secret" not in page
    assert "Make an article" not in own
    assert "Paying late" not in own


def test_a_case_solved_with_an_article_raises_it_until_it_is_opened_again(
    app: Any, database: Any, cast: Cast, clock: Any
) -> None:
    article = knowledge.article(cast.peer)
    hidden = knowledge.article(cast.partner, audience=f"org:{cast.plumbers.id}")
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    agent, customer = acting(cast.agent, for_organisation=cast.waterworks), actor_of(cast.customer)
    clock.shift(60)
    words = make.composed(f"See /knowledge/{article.slug}")
    links = "".join(f'<p><a href="/knowledge/{each.slug}">See</a></p>' for each in (article, hidden))
    talking.post_message(agent, case, text=type(words)(**{**vars(words), "html": links}))
    before = article.confidence

    moving.move(customer, case, "solved")
    deliver_due("a worker")
    use = db.session.scalars(select(ArticleUse).execution_options(populate_existing=True)).one()
    db.session.refresh(article)
    raised = article.confidence
    is_resolved = use.resolved_at is not None
    moving.move(customer, case, "received")
    deliver_due("a worker")
    db.session.refresh(article)
    db.session.refresh(use)

    assert (use.article_id, use.kind, use.used_by_id) == (article.id, "answered", cast.agent.id)
    assert is_resolved
    assert raised > before
    assert use.resolved_at is None
    assert article.confidence == pytest.approx(before, abs=1e-3)


def test_only_who_holds_it_makes_an_article_and_only_of_a_case_that_is_over(client: FlaskClient, cast: Cast) -> None:
    colleague = accounts.person("Bea Busy")
    organisations.membership(colleague, cast.waterworks)
    closed = make.case(cast.customer, cast.waterworks, person=cast.agent, state="closed")
    held = make.case(cast.customer, cast.waterworks, person=cast.agent)
    statuses = {}
    for person in (cast.customer, cast.agent, colleague, cast.partner):
        sign_in(client, person)
        statuses[person.id] = [client.get(f"/cases/{each.public_id}/article").status_code for each in (closed, held)]

    assert statuses == {
        cast.customer.id: [403, 403],
        cast.agent.id: [200, 403],
        colleague.id: [200, 403],
        cast.partner.id: [404, 404],
    }
