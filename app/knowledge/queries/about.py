"""What stands around an article on its page: what it was made of, what is like it, its words, and its questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, false, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.actor import Actor
from app.community.models.posts import Question
from app.community.queries.visibility import visible as visible_question
from app.db import db
from app.errors import NotFound
from app.knowledge.links import article_path
from app.knowledge.models.articles import Article, ArticleTag
from app.knowledge.models.care import Term
from app.knowledge.models.evidence import ArticleSource, ArticleUse
from app.knowledge.queries.articles import ArticleRow, article_for, in_order, rows
from app.knowledge.queries.visibility import listed, suggested, visible
from app.organisations.models import Organisation
from app.prose.extract import plain_text
from app.requests.models import HelpRequest

MOST_RELATED = 5
MOST_QUESTIONS = 10


@dataclass(frozen=True)
class Source:
    """What an article was made of, with who told it: an answer, with its question where the viewer may read that; or a
    solved case, of which only members of the organisation that solved it hear.
    """

    answer_id: int | None
    author_name: str | None
    author_handle: str | None
    organisation_name: str | None
    question_id: int | None
    question_title: str | None
    request_id: int
    is_case: bool
    organisation_id: int | None


@dataclass(frozen=True)
class Asked:
    """A question that has to do with an article."""

    id: int
    title: str
    language: str
    state: str
    kind: str


def sources_of(viewer: Actor, article: Article) -> Sequence[Source]:
    """Return what an article was made of. Who told it is named also where the question, or the case, is not shown."""
    query = (
        select(
            ArticleSource.answer_id,
            Person.name,
            Person.handle,
            Organisation.name,
            Question.id,
            Question.title,
            ArticleSource.help_request_id,
            HelpRequest.kind == "case",
            ArticleSource.acting_for_organisation_id,
        )
        .join(HelpRequest, HelpRequest.id == ArticleSource.help_request_id)
        .outerjoin(Person, Person.id == ArticleSource.author_id)
        .outerjoin(Organisation, Organisation.id == ArticleSource.acting_for_organisation_id)
        .outerjoin(Question, (Question.id == ArticleSource.help_request_id) & visible_question(viewer))
        .where(ArticleSource.article_id == article.id)
        .order_by(ArticleSource.id)
    )
    return [Source(*row) for row in db.session.execute(query)]


def questions_about(viewer: Actor, article: Article) -> Sequence[Asked]:
    """Return the questions that were asked about an article or answered with it, the latest first."""
    query = (
        select(Question.id, Question.title, HelpRequest.language, HelpRequest.state, ArticleUse.kind)
        .join(Question, Question.id == ArticleUse.help_request_id)
        .join(HelpRequest, HelpRequest.id == Question.id)
        .where(ArticleUse.article_id == article.id, ArticleUse.kind != "source", visible_question(viewer))
        .order_by(ArticleUse.id.desc())
        .limit(MOST_QUESTIONS)
    )
    return [Asked(*row) for row in db.session.execute(query)]


def articles_made_of(viewer: Actor, request_id: int) -> list[ArticleRow]:
    """Return the articles that were made of a request, as far as the viewer may open them, drafts of hers as well."""
    made = select(ArticleSource.article_id).where(ArticleSource.help_request_id == request_id)
    return in_order(rows().where(Article.id.in_(made), visible(viewer)).order_by(Article.id))


def related_to(viewer: Actor, article: Article) -> list[ArticleRow]:
    """Return the articles in the same language that share most topics with this one, else its shelf."""
    mine, other = aliased(ArticleTag), aliased(ArticleTag)
    shared = (
        select(other.article_id, func.count().label("n"))
        .join(mine, mine.name == other.name)
        .where(mine.article_id == article.id, other.article_id != article.id)
        .group_by(other.article_id)
        .subquery()
    )
    # No shelf is none that two articles could share.
    same_shelf = Article.category_id == article.category_id if article.category_id is not None else false()
    query = (
        rows()
        .outerjoin(shared, shared.c.article_id == Article.id)
        .where(suggested(viewer), Article.language == article.language, Article.id != article.id)
        .where(or_(shared.c.n > 0, same_shelf))
        .order_by(func.coalesce(shared.c.n, 0).desc(), Article.confidence.desc(), Article.id)
        .limit(MOST_RELATED)
    )
    return in_order(query)


def question_begun(viewer: Actor, slug: str) -> dict[str, Any]:
    """Return what the form of a question about an article begins with; nothing where the viewer may not read it.

    The text leads to the article: that is how the two are known to belong together.
    """
    try:
        article = article_for(viewer, slug)
    except NotFound:
        return {}
    words = article.title.replace("[", "(").replace("]", ")")
    begun = {"body": f"[{words}]({article_path(article.slug)})\n\n"}
    return begun | ({"category": article.category_id} if article.category_id else {})


def terms_in(article: Article) -> list[Term]:
    """Return the words of the glossary that an article uses."""
    query = select(Term).where(Term.language == article.language).order_by(Term.term_key)
    words = plain_text(article.body_html).casefold()
    found = db.session.scalars(query)
    return [each for each in found if re.search(rf"(?<!\w){re.escape(each.term.casefold())}(?!\w)", words)]


def articles_for_question(viewer: Actor, question: Question, language: str) -> list[ArticleRow]:
    """Return the articles made of a question's answers, or to which its posts lead; in the reader's language where
    they are there in it.
    """
    found = db.session.execute(
        _for_question().where(listed(viewer)), {"question_id": question.id, "reader_language": language}
    )
    first: dict[int, ArticleRow] = {}
    for row in found:
        first.setdefault(row[-1], ArticleRow(*row[:-1]))
    return list(first.values())[:MOST_RELATED]


@cache
def _for_question() -> Select[*tuple[Any, ...]]:
    """Return the statement that reads, with the family of each, the articles that have to do with `question_id`, told
    as they are and in `reader_language`. Put together once.
    """
    language: BindParameter[str] = bindparam("reader_language")
    used = aliased(Article)
    family = func.coalesce(used.translation_of_id, used.id)
    told_as = or_(
        Article.id == used.id,
        (Article.language == language) & or_(Article.id == family, Article.translation_of_id == family),
    )
    return (
        rows()
        .join(used, told_as)
        .join(ArticleUse, ArticleUse.article_id == used.id)
        .add_columns(family)
        .where(ArticleUse.help_request_id == bindparam("question_id"))
        .order_by(Article.language != language, ArticleUse.kind != "source", Article.id)
    )
