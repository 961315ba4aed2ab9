"""Read the demo community's files (demo_content/README.md says what is in them) into values the loader works with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.community.tags import tag_name

FOLDER = Path(__file__).parent / "demo_content"
LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class DemoPerson:
    handle: str
    display_name: str
    email: str | None
    roles: tuple[str, ...]
    rights: tuple[str, ...]
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    time_zone: str
    interface_language: str
    bio: str
    memberships: tuple[dict[str, str], ...]
    joined_days_ago: int


@dataclass(frozen=True)
class DemoEdit:
    """What a text said before somebody wrote over it, `minutes_after` the question was asked."""

    by: str
    minutes_after: int
    body_before: str
    reason: str = ""


@dataclass(frozen=True)
class DemoSuggestion:
    """An edit that somebody suggested and that still waits; a question's has a title."""

    by: str
    minutes_after: int
    body: str
    reason: str
    title: str | None = None


@dataclass(frozen=True)
class DemoEvidence:
    """What somebody who tried an answer says of it, `minutes_after` the question was asked."""

    by: str
    says: str
    minutes_after: int
    acting_for: str | None = None
    product: str = ""
    version: str = ""
    reason: str = ""


@dataclass(frozen=True)
class DemoAnswer:
    key: str
    author: str
    acting_for: str | None
    minutes_after: int
    body: str
    votes: tuple[tuple[str, int], ...]
    edits: tuple[DemoEdit, ...]
    evidence: tuple[DemoEvidence, ...] = ()
    suggestions: tuple[DemoSuggestion, ...] = ()
    wiki_minutes_after: int | None = None


@dataclass(frozen=True)
class DemoQuestion:
    key: str
    title: str
    body: str
    language: str
    category: str
    tags: tuple[str, ...]
    asker: str
    asked_minutes_ago: int
    votes: tuple[tuple[str, int], ...]
    edits: tuple[DemoEdit, ...]
    answers: tuple[DemoAnswer, ...]
    accepted: str | None
    accepted_minutes_after: int | None
    also_accepted: dict[str, int] = field(default_factory=dict)
    suggestions: tuple[DemoSuggestion, ...] = ()


@dataclass(frozen=True)
class DemoCommunity:
    """Everything the demo consists of; questions with the oldest first. The plain rows are as in their files.

    A question carries its tags by the names they have in its language; `tags` gives a topic's names by language,
    `tag_rows` what is said about it.
    """

    people: tuple[DemoPerson, ...]
    questions: tuple[DemoQuestion, ...]
    organisations: tuple[dict[str, Any], ...] = field(repr=False)
    categories: tuple[dict[str, Any], ...] = field(repr=False)
    tags: dict[str, dict[str, str]] = field(repr=False)
    tag_rows: tuple[dict[str, Any], ...] = field(repr=False)

    def tags_about(self, topics: Iterable[str], languages: Iterable[str]) -> list[str]:
        """Return the names that these topics have in these languages, each once."""
        spoken = [language for language in LANGUAGES if language in languages]
        return list(dict.fromkeys(self.tags[topic][language] for topic in topics for language in spoken))


def read_demo() -> DemoCommunity:
    """Return the demo community as it stands in the files."""
    tags = {row["slug"]: {code: tag_name(row["name"][code]) for code in LANGUAGES} for row in _rows("tags")}
    questions = sorted(_questions(tags), key=lambda question: -question.asked_minutes_ago)
    return DemoCommunity(
        people=tuple(_person(row) for row in _rows("people")),
        questions=tuple(questions),
        organisations=tuple(_rows("organisations")),
        categories=tuple(_rows("categories")),
        tags=tags,
        tag_rows=tuple(_rows("tags")),
    )


def read_talk() -> list[dict[str, Any]]:
    """Return what is said beside questions and answers, question by question, as it stands in the file."""
    return _rows("talk")


def read_order() -> list[dict[str, Any]]:
    """Return what those who keep the demo tidy did, in the order in which it was done."""
    return _rows("order")


def read_services() -> list[dict[str, Any]]:
    """Return what organisations offer, as it stands in the file; bundles after their parts."""
    return _rows("services")


def people_with_log_in() -> list[DemoPerson]:
    """Return the people of the demo who can sign in, in the order of the file."""
    return [person for person in map(_person, _rows("people")) if person.email]


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def _person(row: dict[str, Any]) -> DemoPerson:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return DemoPerson(**values)


def _questions(tags: dict[str, dict[str, str]]) -> Iterator[DemoQuestion]:
    for language in LANGUAGES:
        for row in _rows(f"questions_{language}"):
            answers = tuple(DemoAnswer(**{**answer, **_written(answer), **_tried(answer)}) for answer in row["answers"])
            also = {each["answer"]: each["minutes_after"] for each in row.get("also_accepted", ())}
            names = tuple(tags[topic][language] for topic in row["tags"])
            yield DemoQuestion(**{**row, **_written(row), "tags": names, "answers": answers, "also_accepted": also})


def _tried(answer: dict[str, Any]) -> dict[str, Any]:
    return {"evidence": tuple(DemoEvidence(**each) for each in answer.get("evidence", ()))}


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "body": "\n".join(row["body"]),
        "votes": tuple((vote["by"], vote["value"]) for vote in row["votes"]),
        "edits": tuple(
            DemoEdit(edit["by"], edit["minutes_after"], "\n".join(edit["body_before"]), edit.get("reason", ""))
            for edit in row["edits"]
        ),
        "suggestions": tuple(
            DemoSuggestion(**{**each, "body": "\n".join(each["body"])}) for each in row.get("suggestions", ())
        ),
    }
