"""Small Stack Exchange dumps for tests, in our own words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Row = dict[str, object] | str  # a text is written as it is


def user(key: int, name: str, **more: object) -> Row:
    """Return a row of Users.xml; say only what matters."""
    return {"Id": key, "DisplayName": name, "CreationDate": "2024-01-01T08:00:00.000", **more}


def question(key: int, by: int | None, at: str = "2024-02-01T10:00:00.000", **more: object) -> Row:
    """Return a question of Posts.xml."""
    row = {
        "Id": key,
        "PostTypeId": 1,
        "CreationDate": at,
        "Score": 0,
        "Body": f"<p>The lamp of shed {key} stays <b>dark</b>. What can I do?</p>",
        "Title": f"Why is there no light in shed {key}?",
        "Tags": "<lamps><sheds>",
        "ContentLicense": "CC BY-SA 4.0",
    }
    return {**row, **({"OwnerUserId": by} if by is not None else {}), **more}


def answer(key: int, of: int, by: int | None, at: str = "2024-02-01T11:00:00.000", **more: object) -> Row:
    """Return an answer of Posts.xml."""
    row = {
        "Id": key,
        "PostTypeId": 2,
        "ParentId": of,
        "CreationDate": at,
        "Score": 0,
        "Body": f"<p>Turn the bulb of lamp {key} a little.</p>",
        "ContentLicense": "CC BY-SA 4.0",
    }
    return {**row, **({"OwnerUserId": by} if by is not None else {}), **more}


def vote(key: int, post: int, kind: int, on: str = "2024-02-02", **more: object) -> Row:
    """Return a row of Votes.xml."""
    return {"Id": key, "PostId": post, "VoteTypeId": kind, "CreationDate": f"{on}T00:00:00.000", **more}


def comment(key: int, post: int, by: int | None, **more: object) -> Row:
    """Return a row of Comments.xml."""
    row = {"Id": key, "PostId": post, "Score": 0, "Text": f"Is bulb {key} the `new` one?"}
    at = {"CreationDate": "2024-02-01T12:00:00.000"}
    return {**row, **at, **({"UserId": by} if by is not None else {}), **more}


def link(key: int, post: int, other: int, kind: int = 3) -> Row:
    """Return a row of PostLinks.xml: `post` repeats `other`, or (kind 1) is related to it."""
    at = "2024-02-06T10:00:00.000"
    return {"Id": key, "CreationDate": at, "PostId": post, "RelatedPostId": other, "LinkTypeId": kind}


def xml(root: str, rows: Sequence[Row]) -> str:
    """Return a file as it is published: one row a line."""
    lines = [row if isinstance(row, str) else f"  <row {_attributes(row)} />" for row in rows]
    return "\n".join(['\ufeff<?xml version="1.0" encoding="utf-8"?>', f"<{root}>", *lines, f"</{root}>"])


def dump(folder: Path, **files: Sequence[Row]) -> Path:
    """Write a dump: dump(folder, Posts=[…], Users=[…]). Files that are not named have no rows. Returns the folder."""
    folder.mkdir(exist_ok=True)
    for name in ("Posts", "Users", "Votes", "Comments", "PostLinks", "Tags", "Badges"):
        (folder / f"{name}.xml").write_text(xml(name.lower(), files.get(name, [])), encoding="utf-8")
    return folder


def _attributes(row: dict[str, object]) -> str:
    # Line breaks inside an attribute are written as references, as in the published files.
    return " ".join(f"{name}={quoteattr(str(value), {chr(10): '&#xA;'})}" for name, value in row.items())
