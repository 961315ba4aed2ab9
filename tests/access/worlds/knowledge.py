"""The part of the world about articles in every state. The peer writes for everybody, the agent for the waterworks."""

from __future__ import annotations

from typing import Any

from app import clock
from app.knowledge.models.care import Gap, Term
from app.knowledge.models.evidence import HelpfulMark
from app.knowledge.models.versions import ArticleReview
from app.privacy.audiences import organisation_audience
from tests.access.worlds.base import MISSING, World
from tests.community import make as community
from tests.knowledge import make


def add(world: World) -> None:
    """Make the rows."""
    _articles(world)
    _care(world)


def _articles(world: World) -> None:
    cast = world.cast
    makers = ("peer", "curator", "moderator")
    articles = world.objects["article"] = {}
    for state in ("published", "archived", "draft", "in_review", "revised"):
        words = f"article-in-state-{state}"
        if state in {"draft", "in_review"}:
            words = world.hide(f"canary-article-{state}", f"words of an article that is a {state}", *makers)
        kind = "published" if state == "revised" else state
        made = make.article(cast.peer, state=kind, title=f"{words}-title", summary=f"{words}-summary", body=words)
        articles[state] = {"slug": made.slug, "article_id": made.id, "number": 1}
        if state == "revised":
            newer = world.hide("canary-newer-version", "a version that nobody published yet", *makers)
            make.revision(made, number=2, title=f"{newer}-title", body=newer, body_html=newer, change=newer)
            made.head_number = made.review_number = 2
            made.review_asked_at = clock.now()
            articles[state]["number"] = 2
            note = world.hide("canary-review-note", "note of a reviewer", *makers)
            _keep(
                ArticleReview(
                    article_id=made.id,
                    number=2,
                    author_id=cast.peer.id,
                    reviewer_id=cast.curator.id,
                    decision="needs_change",
                    note=note,
                    decided_at=clock.now(),
                )
            )
            missed = world.hide("canary-missed", "what a reader missed in an article", *makers)
            _keep(
                HelpfulMark(
                    article_id=made.id,
                    person_id=cast.partner.id,
                    is_helpful=False,
                    reason="unclear",
                    note=missed,
                    number=1,
                    marked_at=clock.now(),
                )
            )
    secret = world.hide("canary-article-waterworks", "words of the waterworks' article", "agent")
    made = make.article(
        cast.agent,
        title=f"{secret}-title",
        summary=f"{secret}-summary",
        body=secret,
        product=f"{secret}-product",
        audience=organisation_audience(cast.waterworks.id),
    )
    articles["waterworks"] = {"slug": made.slug, "article_id": made.id, "number": 1}
    articles["missing"] = {"slug": "nobody-wrote-this", "article_id": MISSING, "number": 1}
    question = community.question(
        cast.agent,
        title=world.hide("canary-source-title", "question of the waterworks", "agent"),
        audience=made.audience,
    )
    words = world.hide("canary-source-answer", "answer of the waterworks", "agent")
    world.words["waterworks_answer"] = str(community.answer(question, cast.agent, body=words).id)


def _care(world: World) -> None:
    cast = world.cast
    missing = world.hide("canary-looked-for", "what people look for in vain", "curator", "moderator")
    gap = _keep(Gap(kind="searched", language="en", words=missing, times=3, last_at=clock.now()))
    world.objects["gap"] = {"there": {"gap_id": gap.id}, "missing": {"gap_id": MISSING}}
    world.words["gap"] = str(gap.id)
    term = _keep(
        Term(
            language="en",
            term="tap",
            term_key="tap",
            definition="Where water comes out.",
            written_by_id=cast.curator.id,
            changed_at=clock.now(),
        )
    )
    world.objects["term"] = {"there": {"term_id": term.id}, "missing": {"term_id": MISSING}}


def _keep(row: Any) -> Any:
    return make.kept(row)
