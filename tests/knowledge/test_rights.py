"""Rights that no address shows: whose licence opens what, and whose tasks, reviews and words a page is about."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.errors import NotAllowed, NotFound
from app.knowledge.models.evidence import ArticleSignal
from app.knowledge.queries import articles, care
from app.knowledge.services import judging, publishing, reviewing
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast
from tests.community import make as community
from tests.knowledge import make


def test_a_contributor_reviews_for_her_organisation_and_not_for_everybody(app: Any, database: Any, cast: Cast) -> None:
    own = make.article(cast.peer, state="in_review", audience=organisation_audience(cast.waterworks.id))
    public = make.article(cast.peer, state="in_review")
    make.licence(cast.agent, "contributor")
    agent = actor_of(cast.agent)

    assert reviewing.approve(agent, own, seen_number=1)
    with pytest.raises(NotAllowed, match="licence_missing"):
        reviewing.approve(agent, public, seen_number=1)


def test_somebody_elses_licence_opens_nothing(app: Any, database: Any, cast: Cast) -> None:
    waiting = make.article(cast.peer, state="in_review")
    make.licence(cast.agent)

    assert articles.article_for(actor_of(cast.agent), waiting.slug) is waiting
    with pytest.raises(NotFound):
        articles.article_for(actor_of(cast.outsider), waiting.slug)


def test_each_sees_her_own_tasks_articles_and_what_she_may_review(app: Any, database: Any, cast: Cast) -> None:
    hers = make.article(cast.peer, title="Of the peer, to be looked at")
    make.task(hers)
    make.article(cast.agent, state="in_review", title="Of the agent, to be reviewed")
    make.article(cast.curator, state="in_review", title="Of the curator herself")
    curator, peer, outsider = actor_of(cast.curator), actor_of(cast.peer), actor_of(cast.outsider)

    assert [each.title for each in care.reviews_for(curator, licence="publisher")] == ["Of the agent, to be reviewed"]
    assert [each.title for each in care.tasks_for(peer, is_keeper=False)] == ["Of the peer, to be looked at"]
    assert care.tasks_for(outsider, is_keeper=False) == []
    assert [each.title for each in care.written_by(peer)] == ["Of the peer, to be looked at"]
    assert care.written_by(outsider) == []


def test_nobody_takes_back_what_another_said(app: Any, database: Any, cast: Cast) -> None:
    article = make.article(cast.peer)
    make.signal(cast.customer, article)

    judging.withdraw_signal(actor_of(cast.outsider), article, "outdated")

    assert db.session.scalars(select(ArticleSignal.person_id)).all() == [cast.customer.id]


def test_who_wrote_the_answer_is_an_author_of_the_article_made_of_it(app: Any, database: Any, cast: Cast) -> None:
    answer = community.answer(community.question(cast.customer), cast.curator)
    waiting, live = make.article(cast.peer, state="in_review"), make.article(cast.peer)
    for each in (waiting, live):
        make.source(each, answer)
    curator = actor_of(cast.curator)

    assert care.reviews_for(curator, licence="publisher") == []
    with pytest.raises(NotAllowed, match="own_article"):
        reviewing.approve(curator, waiting, seen_number=1)
    with pytest.raises(NotAllowed, match="own_article"):
        publishing.verify(curator, live, seen_number=1)
    make.licence(cast.outsider)
    assert reviewing.approve(actor_of(cast.outsider), waiting, seen_number=1)
