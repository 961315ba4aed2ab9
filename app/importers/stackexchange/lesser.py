"""The steps of a dump beside its people and posts: votes and tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.community.models.shelves import Tag
from app.importers.origin import Counts, Numbered, Refused, Step
from app.importers.rows import RowError, Vote
from app.importers.shelves import Shelves, tag_names
from app.importers.stackexchange import posts
from app.importers.stackexchange.scratch import Scratch
from app.importers.stackexchange.unusable import left_out, parsed
from app.importers.stackexchange.xml_rows import XmlRow
from app.importers.survey import Survey
from app.importers.work import Work, batches, ids_by

KEPT_WEIGHT = 0.05
AT_ONCE = 500

Rows = Callable[[int], Iterator[tuple[int, XmlRow | RowError]]]


def vote_step(work: Work, seen: Survey, rows: Rows, scratch: Scratch) -> Step:
    """Return the step that says which votes count. The survey counted them; `tallies.py` writes what it found."""

    def read(after: int) -> Iterator[tuple[int, Vote | RowError]]:
        for batch in batches(rows(after), AT_ONCE):
            known = scratch.kinds(row.get("PostId", "") for _, row in batch if not isinstance(row, RowError))
            for number, row in batch:
                if isinstance(row, RowError):
                    yield number, row
                elif row.get("PostId") not in known:
                    yield number, left_out("Votes.xml", number, row, "a vote for a post that is not here")
                else:
                    yield number, parsed("Votes.xml", number, row, posts.vote_of)

    def look(_batch: Sequence[Numbered]) -> Counts:
        return 0, 0, 0

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        work.counts["votes_counted"] += len(batch)
        return ()

    return Step("votes", seen.sizes["votes"], KEPT_WEIGHT, read, look, write, lambda line: ("Votes.xml", line))


def tag_step(work: Work, seen: Survey, rows: Rows) -> Step:
    """Return the step that makes the tags that no question brought along."""
    shelves = Shelves()

    def read(after: int) -> Iterator[tuple[int, str | RowError]]:
        for number, row in rows(after):
            if isinstance(row, RowError):
                yield number, row
            elif names := tag_names([row.get("TagName", "")]):
                yield number, names[0]
            else:
                yield number, left_out("Tags.xml", number, row, "a tag without a name")

    def look(batch: Sequence[Numbered]) -> Counts:
        known = ids_by(Tag.name, Tag.id, {name for _, name in batch})
        new = sum(name not in known for _, name in batch)
        return new, 0, len(batch) - new

    def write(batch: Sequence[Numbered]) -> Sequence[Refused]:
        new, _, same = look(batch)
        shelves.tags_of([[name for _, name in batch]])
        work.counts["tags_new"] += new
        work.counts["tags_same"] += same
        return ()

    return Step("tags", seen.sizes["tags"], KEPT_WEIGHT, read, look, write, lambda line: ("Tags.xml", line))
