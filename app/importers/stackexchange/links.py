"""The step for PostLinks.xml: which links gave a closed question its target, and why the others are not used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from app.importers.acceptances import threads_of
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import Link, RowError
from app.importers.stackexchange import posts
from app.importers.stackexchange.scratch import Scratch
from app.importers.stackexchange.unusable import left_out, parsed
from app.importers.stackexchange.xml_rows import XmlRow
from app.importers.survey import Survey
from app.importers.work import Work, batches

KEPT_WEIGHT = 0.05
AT_ONCE = 500
LINKS = "PostLinks.xml"
LEFT_OUT_HERE = "one of its two questions was left out"


def note_targets(scratch: Scratch, rows: Sequence[tuple[int, XmlRow]]) -> None:
    """Note what closed questions repeat, while the file is surveyed. Its posts must be known already."""
    links = [(number, found) for number, row in rows if isinstance(found := parsed("", 0, row, posts.link_of), Link)]
    kinds = scratch.kinds(key for _, link in links for key in (link.question, link.target))
    for number, link in links:
        if _are_questions(link, kinds):
            scratch.name_target(link, number)


def link_step(
    work: Work, seen: Survey, rows: Callable[[int], Iterator[tuple[int, XmlRow | RowError]]], scratch: Scratch
) -> Step:
    """Return the step that says which links count. `closings.py` wrote what they say."""

    def read(after: int) -> Iterator[tuple[int, Link | RowError]]:
        for batch in batches(rows(after), AT_ONCE):
            good = [row for _, row in batch if not isinstance(row, RowError)]
            kinds = scratch.kinds(row.get(name, "") for row in good for name in ("PostId", "RelatedPostId"))
            for number, row in batch:
                yield number, row if isinstance(row, RowError) else _link(number, row, kinds)

    def _link(number: int, row: XmlRow, kinds: Mapping[str, str]) -> Link | RowError:
        link = parsed(LINKS, number, row, posts.link_of)
        if isinstance(link, RowError) or scratch.names_target(number):
            return link
        return left_out(LINKS, number, row, _why_unused(link, kinds))

    def _why_unused(link: Link, kinds: Mapping[str, str]) -> str:
        if not _are_questions(link, kinds):
            return "a link between posts of which one is no question that is here"
        closing = scratch.closing(link.question)
        if closing.at is None:
            return "repeats another question, but is not closed"
        return "leads back to the question itself" if closing.target is None else "repeats more than one question"

    def look(_batch: Sequence[Numbered]) -> Counts:
        return 0, 0, 0

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        here = threads_of(work.source, {key for _, link in batch for key in (link.question, link.target)})
        refused = [(n, LEFT_OUT_HERE) for n, link in batch if not {link.question, link.target} <= here.keys()]
        work.counts["links_counted"] += len(batch) - len(refused)
        return refused

    return Step("links", seen.sizes["links"], KEPT_WEIGHT, read, look, write, lambda line: (LINKS, line))


def _are_questions(link: Link, kinds: Mapping[str, str]) -> bool:
    return kinds.get(link.question) == kinds.get(link.target) == "question"
