"""Where articles are used: posts that lead to them, and requests that were solved with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select, update

from app import clock
from app.actor import SYSTEM
from app.community.models.posts import Answer, Question
from app.community.queries.visibility import answer_there
from app.db import changed_rows, db, upsert
from app.knowledge.events.articles import ArticleUsed
from app.knowledge.links import slugs_in
from app.knowledge.models.articles import Article, ArticleAddress
from app.knowledge.models.evidence import ArticleUse
from app.knowledge.queries.evidence import made_of_request
from app.knowledge.services.caring import look_again
from app.outbox.facts import Code
from app.outbox.record import record
from app.privacy.audiences import PUBLIC


def find_uses(question_id: int) -> None:
    """Note the articles to which a question or its answers lead. Safe to repeat.

    A question that leads to an article asks about it; an answer that does so answers with it.
    """
    question = db.session.get(Question, question_id)
    if question is None or question.deleted_at is not None:
        return
    asked = dict.fromkeys(slugs_in(question.body_html), ("asked_about", question.asker_id))
    answers = select(Answer.body_html, Answer.author_id).where(Answer.question_id == question_id, answer_there())
    for html, author_id in db.session.execute(answers.order_by(Answer.id)):
        for slug in slugs_in(html):
            asked[slug] = ("answered", author_id)
    for slug, (kind, person_id) in asked.items():
        article_id = _called(slug, question.audience)
        if article_id is not None:
            note_use(article_id, question_id, kind=kind, used_by_id=person_id)


def find_uses_in_case(
    case_id: int, texts: Iterable[tuple[str, int]], *, audiences: Collection[str], is_solved: bool
) -> None:
    """Note the articles to which those who help in a case led its customer: `texts` are their words as HTML, each with
    who wrote them. They gain by its being solved, and lose that again when it is opened anew. Safe to repeat.
    """
    for html, author_id in texts:
        for slug in dict.fromkeys(slugs_in(html)):
            article_id = _called(slug, *audiences)
            if article_id is not None:
                note_use(article_id, case_id, kind="answered", used_by_id=author_id)
    mine = (ArticleUse.help_request_id == case_id, ArticleUse.kind == "answered")
    is_noted = ArticleUse.resolved_at.is_not(None)
    db.session.execute(
        update(ArticleUse)
        .where(*mine, ~is_noted if is_solved else is_noted)
        .values(resolved_at=clock.now() if is_solved else None)
    )
    if used := db.session.scalars(select(ArticleUse.article_id).where(*mine)).all():
        look_again(used)


def note_use(article_id: int, request_id: int, *, kind: str, used_by_id: int | None) -> None:
    """Note that a request and an article have to do with each other; what answers weighs more than what asks."""
    row = {
        "article_id": article_id,
        "help_request_id": request_id,
        "kind": kind,
        "used_by_id": used_by_id,
        "used_at": clock.now(),
    }
    used = upsert(ArticleUse).values(row)
    key = ["article_id", "help_request_id"]
    if kind == "answered":
        changed = {"kind": kind, "used_by_id": used_by_id}
        used = used.on_conflict_do_update(index_elements=key, set_=changed, where=ArticleUse.kind == "asked_about")
    else:
        used = used.on_conflict_do_nothing(index_elements=key)
    if changed_rows(db.session.execute(used)):
        fact = ArticleUsed(article_id=article_id, used_for_id=request_id, how=Code(kind))
        record(fact, by=SYSTEM, request_id=request_id)


def note_solved(request_id: int) -> None:
    """Let articles that answered a request gain by its being solved. Safe to repeat.

    A question is solved by the answer that was confirmed: only articles to which that one leads gain.
    """
    confirmed = select(Answer.body_html).where(
        Answer.question_id == request_id, Answer.accepted_at.is_not(None), answer_there()
    )
    slugs = {slug for html in db.session.scalars(confirmed) for slug in slugs_in(html)}
    former = select(ArticleAddress.article_id).where(ArticleAddress.slug.in_(slugs))
    named = select(Article.id).where(or_(Article.slug.in_(slugs), Article.id.in_(former)))
    solved = set(db.session.scalars(named))
    mine = (ArticleUse.help_request_id == request_id, ArticleUse.kind == "answered")
    db.session.execute(
        update(ArticleUse)
        .where(*mine, ArticleUse.article_id.in_(solved), ArticleUse.resolved_at.is_(None))
        .values(resolved_at=clock.now())
    )
    db.session.execute(
        update(ArticleUse)
        .where(*mine, ArticleUse.article_id.not_in(solved), ArticleUse.resolved_at.is_not(None))
        .values(resolved_at=None)
    )
    used = select(ArticleUse.article_id).where(*mine)
    look_again([*db.session.scalars(used), *made_of_request(request_id)])


def _called(slug: str, *audiences: str) -> int | None:
    """Return the article at this address, if whoever reads there may read it too."""
    former = select(ArticleAddress.article_id).where(ArticleAddress.slug == slug).scalar_subquery()
    query = select(Article.id).where(
        or_(Article.slug == slug, Article.id == former),
        Article.audience.in_({PUBLIC, *audiences}),
        Article.live_number.is_not(None),
    )
    found: int | None = db.session.scalar(query)
    return found
