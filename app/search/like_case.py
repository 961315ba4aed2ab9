"""What helps with a case that somebody has open: solved cases of the same organisation that resemble it, and articles.

Only who works on the case asks, and only cases of its holder are looked at: what others solved stays there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from app.actor import Actor
from app.cases.models.cases import Case, CaseCause
from app.cases.queries.case_view import CaseView
from app.cases.queries.visibility import worked_on_by
from app.db import db
from app.knowledge.queries.articles import ArticleRow, article_rows
from app.privacy.audiences import audiences_of, request_audience
from app.requests.models import HelpRequest
from app.search.backend import IndexBusy, IndexUnusable
from app.search.documents import ARTICLE, CASE
from app.search.engine import search_engine

# Of the solved cases, the latest so many are looked at.
LATEST = 500
MOST = 5
SOLVED = ("solved", "closed")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SolvedCase:
    """A case that was solved before, with the cause that was given for it."""

    public_id: str
    title: str
    language: str
    cause: str


@dataclass(frozen=True)
class LikeCase:
    """What resembles a case, best first; both empty where the index cannot be asked."""

    cases: Sequence[SolvedCase] = ()
    articles: Sequence[ArticleRow] = ()


def like_case(viewer: Actor, case: CaseView) -> LikeCase:
    """Return what resembles a case that the viewer works on."""
    solved = (
        select(Case.id)
        .join(Case.request)
        .where(Case.holder_organisation_id == case.holder.id, Case.over_at.is_not(None), Case.id != case.id)
        .where(HelpRequest.state.in_(SOLVED), worked_on_by(viewer))
        .order_by(Case.id.desc())
        .limit(LATEST)
    )
    tokens = frozenset(map(request_audience, db.session.scalars(solved)))
    try:
        engine = search_engine()
        found = [
            engine.similar(case.title, audiences=audiences, language=case.language, kinds=frozenset({kind}), limit=MOST)
            for kind, audiences in ((CASE, tokens), (ARTICLE, audiences_of(viewer)))
        ]
    except (IndexUnusable, IndexBusy) as error:
        log.warning("search_without_index", reason=str(error))
        return LikeCase()
    case_ids, article_ids = ([hit.key.id for hit in hits.hits] for hits in found)
    return LikeCase(_cases(viewer, case_ids), article_rows(viewer, article_ids))


def _cases(viewer: Actor, ids: Sequence[int]) -> list[SolvedCase]:
    query = (
        select(Case.id, Case.public_id, Case.title, HelpRequest.language, CaseCause.name)
        .join(Case.request)
        .outerjoin(CaseCause, CaseCause.id == Case.cause_id)
        .where(Case.id.in_(ids), worked_on_by(viewer))
    )
    found = {row[0]: SolvedCase(*row[1:4], row[4] or "") for row in db.session.execute(query)} if ids else {}
    return [found[each] for each in ids if each in found]
