"""A dump as an origin of an import: which of its files hold what, and in which order they are written.

Posts are read twice, first their questions and then their answers, so that nothing has to be kept in memory meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.importers.closings import closing_step
from app.importers.comments import NO_POST, comment_step
from app.importers.kept_rows import leftover_step
from app.importers.origin import Step
from app.importers.profiles import profile_step
from app.importers.progress import Progress
from app.importers.rows import Answer, Comment, Profile, Question, RowError
from app.importers.stackexchange import posts
from app.importers.stackexchange.dump_files import DumpFiles
from app.importers.stackexchange.lesser import tag_step, vote_step
from app.importers.stackexchange.links import LINKS, link_step, note_targets
from app.importers.stackexchange.scratch import Scratch
from app.importers.stackexchange.unusable import left_out, parsed
from app.importers.stackexchange.xml_rows import XmlRow, read_xml_rows
from app.importers.survey import Survey, Surveyor
from app.importers.tallies import tally_step
from app.importers.threads import answer_step, author_step, question_step
from app.importers.work import Work, batches

POSTS, USERS, VOTES, COMMENTS = "Posts.xml", "Users.xml", "Votes.xml", "Comments.xml"
NEEDED = (POSTS, USERS)
OTHERS = (VOTES, COMMENTS, LINKS, "Tags.xml", "Badges.xml")
MOST_LICENCES = 10
AT_ONCE = 1_000

Post = TypeVar("Post", Question, Answer)


class Dump:
    """The dump in a folder or a .7z archive, with a scratch file that lives as long as the run."""

    def __init__(self, path: Path, scratch: Path) -> None:
        self._files = DumpFiles(path)
        self._scratch = Scratch(scratch)

    def fingerprint(self) -> str:
        """Return a digest of the dump's files."""
        return self._files.fingerprint((*NEEDED, *OTHERS))

    def survey(self, progress: Progress, now: datetime) -> Survey:
        """Read everything. Raises ArchiveRefused when a file is missing, torn or foreign."""
        for name in NEEDED:
            self._files.need(name)
        self._scratch.start()
        surveyor = Surveyor(progress, now)
        self._survey_posts(surveyor)
        look_closer = {VOTES: self._count_votes, COMMENTS: self._note_commenters, LINKS: self._note_targets}
        for kind, name in (("people", USERS), *((_kind(name), name) for name in OTHERS)):
            see = look_closer.get(name, _only_read)
            for batch in batches(self.rows(name), AT_ONCE):
                for _ in batch:
                    surveyor.other(kind)
                see(surveyor, [(number, row) for number, row in batch if not isinstance(row, RowError)])
        return surveyor.settled()

    def steps(self, work: Work, seen: Survey) -> Sequence[Step]:
        """Return people, questions and answers first; then what belongs to them; last what is not used."""
        return (
            profile_step(work, seen, lambda after: self._profiles(seen, after), _in(USERS)),
            author_step(work, seen),
            question_step(work, seen, self._of_type(posts.QUESTION, posts.question_of), _in(POSTS)),
            answer_step(work, seen, self._of_type(posts.ANSWER, posts.answer_of), _in(POSTS)),
            leftover_step("other posts", seen, self._other_posts),
            vote_step(work, seen, lambda after: self.rows(VOTES, after), self._scratch),
            tally_step(work, self._scratch.posts_with_votes(), self._scratch.tallies),
            tag_step(work, seen, lambda after: self.rows("Tags.xml", after)),
            comment_step(work, seen.sizes["comments"], self._comments, _in(COMMENTS)),
            closing_step(work, self._scratch.closed_questions(), self._scratch.closings, self._is_closed),
            link_step(work, seen, lambda after: self.rows(LINKS, after), self._scratch),
            self._unused_step(seen, "Badges.xml", "a badge, which is not used"),
        )

    def forget(self) -> None:
        """Delete the scratch file: the run is over."""
        self._scratch.throw_away()

    def rows(self, name: str, after: int = 0) -> Iterator[tuple[int, XmlRow | RowError]]:
        """Yield the rows of a file behind a number; none where the dump has no such file."""
        if self._files.has(name):
            with self._files.opened(name) as file:
                yield from read_xml_rows(file, name=name, root=name.removesuffix(".xml").lower(), after=after)

    def _survey_posts(self, surveyor: Surveyor) -> None:
        licences: dict[str, None] = {}
        for batch in batches(self.rows(POSTS), AT_ONCE):
            for number, row in batch:
                if isinstance(row, RowError) or row.get("PostTypeId") not in {posts.QUESTION, posts.ANSWER}:
                    surveyor.other("other posts")
                    continue
                if len(licences) < MOST_LICENCES and row.get("ContentLicense"):
                    licences[row["ContentLicense"][:40]] = None
                self._survey_post(surveyor, number, row)
            good = [row for _, row in batch if not isinstance(row, RowError)]
            self._scratch.add_posts(
                (row["Id"], "question" if row["PostTypeId"] == posts.QUESTION else "answer")
                for row in good
                if surveyor.knows_post(row.get("Id", "")) and row.get("PostTypeId") in {posts.QUESTION, posts.ANSWER}
            )
        surveyor.found.licences = sorted(licences)

    def _survey_post(self, surveyor: Surveyor, number: int, row: XmlRow) -> None:
        if row["PostTypeId"] == posts.QUESTION:
            asked = parsed(POSTS, number, row, posts.question_of)
            if isinstance(asked, RowError):
                surveyor.bad_row("questions", number, asked)
            elif surveyor.question(number, asked, file=POSTS, line=number) and asked.closed_at is not None:
                surveyor.moment(asked.closed_at)
                self._scratch.add_closings([(asked.id, max(asked.closed_at, asked.at))])
        else:
            answered = parsed(POSTS, number, row, posts.answer_of)
            if isinstance(answered, RowError):
                surveyor.bad_row("answers", number, answered)
            else:
                surveyor.answer(number, answered, file=POSTS, line=number)

    def _count_votes(self, surveyor: Surveyor, rows: Sequence[tuple[int, XmlRow]]) -> None:
        votes = [vote for _, row in rows if not isinstance(vote := parsed("", 0, row, posts.vote_of), RowError)]
        for vote in votes:
            surveyor.note_acceptance(vote)
        self._scratch.add_votes(
            (vote.post, vote.on, vote.kind == "up", vote.kind == "down")
            for vote in votes
            if vote.kind != "accepted" and surveyor.knows_post(vote.post)
        )

    def _of_type(
        self, kind: str, parse: Callable[[XmlRow], Post]
    ) -> Callable[[int], Iterator[tuple[int, Post | RowError]]]:
        def read(after: int) -> Iterator[tuple[int, Post | RowError]]:
            for number, row in self.rows(POSTS, after):
                if not isinstance(row, RowError) and row.get("PostTypeId") == kind:
                    yield number, parsed(POSTS, number, row, parse)

        return read

    def _note_targets(self, _surveyor: Surveyor, rows: Sequence[tuple[int, XmlRow]]) -> None:
        note_targets(self._scratch, rows)

    def _is_closed(self, question: str) -> bool:
        return self._scratch.closing(question).at is not None

    def _note_commenters(self, surveyor: Surveyor, rows: Sequence[tuple[int, XmlRow]]) -> None:
        for _, row in rows:
            comment = parsed("", 0, row, posts.comment_of)
            if not isinstance(comment, RowError) and surveyor.knows_post(comment.post):
                surveyor.author(comment.user, comment.at, name=comment.user_name)

    def _comments(self, after: int) -> Iterator[tuple[int, Comment | RowError]]:
        for batch in batches(self.rows(COMMENTS, after), AT_ONCE):
            known = self._scratch.kinds(row.get("PostId", "") for _, row in batch if not isinstance(row, RowError))
            for number, row in batch:
                if isinstance(row, RowError):
                    yield number, row
                elif row.get("PostId") in known:
                    yield number, parsed(COMMENTS, number, row, posts.comment_of)
                else:
                    yield number, left_out(COMMENTS, number, row, NO_POST)

    def _other_posts(self, after: int) -> Iterator[tuple[int, RowError]]:
        for number, row in self.rows(POSTS, after):
            if isinstance(row, RowError):
                yield number, row
            elif row.get("PostTypeId") not in {posts.QUESTION, posts.ANSWER}:
                yield number, left_out(POSTS, number, row, posts.other_post(row))

    def _profiles(self, seen: Survey, after: int) -> Iterator[tuple[int, Profile | RowError]]:
        for number, row in self.rows(USERS, after):
            if isinstance(row, RowError):
                yield number, row
            elif row.get("Id") in seen.authors:
                yield number, parsed(USERS, number, row, posts.profile_of)
            else:
                yield number, left_out(USERS, number, row, "somebody who wrote nothing that is here")

    def _unused_step(self, seen: Survey, name: str, reason: str) -> Step:
        def read(after: int) -> Iterator[tuple[int, RowError]]:
            for number, row in self.rows(name, after):
                yield number, row if isinstance(row, RowError) else left_out(name, number, row, reason)

        return leftover_step(_kind(name), seen, read)


def _kind(name: str) -> str:
    return {LINKS: "links"}.get(name, name.removesuffix(".xml").lower())


def _in(file: str) -> Callable[[int], tuple[str, int]]:
    return lambda number: (file, number)


def _only_read(_surveyor: Surveyor, _rows: Sequence[tuple[int, XmlRow]]) -> None:
    """Look no closer: it is enough that the file is whole."""
