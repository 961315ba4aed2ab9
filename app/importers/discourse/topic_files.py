"""Read a folder of topics as Discourse serves them: the JSON of /t/ID.json, and of /t/ID/posts.json for long topics.

Each post is one row; its number says which file it is in and where. categories.json or site.json give categories names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.importers.packed import TORN, base_name, opened, optional_file
from app.importers.rows import ArchiveRefused

LARGEST_FILE = 64_000_000  # bytes; a topic of a thousand long posts has a tenth of it
MOST_POSTS = 100_000  # in one file
NAMES_OF_CATEGORIES = ("categories.json", "site.json")


@dataclass(frozen=True)
class Found:
    """One post with what its file says of the topic; both are as they came."""

    number: int
    topic: Mapping[str, Any]
    post: Mapping[str, Any]


class TopicFiles:
    """The topic files of a folder, in the order of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found = (path for path in folder.glob("*.json*") if base_name(path.name).endswith(".json"))
        self.paths = sorted(path for path in found if base_name(path.name) not in NAMES_OF_CATEGORIES)

    def posts(self, after: int = 0) -> Iterator[Found]:
        """Yield every post behind a number. Raises ArchiveRefused when a file is torn or no topic."""
        for place, path in enumerate(self.paths[after // MOST_POSTS :], after // MOST_POSTS):
            topic = _read(path)
            for line, post in enumerate(_posts(path, topic), 1):
                number = place * MOST_POSTS + line
                if number > after:
                    yield Found(number, topic, post)

    def place(self, number: int) -> tuple[str, int]:
        """Return the file of a post, and the how manyth it is in it."""
        return base_name(self.paths[number // MOST_POSTS].name), number % MOST_POSTS

    def categories(self) -> dict[int, str]:
        """Return the names of the categories, as far as a file says them."""
        for name in NAMES_OF_CATEGORIES:
            path = optional_file(self._folder, name)
            if path is not None:
                return dict(_categories(_read(path)))
        return {}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        with opened(path) as file:
            content = file.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise ArchiveRefused(path.name, "foreign", f"longer than {LARGEST_FILE:,} bytes")
        found = json.loads(content)
    except (*TORN, ValueError, RecursionError) as error:
        raise ArchiveRefused(path.name, "torn", "this is no whole JSON") from error
    if not isinstance(found, dict):
        raise ArchiveRefused(path.name, "foreign", "this is no topic")
    return found


def _posts(path: Path, topic: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    stream = topic.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else None
    if not isinstance(posts, list) or len(posts) >= MOST_POSTS:
        raise ArchiveRefused(path.name, "foreign", "this is no topic: it has no posts")
    return [post if isinstance(post, dict) else {} for post in posts]


def _categories(listed: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    inner = listed.get("category_list")
    categories = (inner if isinstance(inner, dict) else listed).get("categories")
    for category in categories if isinstance(categories, list) else ():
        if isinstance(category, dict) and isinstance(category.get("id"), int):
            yield category["id"], str(category.get("name", ""))
            yield from _categories({"categories": category.get("subcategory_list")})
