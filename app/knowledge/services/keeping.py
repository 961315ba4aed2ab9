"""What who keeps knowledge does beside articles: the words of the glossary, and who looks after what."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update

from app import clock
from app.accounts.models import Person
from app.actor import Actor
from app.community.services.checks import in_one_line
from app.db import db, folded, upsert
from app.errors import Invalid
from app.knowledge import policy
from app.knowledge.models.articles import Article
from app.knowledge.models.care import KnowledgeTask, Term
from app.knowledge.queries.care import person_called
from app.knowledge.queries.licences import licence_of
from app.knowledge.services.holding import hold
from app.organisations.identify import actor_of
from app.prose.language import LANGUAGES
from app.verdict import require


def hand_over(actor: Actor, article: Article, *, handle: str) -> Person:
    """Let whoever has this handle look after an article, and return her; what it asks for is asked of her.

    Raises Invalid where nobody has it, and in the same words where she could not look after it: who may read what is
    for the actor to know as far as she knew it before.
    """
    hold(article)
    require(policy.can_hand_over(actor, article))
    person = person_called(handle)
    if person is None or not policy.can_own(actor_of(person), article):
        raise Invalid(
            "no_such_owner",
            _l("Nobody with this handle can look after this article. Choose somebody else."),
            field="handle",
        )
    article.owner_id = person.id
    article.row_version += 1
    db.session.execute(
        update(KnowledgeTask)
        .where(KnowledgeTask.article_id == article.id, KnowledgeTask.closed_at.is_(None))
        .values(for_person_id=person.id, seen_at=None)
    )
    return person


def put_term(actor: Actor, *, language: str, term: str, definition: str, article: Article | None) -> None:
    """Explain a word; explaining it again changes it."""
    require(policy.can_keep(actor, licence=licence_of(actor)))
    term, definition = in_one_line(term), in_one_line(definition)
    if language not in LANGUAGES:
        raise Invalid("unknown_language", _l("Choose a language from the list."), field="language")
    if not term or not definition:
        raise Invalid("term_empty", _l("Write the word and what it means."), field="term")
    assert actor.person_id is not None
    key = {"language": language, "term_key": folded(term)}
    details = {
        "term": term,
        "definition": definition,
        "article_id": article.id if article else None,
        "written_by_id": actor.person_id,
        "changed_at": clock.now(),
    }
    put = upsert(Term).values(**key, **details)
    db.session.execute(put.on_conflict_do_update(index_elements=list(key), set_=details))


def remove_term(actor: Actor, term: Term) -> None:
    """Take a word out of the glossary."""
    require(policy.can_keep(actor, licence=licence_of(actor)))
    db.session.execute(delete(Term).where(Term.id == term.id))
