"""What the rows of a dump mean: posts, users, votes. A row that cannot be used raises BadRowError.

Source of the columns: Stack Exchange, "Database schema documentation for the public data dump".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from app.importers import fields
from app.importers.addresses import md5_digest
from app.importers.fields import BadRowError
from app.importers.rows import Answer, Comment, Link, Profile, Question, Vote
from app.prose.extract import plain_text
from app.prose.rendering import MAX_CHARACTERS, render

LONGEST_BIO = 2_000
NAMED = "name:"  # before the name of an author whose account is gone: such a key is nobody's id
QUESTION, ANSWER = "1", "2"
OTHER_POSTS = {
    "3": "a wiki that belongs to no question",
    "4": "the excerpt of a tag",
    "5": "the description of a tag",
    "6": "the nomination of a moderator",
    "7": "a text of the site itself",
    "8": "a text of the site itself",
    "16": "a collective's article",
    "17": "a collective's article",
}
VOTES = {
    "4": "marks a text as offensive",
    "5": "keeps a question as a bookmark",
    "6": "closes a question",
    "7": "opens a question again",
    "8": "offers a bounty",
    "9": "awards a bounty",
    "10": "deletes a text",
    "11": "brings a text back",
    "12": "marks a text as spam",
    "15": "reviews a text for a moderator",
    "16": "approves an edit",
}
KINDS = {"1": "accepted", "2": "up", "3": "down"}
RELATED, REPEATS = "1", "3"  # types of links

Row = Mapping[str, str]


def question_of(row: Row) -> Question:
    """Return the question in a row of Posts.xml."""
    return Question(
        id=fields.required_id(row, "Id"),
        at=fields.moment(row, "CreationDate"),
        user=author_of(row),
        title=fields.text(row, "Title", optional=True) or "",
        body=fields.text(row, "Body", optional=True) or "",
        format="html",
        tags=_tags(row),
        category=None,
        locale=None,
        accepted=fields.id_or_none(row, "AcceptedAnswerId"),
        accepted_known=True,
        accepted_at=None,
        score=whole_number(row, "Score"),
        user_name=row.get("OwnerDisplayName", ""),
        closed_at=_moment_or_none(row, "ClosedDate"),
    )


def answer_of(row: Row) -> Answer:
    """Return the answer in a row of Posts.xml."""
    return Answer(
        id=fields.required_id(row, "Id"),
        question=fields.required_id(row, "ParentId"),
        at=fields.moment(row, "CreationDate"),
        user=author_of(row),
        body=fields.text(row, "Body", optional=True) or "",
        format="html",
        score=whole_number(row, "Score"),
        unhelpful=0,
        accepted=False,
        user_name=row.get("OwnerDisplayName", ""),
        wiki_at=_moment_or_none(row, "CommunityOwnedDate"),
    )


def other_post(row: Row) -> str:
    """Return why a post that is neither is not used."""
    kind = row.get("PostTypeId", "")
    return f"{OTHER_POSTS[kind]}, which is not used" if kind in OTHER_POSTS else f"a post of the unknown type {kind!r}"


def profile_of(row: Row) -> Profile:
    """Return the author in a row of Users.xml."""
    key = fields.required_id(row, "Id")
    return Profile(
        key=key,
        name=fields.text(row, "DisplayName", optional=True) or f"user{key}",
        bio=_plain(fields.text(row, "AboutMe", optional=True) or ""),
        joined_at=fields.moment(row, "CreationDate"),
        address=md5_digest(row.get("EmailHash")),
    )


def comment_of(row: Row) -> Comment:
    """Return the comment in a row of Comments.xml. Its text is the small part of Markdown that comments may have."""
    body = fields.text(row, "Text", optional=True) or ""
    if not body.strip():
        raise BadRowError("it says nothing")
    return Comment(
        id=fields.required_id(row, "Id"),
        post=fields.required_id(row, "PostId"),
        at=fields.moment(row, "CreationDate"),
        user=author_of(row, "UserId", "UserDisplayName"),
        body=body,
        format="markdown",
        score=whole_number(row, "Score"),
        user_name=row.get("UserDisplayName", ""),
    )


def vote_of(row: Row) -> Vote:
    """Return the vote in a row of Votes.xml."""
    kind = row.get("VoteTypeId", "")
    if kind not in KINDS:
        raise BadRowError(f"it {VOTES[kind]}, which is not used" if kind in VOTES else "a vote of an unknown type")
    on = fields.day_or_moment(fields.text(row, "CreationDate") or "", "CreationDate")
    day: date = on.date() if isinstance(on, datetime) else on
    return Vote(fields.required_id(row, "PostId"), KINDS[kind], day)  # type: ignore[arg-type]


def link_of(row: Row) -> Link:
    """Return what a row of PostLinks.xml says, where it says that one question repeats another."""
    kind = row.get("LinkTypeId", "")
    if kind != REPEATS:
        raise BadRowError(
            "names a related question, which is not used" if kind == RELATED else f"a link of the unknown type {kind!r}"
        )
    return Link(fields.required_id(row, "PostId"), fields.required_id(row, "RelatedPostId"))


def author_of(row: Row, user: str = "OwnerUserId", name: str = "OwnerDisplayName") -> str | None:
    """Return the key of who wrote: the user's id, else the name that was left when the account was deleted."""
    found = fields.id_or_none(row, user)
    if found is not None:
        return found
    shown = fields.text(row, name, optional=True)
    return f"{NAMED}{shown.strip()}"[:160] if shown and shown.strip() else None


def whole_number(row: Row, name: str) -> int:
    """Return the number in a field; 0 where there is none."""
    value = row.get(name, "0")
    if not re.fullmatch(r"-?[0-9]{1,9}", value):
        raise BadRowError(f"{name} is not a whole number")
    return int(value)


def _moment_or_none(row: Row, name: str) -> datetime | None:
    return fields.moment(row, name) if row.get(name) else None


def _tags(row: Row) -> tuple[str, ...]:
    """Return the tags in "<a><b>" (dumps until 2023) or "|a|b|" (since)."""
    return tuple(dict.fromkeys(filter(None, re.split(r"[<>|]+", row.get("Tags", "")))))


def _plain(html: str) -> str:
    return plain_text(render(html[:MAX_CHARACTERS], source_format="html").html)[:LONGEST_BIO] if html else ""
