"""Where a draft belongs: its place ("ask", "answer.12"), and the address of the page on which it is written.

A second question that is begun beside a first has a place of its own: "ask." and the digest of its first title.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from flask import url_for

from app.errors import NotFound

ASK = "ask"
# A reply in a case, whose random name of 128 bits stands instead of a number.
CASE = "case"
# A new article, and one that is made of a case.
ARTICLE, CASE_ARTICLE = "article", "article-case"
# Kind of place → the page's name, the name of its id, and where on the page.
_PAGES = {
    "answer": ("community.question", "question_id", "your-answer"),
    "edit-question": ("community.edit_question", "question_id", None),
    "edit-answer": ("community.edit_answer", "answer_id", None),
    "suggest-question": ("community.suggest_for_question", "question_id", None),
    "suggest-answer": ("community.suggest_for_answer", "answer_id", None),
    "edit-suggestion": ("community.edit_suggestion", "suggestion_id", None),
    "comment-question": ("community.comment_on_question", "question_id", None),
    "comment-answer": ("community.comment_on_answer", "answer_id", None),
    "reply": ("community.reply_to_comment", "comment_id", None),
    "edit-comment": ("community.edit_comment", "comment_id", None),
    "article-answer": ("knowledge.new_article", "answer", None),
    "article-gap": ("knowledge.new_article", "gap", None),
    "edit-article": ("knowledge.edit_by_number", "article_id", None),
    "translate-article": ("knowledge.translate_by_number", "article_id", None),
}
_PLACE = re.compile(
    rf"ask(?:\.[0-9a-f]{{8}})?|{ARTICLE}|(?:{'|'.join(_PAGES)})\.[1-9][0-9]{{0,17}}"
    rf"|(?:{CASE}|{CASE_ARTICLE})\.[A-Za-z0-9_-]{{22}}"
)


def checked_place(sent: str) -> str:
    """Return a place that was sent. Raises NotFound where there is no such place to write."""
    if not _PLACE.fullmatch(sent):
        raise NotFound
    return sent


def ask_place(sent: str | None) -> str:
    """Return the place of a question that was sent with a form, the usual one where it is none."""
    return sent if sent and sent.startswith(ASK) and _PLACE.fullmatch(sent) else ASK


def place_beside(title: str) -> str:
    """Return the place of a question with this title that is begun while another lies unsent."""
    return f"{ASK}.{hashlib.sha256(title.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def kind_of(place: str) -> str:
    """Return what is written at a place: ask, answer, edit-question, comment-answer, reply …"""
    return place.partition(".")[0]


def page_of(place: str) -> str:
    """Return the address of the page on which the draft at this place goes on."""
    kind, _dot, number = place.partition(".")
    if kind == ASK:
        return url_for("routing.ask", draft=place)
    if kind == CASE:
        return url_for("cases.case", public_id=number, _anchor="reply")
    if kind == CASE_ARTICLE:
        return url_for("cases.article_from_case", public_id=number)
    if kind == ARTICLE:
        return url_for("knowledge.new_article")
    endpoint, name, anchor = _PAGES[kind]
    values: dict[str, Any] = {name: int(number)}
    return url_for(endpoint, _anchor=anchor, **values)
