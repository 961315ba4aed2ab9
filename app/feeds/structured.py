"""What pages tell machines as JSON-LD of schema.org: a question is a QAPage, and lists tell the way to them.

At most one answer is accepted (https://developers.google.com/search/docs/appearance/structured-data/qapage); the others
are suggested, the best first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.community.links import person_url, question_url
from app.community.models.posts import Question
from app.community.queries.thread import AnswerRow, Thread
from app.prose.extract import plain_text

MOST_ANSWERS = 20
LONGEST_TEXT = 5_000


CONTEXT = "https://schema.org"


def trail(places: Iterable[tuple[str, str]], base_url: str) -> dict[str, Any]:
    """Return the way to a page as breadcrumbs: names with their paths, the page itself last."""
    steps = [
        {"@type": "ListItem", "position": number, "name": name, "item": base_url + path}
        for number, (name, path) in enumerate(places, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def qa_page(thread: Thread, base_url: str, places: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the description of a question's page. `places` lead to it, the question itself left out."""
    question = thread.question
    said: dict[str, Any] = {
        "@type": "Question",
        "name": question.title,
        "text": _text(question.body_html) or question.title,
        "url": question_url(question.id, question.title, external=True),
        "inLanguage": question.request.language,
        "answerCount": thread.page.count,
        "upvoteCount": question.score,
        "dateCreated": question.created_at.isoformat(),
        "datePublished": question.created_at.isoformat(),
        "author": _person(question.asker.name, question.asker.handle, base_url),
    }
    if question.edited_at is not None:
        said["dateModified"] = question.edited_at.isoformat()
    accepted = thread.accepted
    if accepted is not None:
        said["acceptedAnswer"] = _answer(question, accepted, base_url)
    suggested = [_answer(question, row, base_url) for row in thread.answers[:MOST_ANSWERS] if row is not accepted]
    if suggested:
        said["suggestedAnswer"] = suggested
    here = (question.title, question_url(question.id, question.title))
    way = trail([*places, here], base_url)
    return {"@context": CONTEXT, "@type": "QAPage", "mainEntity": said, "breadcrumb": way}


def _answer(question: Question, row: AnswerRow, base_url: str) -> dict[str, Any]:
    answer = row.answer
    return {
        "@type": "Answer",
        "text": _text(answer.body_html) or "…",
        "url": question_url(question.id, question.title, answer_id=answer.id, external=True),
        "upvoteCount": answer.score,
        "dateCreated": answer.created_at.isoformat(),
        "datePublished": answer.created_at.isoformat(),
        "inLanguage": answer.language,
        "author": _person(row.author_name, row.author_handle, base_url),
    }


def _person(name: str, handle: str, base_url: str) -> dict[str, str]:
    return {"@type": "Person", "name": name, "url": base_url + person_url(handle)}


def _text(html: str) -> str:
    return plain_text(html)[:LONGEST_TEXT]
