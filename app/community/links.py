"""Addresses of questions, answers and people. Ids never change hands, so a permalink stays true.

They are built without a request, so that letters and imported texts carry them too; the host is always the configured
one, never what a browser claims.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from flask import current_app

from app.config import Config

LONGEST_SLUG = 60


# A page holds some hundred addresses, most of them the same as on the page before.
_remembered = lru_cache(maxsize=8_192)


@_remembered
def slug_of(title: str) -> str:
    """Return a title as a part of an address: lower-case letters, digits and hyphens; "-" when nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_SLUG + 1].strip("-")[:LONGEST_SLUG] or "-"


def question_url(
    question_id: int,
    title: str,
    *,
    answer_id: int | None = None,
    comment_id: int | None = None,
    external: bool = False,
) -> str:
    """Return the address of a question, or of one of its answers or comments on that page."""
    anchor = "" if answer_id is None else f"#a{answer_id}"
    anchor = anchor if comment_id is None else f"#c{comment_id}"
    path = _path("community.question", question_id=question_id, slug=slug_of(title)) + anchor
    config: Config = current_app.extensions["samen.config"]
    return config.base_url + path if external else path


def person_url(handle: str) -> str:
    """Return the address of a person's public page."""
    return _path("people.person", handle=handle)


def tag_url(name: str) -> str:
    """Return the address of a tag's page."""
    return _path("community.tag", name=name)


@_remembered
def _path(endpoint: str, **values: Any) -> str:
    return current_app.url_map.bind("").build(endpoint, values)
