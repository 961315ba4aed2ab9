"""Rows of the knowledge base for tests, written directly: no service runs, no fact is recorded."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from app import clock
from app.accounts.models import Person
from app.community.models.posts import Answer
from app.db import db
from app.knowledge.models.articles import Article, ArticleTag
from app.knowledge.models.care import KnowledgeTask, Licence
from app.knowledge.models.evidence import ArticleSignal, ArticleSource
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.outline import with_anchors
from app.knowledge.wording import ArticleText, compose_article
from app.prose.rendering import render

SUMMARY = "What to do when the tap drips."
_numbers = itertools.count(1)


def article(author: Person, *, state: str = "published", body: str = "Turn it off.", **more: Any) -> Article:
    """Make an article with its first version; a published one is validated and was verified now."""
    number, now = next(_numbers), more.pop("now", None) or clock.now()
    is_live = state in {"published", "archived"}
    rendered = render(body, source_format="markdown")
    validations = {"published": "validated", "archived": "archived"}
    tags = more.pop("tags", ())
    made = Article(
        **{
            "slug": f"article-number-{number}",
            "language": "en",
            "state": state,
            "validation": validations.get(state, "work_in_progress"),
            "title": f"How thing {number} works",
            "summary": "What to do when it stops.",
            "body": body,
            "body_html": with_anchors(rendered.html),
            "renderer_version": rendered.renderer_version,
            "tag_names": list(tags),
            "author": author,
            "owner": author,
            "created_at": now,
            "changed_at": now,
            "published_at": now if is_live else None,
            "live_number": 1 if is_live else None,
            "review_number": 1 if state == "in_review" else None,
            "review_asked_at": now if state == "in_review" else None,
            "verified_at": now if is_live else None,
            "archived_at": now if state == "archived" else None,
            "confidence": 0.9,
            "confidence_at": now,
            **more,
        }
    )
    db.session.add(made)
    db.session.flush()  # versions carry its id
    for name in tags:
        db.session.add(ArticleTag(article_id=made.id, name=name))
    revision(made, number=1, author=author, published_at=made.published_at, written_at=now)
    return made


def revision(of: Article, *, number: int, author: Person | None = None, **more: Any) -> ArticleRevision:
    """Make one version of an article, with the article's own words where others are not given."""
    return kept(
        ArticleRevision(
            **{
                "article_id": of.id,
                "number": number,
                "based_on": number - 1 or None,
                "title": of.title,
                "summary": of.summary,
                "body": of.body,
                "body_html": of.body_html,
                "renderer_version": of.renderer_version,
                "tag_names": list(of.tag_names),
                "significance": "major",
                "author_id": author.id if author else of.author_id,
                "written_at": clock.now(),
                **more,
            }
        )
    )


def signal(person: Person, of: Article, kind: str = "outdated", **more: Any) -> ArticleSignal:
    """Make somebody's word on an article."""
    defaults = {"number": of.live_number or 1, "given_at": clock.now()}
    return kept(ArticleSignal(person_id=person.id, article_id=of.id, kind=kind, **{**defaults, **more}))


def source(of: Article, answer: Answer, **more: Any) -> ArticleSource:
    """Say that an article was made of this answer."""
    defaults = {"author_id": answer.author_id, "text_version": answer.text_version, "taken_at": clock.now()}
    made = ArticleSource(
        article_id=of.id, help_request_id=answer.question_id, answer_id=answer.id, **{**defaults, **more}
    )
    return kept(made)


def licence(person: Person, level: str = "publisher") -> Licence:
    """Give somebody a licence."""
    return kept(Licence(person_id=person.id, level=level, since=clock.now()))


def task(of: Article, kind: str = "outdated", **more: Any) -> KnowledgeTask:
    """Open a task for the owner of an article."""
    defaults = {"for_person_id": of.owner_id, "opened_at": clock.now()}
    return kept(KnowledgeTask(article_id=of.id, kind=kind, **{**defaults, **more}))


def text(title: str = "Mending a dripping tap", body: str = "Turn the water off.", **more: Any) -> ArticleText:
    """Return the words of an article, as a view gives them to a service."""
    words = {"title": title, "summary": SUMMARY, "body": compose_article(body, title=title, prior="en")}
    return ArticleText(**{**words, **more})


def sent(**more: Any) -> dict[str, Any]:
    """Return the form of an article as a browser sends it."""
    fields = {"title": "Mending a dripping tap", "summary": SUMMARY, "body": "Turn the water off.", "language": "en"}
    return {**fields, "category": "0", "organisation": "0", "audience": "public", **more}


def only() -> Article:
    """Return the one article there is, as it is now."""
    return db.session.scalars(select(Article).execution_options(populate_existing=True)).one()


def kept(row: Any) -> Any:
    """Keep a row and give it its id."""
    db.session.add(row)
    db.session.flush()
    return row
