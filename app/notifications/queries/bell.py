"""What the bell says, and what came while one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from sqlalchemy import CompoundSelect, Select, bindparam, literal, select

from app.actor import Actor
from app.cases.models.cases import Case
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there
from app.db import db
from app.knowledge.models.care import KnowledgeTask
from app.knowledge.queries.care import unseen_of
from app.notifications.found import unseen_found
from app.notifications.models import FoundArticle, Notice
from app.notifications.queries.seeing import is_unread, may_see
from app.requests.models import HelpRequest

MOST_UNREAD = 100
_MUTED, _ARTICLE = -1, -2


@dataclass(frozen=True)
class Bell:
    """The requests with unread news, with the latest item of each; the articles that ask for the viewer or are new in a
    search of hers, once for each such thing that she has not seen; and whether the page's own question is muted.
    """

    unread: dict[int, int]
    is_muted: bool = False
    articles: Sequence[int] = ()

    @property
    def number(self) -> int:
        """What stands at the bell."""
        return len(self.unread) + len(self.articles)


def bell_of(viewer: Actor, *, here: int | None = None) -> Bell:
    """Return what the bell says, and of the question whose page this is (`here`), whether it is muted."""
    rows = db.session.execute(_ringing(viewer, has_here=here is not None), {"here": here}).all()
    told = [row[0] for row in rows]
    unread: dict[int, int] = {row[0]: row[1] for row in rows if row[0] > 0}
    return Bell(unread, is_muted=_MUTED in told, articles=[row[1] for row in rows if row[0] == _ARTICLE])


def answers_since(viewer: Actor, question: Question, after: int) -> list[int]:
    """Return the answers to a question that came after this one, by others. The caller loaded `question`."""
    query = select(Answer.id).where(
        Answer.question_id == question.id,
        Answer.id > after,
        Answer.author_id != (viewer.person_id or 0),
        answer_there(),
    )
    return list(db.session.scalars(query.order_by(Answer.id)))


@lru_cache(maxsize=100)
def _ringing(viewer: Actor, *, has_here: bool) -> CompoundSelect[int, int]:
    """Return the statement of bell_of. Kept for who was here last: it runs for each of their pages, and takes longer to
    put together than to run. All it depends on is who asks: it knows neither rows nor the time.
    """
    news = _news().where(Notice.person_id == viewer.person_id, may_see(viewer)).subquery()
    # One statement: what is no request has a number below zero.
    article = literal(_ARTICLE)
    tasks = select(article, KnowledgeTask.article_id).join(KnowledgeTask.article).where(unseen_of(viewer))
    found = select(article, FoundArticle.article_id).join(FoundArticle.article).where(unseen_found(viewer))
    parts = [tasks, found]
    if has_here:
        here = Notice.help_request_id == bindparam("here")
        own = (Notice.person_id == viewer.person_id, here, Notice.muted_at.is_not(None))
        muted = select(literal(_MUTED), literal(0)).where(select(Notice.id).where(*own).exists())
        parts.append(muted)
    return select(news).union_all(*parts)


@cache
def _news() -> Select[int, int]:
    """Return the statement but for whose news it is, put together once: it runs for every page of who is signed in."""
    return (
        select(Notice.help_request_id, Notice.latest_item_id)
        .join(HelpRequest, HelpRequest.id == Notice.help_request_id)
        .outerjoin(Question, Question.id == Notice.help_request_id)
        .outerjoin(Case, Case.id == Notice.help_request_id)
        .where(*is_unread())
        .order_by(Notice.changed_at.desc())
        .limit(MOST_UNREAD)
    )
