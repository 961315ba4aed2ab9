"""What a post of Discourse means: the first of a topic asks, the others answer, a like is a vote.

A post that cannot be used raises BadRowError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.importers import fields
from app.importers.discourse.topic_files import Found
from app.importers.fields import BadRowError
from app.importers.rows import Answer, Question

LIKE = 2
REGULAR = 1
MACHINES = {"system", "discobot"}
OWN_ADDRESS = re.compile(r"""(<a\b[^<>]{0,500}?\shref=["'])/(?!/)""", re.IGNORECASE)


def why_unused(found: Found) -> str | None:
    """Return why a post is not used; None when it is."""
    post, topic = found.post, found.topic
    if topic.get("archetype", "regular") != "regular":
        return "in a private message or a banner"
    if topic.get("visible", True) is not True:
        return "in a topic that is not listed"
    if post.get("post_type", REGULAR) != REGULAR:
        return f"a note of the site, of type {post.get('post_type')}"
    if post.get("username") in MACHINES or (isinstance(post.get("user_id"), int) and post["user_id"] < 1):
        return "written by the site itself"
    if post.get("hidden") or post.get("user_deleted") or post.get("deleted_at"):
        return "hidden or deleted at the source"
    if post.get("polls"):
        return "it holds a poll"
    return None


def is_question(found: Found) -> bool:
    """Say whether the post opens its topic."""
    return found.post.get("post_number") == 1


def question_of(found: Found, *, categories: Mapping[int, str], address: str) -> Question:
    """Return the question that a topic's first post asks. `address` is where its links without a host lead."""
    category = found.topic.get("category_id")
    return Question(
        id=_topic_id(found),
        at=fields.moment(found.post, "created_at"),
        user=_user(found.post),
        title=fields.text(found.topic, "title") or "",
        body=_body(found.post, address),
        format="html",
        tags=tuple(dict.fromkeys(filter(None, map(_tag, found.topic.get("tags") or ())))),
        category=categories.get(category) if isinstance(category, int) else None,
        locale=None,
        accepted=None,
        accepted_known=True,
        accepted_at=None,
        score=likes(found.post),
        user_name=_user_name(found.post),
    )


def answer_of(found: Found, *, address: str) -> Answer:
    """Return the answer in a later post."""
    accepted = found.topic.get("accepted_answer")
    number = accepted.get("post_number") if isinstance(accepted, dict) else None
    is_accepted = found.post.get("accepted_answer") is True or (number is not None and number == _number(found))
    return Answer(
        id=post_key(found.post),
        question=_topic_id(found),
        at=fields.moment(found.post, "created_at"),
        user=_user(found.post),
        body=_body(found.post, address),
        format="html",
        score=likes(found.post),
        unhelpful=0,
        accepted=is_accepted,
        user_name=_user_name(found.post),
    )


def likes(post: Mapping[str, Any]) -> int:
    """Return how many people liked a post."""
    summary = post.get("actions_summary")
    for action in summary if isinstance(summary, list) else ():
        if isinstance(action, dict) and action.get("id") == LIKE:
            return fields.number(action, "count")
    return 0


def key_of(found: Found) -> str:
    """Return the key that the question or answer in a post has here."""
    return _topic_id(found) if is_question(found) else post_key(found.post)


def post_key(post: Mapping[str, Any]) -> str:
    """Return an answer's key: its post's id, told apart from the ids of topics."""
    return f"p{fields.required_id(post, 'id')}"


def _topic_id(found: Found) -> str:
    if "topic_id" in found.post:
        return fields.required_id(found.post, "topic_id")
    return fields.required_id(found.topic, "id")


def _number(found: Found) -> object:
    return found.post.get("post_number")


def _user(post: Mapping[str, Any]) -> str | None:
    return fields.id_or_none(post, "user_id") or fields.id_or_none(post, "username")


def _user_name(post: Mapping[str, Any]) -> str:
    name = fields.text(post, "name", optional=True) or fields.text(post, "username", optional=True) or ""
    return name[:80]


def _body(post: Mapping[str, Any], address: str) -> str:
    body = fields.text(post, "cooked") or ""
    host = urlsplit(address)
    return OWN_ADDRESS.sub(rf"\g<1>{host.scheme}://{host.netloc}/", body) if host.netloc else body


def _tag(tag: object) -> str:
    name = tag.get("name") if isinstance(tag, dict) else tag
    if not isinstance(name, str):
        raise BadRowError("tags is not a list of names")
    return fields.clean(name, "tags")
