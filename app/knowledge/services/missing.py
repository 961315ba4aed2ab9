"""What is missing: noted by who sees people look in vain, closed by an article or by a word of who keeps knowledge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update

from app import clock
from app.actor import Actor
from app.db import db, folded, upsert
from app.knowledge import policy
from app.knowledge.models.articles import Article
from app.knowledge.models.care import Gap
from app.knowledge.queries.licences import licence_of
from app.verdict import require


@dataclass(frozen=True)
class Wanted:
    """Something that was looked for or asked in vain, so many times, lastly at `last_at`. Kinds: searched, asked."""

    kind: str
    language: str
    words: str
    times: int
    last_at: datetime


def note_wanted(wanted: Iterable[Wanted]) -> None:
    """Note what people look for in vain; what is noted already gets these numbers. For search, from a job."""
    for each in wanted:
        words = folded(each.words)[:200].strip()
        if not words:
            continue
        row = {
            "kind": each.kind,
            "language": each.language,
            "words": words,
            "times": each.times,
            "last_at": each.last_at,
        }
        noted = upsert(Gap).values(row)
        told = {"times": each.times, "last_at": each.last_at}
        noted = noted.on_conflict_do_update(
            index_elements=["kind", "language", "words"],
            set_=told,
            where=(Gap.times != each.times) & Gap.dismissed_at.is_(None),
        )
        db.session.execute(noted)


def forget_unwanted(before: datetime) -> None:
    """Forget what nobody has looked for since then, unless an article was written for it or somebody dismissed it."""
    stale = (Gap.last_at < before, Gap.article_id.is_(None), Gap.dismissed_at.is_(None))
    db.session.execute(delete(Gap).where(*stale))


def note_article(actor: Actor, gap: Gap, article: Article) -> None:
    """Say that this article tells what was missing."""
    require(policy.can_keep(actor, licence=licence_of(actor)))
    closed = update(Gap).where(Gap.id == gap.id, Gap.article_id.is_(None)).values(article_id=article.id)
    db.session.execute(closed)


def dismiss(actor: Actor, gap: Gap) -> None:
    """Say that no article is needed for this. Safe to repeat."""
    require(policy.can_keep(actor, licence=licence_of(actor)))
    db.session.execute(
        update(Gap)
        .where(Gap.id == gap.id, Gap.dismissed_at.is_(None))
        .values(dismissed_at=clock.now(), dismissed_by_id=actor.person_id)
    )
