"""Load the demo's articles: what they say, who reviewed them, what people said of them since. The words are Markdown
files in demo_content/knowledge, as the export writes them; happened.json tells the rest.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.actor import Actor
from app.community.models.posts import Answer
from app.community.tags import tag_name
from app.db import db, folded
from app.importers.demo_ids import SOURCE, DemoIds
from app.importers.demo_texts import FOLDER
from app.knowledge.confidence import Evidence, confidence_of
from app.knowledge.events.articles import ArticlePublished, ArticleWritten
from app.knowledge.folder import FileArticle, read
from app.knowledge.models.articles import Article
from app.knowledge.models.care import Gap, KnowledgeTask, Licence, Term
from app.knowledge.models.evidence import ArticleReads, ArticleSignal, ArticleSource, ArticleUse, HelpfulMark
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.services.storing import put_tags
from app.knowledge.wording import compose_article
from app.outbox.facts import Fact
from app.outbox.record import event_row

KNOWLEDGE = FOLDER / "knowledge"
READ_WITHIN_DAYS = 28

Facts = list[tuple[datetime, dict[str, object]]]


def load_articles(ids: DemoIds, now: datetime) -> Facts:
    """Write the articles and what people said of them; return the facts that they were written and published."""
    happened: dict[str, Any] = json.loads((KNOWLEDGE / "happened.json").read_text())
    files = {file.slug: file for file in (read(path.read_text()) for path in sorted(KNOWLEDGE.glob("*/*.md")))}
    made: dict[str, Article] = {}
    facts: Facts = []
    for row in happened["happened"]:
        file = files[row["article"]]
        made[file.slug] = _load(file, row, made, ids, now)
        facts += _told(made[file.slug], now)
    _load_care(happened, made, ids, now)
    return facts


def load_sources(now: datetime) -> None:
    """Say of which answers the articles were made. Runs when the threads are there."""
    happened: dict[str, Any] = json.loads((KNOWLEDGE / "happened.json").read_text())
    articles = {each.slug: each for each in db.session.scalars(select(Article))}
    answers = {each.source_key: each for each in db.session.scalars(select(Answer).where(Answer.source == SOURCE))}
    for row in happened["happened"]:
        if "made_of" not in row:
            continue
        article, answer = articles[row["article"]], answers[row["made_of"]]
        at = now - timedelta(days=row["days_ago"])
        db.session.add(
            ArticleSource(
                article_id=article.id,
                help_request_id=answer.question_id,
                answer_id=answer.id,
                author_id=answer.author_id,
                acting_for_organisation_id=answer.acting_for_organisation_id,
                text_version=answer.text_version,
                taken_at=at,
            )
        )
        db.session.add(
            ArticleUse(
                article_id=article.id,
                help_request_id=answer.question_id,
                kind="source",
                used_by_id=article.author_id,
                used_at=at,
            )
        )


def _load(file: FileArticle, row: dict[str, Any], made: dict[str, Article], ids: DemoIds, now: datetime) -> Article:
    written_at = now - timedelta(days=row["days_ago"])
    is_live = file.state == "published"
    verified_at = now - timedelta(days=row["verified_days_ago"]) if is_live else None
    versions = _versions(file, row)
    text = compose_article(versions[-1], title=file.title, prior=file.language)
    original = made[file.translation_of] if file.translation_of else None
    known = Evidence(
        days=row.get("verified_days_ago"), worked=len(row.get("worked", ())), outdated=len(row.get("outdated", ()))
    )
    words = {
        "title": file.title,
        "summary": file.summary,
        "tag_names": [tag_name(each) for each in file.tags],
        "category_id": ids.categories[file.category] if file.category else None,
        "product": file.product,
        "product_version": file.product_version,
        "applies_organisation_id": ids.organisations[file.organisation] if file.organisation else None,
    }
    owner_id = ids.people[file.owner or ""]
    confidence = confidence_of(known).value
    article = Article(
        slug=file.slug,
        language=file.language,
        audience="public",
        state=file.state,
        validation="validated" if is_live else "work_in_progress",
        body=text.body,
        body_html=text.html,
        renderer_version=text.renderer_version,
        author_id=owner_id,
        acting_for_organisation_id=words["applies_organisation_id"],
        owner_id=owner_id,
        created_at=written_at,
        changed_at=written_at if len(versions) == 1 else verified_at,
        published_at=written_at if is_live else None,
        head_number=len(versions),
        live_number=len(versions) if is_live else None,
        review_number=1 if file.state == "in_review" else None,
        review_asked_at=written_at if file.state == "in_review" else None,
        review_asked_by_id=owner_id if file.state == "in_review" else None,
        translation_of_id=original.id if original else None,
        translated_number=1 if original else None,
        translation_state=row.get("behind", "current") if original else None,
        verified_at=verified_at,
        verified_by_id=ids.people[row["verified_by"]] if is_live else None,
        confidence=confidence,
        confidence_at=now,
        is_doubtful=is_live and confidence < 0.6,
        is_suggested=confidence >= 0.4,
        helpful_count=row.get("helpful", 0),
        unhelpful_count=row.get("unhelpful", 0),
        **words,
    )
    db.session.add(article)
    db.session.flush()  # what belongs to it carries the id
    put_tags(article.id, article.tag_names)
    for number, body in enumerate(versions, 1):
        _keep_version(article, number, body, words, verified_at if number > 1 and verified_at else written_at)
    _say(article, row, ids, now)
    return article


def _versions(file: FileArticle, row: dict[str, Any]) -> list[str]:
    """Return what the article said: where something was added since, first without the paragraph that has it."""
    if "added" not in row:
        return [file.body]
    kept = [each for each in file.body.split("\n\n") if row["added"] not in each]
    return ["\n\n".join(kept), file.body]


def _keep_version(article: Article, number: int, body: str, words: dict[str, Any], at: datetime) -> None:
    text = compose_article(body, title=article.title, prior=article.language)
    db.session.add(
        ArticleRevision(
            article_id=article.id,
            number=number,
            based_on=number - 1 or None,
            body=text.body,
            body_html=text.html,
            renderer_version=text.renderer_version,
            significance="major" if number == 1 else "medium",
            change="" if number == 1 else {"nl": "Aangevuld", "en": "Added to"}[article.language],
            author_id=article.author_id,
            acting_for_organisation_id=article.acting_for_organisation_id,
            written_at=at,
            published_at=at if article.live_number else None,
            **words,
        )
    )


def _say(article: Article, row: dict[str, Any], ids: DemoIds, now: datetime) -> None:
    """Write what people said of it since it was last verified, and how often it was read."""
    for kind in ("worked", "outdated"):
        for index, handle in enumerate(row.get(kind, ())):
            at = now - timedelta(days=index, hours=5)
            person_id = ids.people[handle]
            signal = {"article_id": article.id, "kind": kind, "number": article.head_number, "given_at": at}
            db.session.add(ArticleSignal(person_id=person_id, **signal))
    for index in range(row.get("helpful", 0) + row.get("unhelpful", 0)):
        is_helpful = index < row["helpful"]
        db.session.add(
            HelpfulMark(
                article_id=article.id,
                visitor_digest=hashlib.sha256(f"{article.slug} {index}".encode()).hexdigest(),
                is_helpful=is_helpful,
                reason=None if is_helpful else "incomplete",
                number=article.head_number,
                marked_at=now - timedelta(hours=7 * index + 3),
            )
        )
    for day in range(0, READ_WITHIN_DAYS, 4):
        if row.get("reads"):
            on = (now - timedelta(days=day)).date()
            db.session.add(ArticleReads(article_id=article.id, day=on, n=row["reads"] * 4 // READ_WITHIN_DAYS))
    kinds = ["outdated", "low_confidence"] if len(row.get("outdated", ())) > 2 else []
    for kind in [*kinds, *(["translation"] if row.get("behind") else [])]:
        asked = {"for_person_id": article.owner_id, "opened_at": now - timedelta(hours=5)}
        db.session.add(KnowledgeTask(article_id=article.id, kind=kind, **asked))


def _load_care(happened: dict[str, Any], made: dict[str, Article], ids: DemoIds, now: datetime) -> None:
    for handle, level in happened["licences"].items():
        db.session.add(Licence(person_id=ids.people[handle], level=level, since=now - timedelta(days=30)))
    for gap in happened["gaps"]:
        last_at = now - timedelta(days=gap["days_ago"])
        told = {name: gap[name] for name in ("language", "words", "times")}
        db.session.add(Gap(kind="searched", last_at=last_at, **told))
    for term in happened["terms"]:
        article = made.get(term["article"])
        db.session.add(
            Term(
                language=term["language"],
                term=term["term"],
                term_key=folded(term["term"]),
                definition=term["definition"],
                article_id=article.id if article else None,
                written_by_id=ids.people[term["by"]],
                changed_at=now - timedelta(days=9),
            )
        )


def _told(article: Article, now: datetime) -> Facts:
    """Return the facts of an article's versions, as of then."""
    found: Facts = []
    for number in range(1, article.head_number + 1):
        at = article.created_at if number == 1 else article.changed_at
        names: dict[str, Any] = {"article_id": article.id, "number": number, "author_id": article.author_id}
        names["significance"] = "major" if number == 1 else "medium"
        told: list[Fact] = [ArticleWritten(**names)]
        if article.live_number:
            told.append(ArticlePublished(**names))
        by = Actor(kind="person", person_id=article.author_id)
        rows = (
            event_row(fact, by=by, request_id=None, happened_at=at, recorded_at=now, channel="web", source=SOURCE)
            for fact in told
        )
        found += [(at, row) for row in rows]
    return found
