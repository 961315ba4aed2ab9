"""From an answer, or a solved case, to an article: words without personal details, and where they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app import clock
from app.actor import Actor
from app.community.models.posts import Answer
from app.db import db, upsert
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import ArticleSource, ArticleUse
from app.knowledge.removing import without_personal_details
from app.prose.extract import excerpt, plain_text
from app.prose.rendering import render

LONGEST_EXCERPT = 200


@dataclass(frozen=True)
class Beginning:
    """What the form of a new article begins with, and what was taken out of it."""

    title: str
    summary: str
    body: str
    language: str
    tag_names: tuple[str, ...]
    category_id: int | None
    audience: str
    taken: tuple[str, ...]


def beginning_of(answer: Answer) -> Beginning:
    """Return an article's first words, made of an answer the actor may read. Markdown stays; other forms give their
    plain words.
    """
    question = answer.question
    names = (question.asker.name, answer.author.name)
    source = answer.body if answer.source_format == "markdown" else plain_text(answer.body_html).replace("\n", "\n\n")
    body = without_personal_details(source, language=answer.language, names=names)
    title = without_personal_details(question.title, language=question.request.language, names=names)
    return Beginning(
        title=title.text,
        summary=summary_of(body.text),
        body=body.text,
        language=answer.language,
        tag_names=tuple(question.tag_names),
        category_id=question.category_id,
        audience=question.audience,
        taken=tuple(dict.fromkeys((*title.taken, *body.taken))),
    )


def summary_of(body: str) -> str:
    """Return the first words of a Markdown text that is clean already, on one line: greetings are gone from it."""
    return excerpt(render(body, source_format="markdown").html, LONGEST_EXCERPT)


def note_source(actor: Actor, article: Article, answer: Answer) -> None:
    """Keep of which answer an article was made, so that its author is named and the question shows it."""
    db.session.add(
        ArticleSource(
            article_id=article.id,
            help_request_id=answer.question_id,
            answer_id=answer.id,
            author_id=answer.author_id,
            acting_for_organisation_id=answer.acting_for_organisation_id,
            text_version=answer.text_version,
            taken_at=clock.now(),
        )
    )
    _note_use(actor, article, answer.question_id)


def note_solved_request(
    actor: Actor, article: Article, request_id: int, *, told_by: Iterable[tuple[int, int | None]]
) -> None:
    """Keep that an article was made of what these people told in a request: each person with the organisation for
    which she told it. Who asked is none of them.
    """
    now = clock.now()
    for author_id, organisation_id in dict.fromkeys(told_by):
        db.session.add(
            ArticleSource(
                article_id=article.id,
                help_request_id=request_id,
                author_id=author_id,
                acting_for_organisation_id=organisation_id,
                taken_at=now,
            )
        )
    _note_use(actor, article, request_id)


def _note_use(actor: Actor, article: Article, request_id: int) -> None:
    row = {
        "article_id": article.id,
        "help_request_id": request_id,
        "kind": "source",
        "used_by_id": actor.person_id,
        "used_at": clock.now(),
    }
    db.session.execute(upsert(ArticleUse).values(row).on_conflict_do_nothing())
