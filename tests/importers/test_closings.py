"""What was closed at its source is closed here, with the reason where that tells it; what was decided here stands."""

from __future__ import annotations

import io
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app import clock
from app.actor import VISITOR
from app.community.models.closings import Closing
from app.community.models.comments import Comment
from app.community.queries.closings import ends_of
from app.community.services import closing as closing_service
from app.community.services import editing, merging
from app.importers.models import ImportLeftover
from app.importers.progress import Progress
from app.importers.running import look_at
from app.importers.stackexchange.dump import Dump
from app.outbox.models import Delivery, DomainEvent
from tests.cast import Cast, acting
from tests.importers.dumps import Row, answer, comment, dump, link, question, user
from tests.importers.test_archive import answer_of, count, found, page_of
from tests.importers.test_stackexchange import SOURCE, run, sums

CLOSED = {"ClosedDate": "2024-02-07T10:00:00.000"}
SINCE = datetime(2024, 2, 7, 10, tzinfo=UTC)


def closed_dump(folder: Path, *links: Row, closed: Collection[int] = (2, 3, 4), **more: Any) -> Path:
    """Write a dump of five questions, of which some are closed; `more` is said of the second one's answer."""
    questions = [question(key, 7, **(CLOSED if key in closed else {})) for key in range(1, 6)]
    posts = [*questions, answer(11, 1, 7), answer(12, 2, 7, **more)]
    return dump(folder, Users=[user(7, "Ida")], Posts=posts, PostLinks=links)


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """Two repeats of question 1, and one question closed for a reason that nobody tells."""
    return closed_dump(tmp_path / "lamps", link(1, 2, 1), link(2, 3, 1))


def states(session: Session) -> list[str]:
    return [found(session, str(key)).request.state for key in range(1, 6)]


def kept(session: Session) -> dict[int, str]:
    return {row.line: row.reason for row in session.scalars(sa.select(ImportLeftover))}


def test_duplicate_is_closed_in_favour_of_its_target_and_both_say_so(database: Session, lamps: Path) -> None:
    run(lamps)

    assert states(database) == ["answered", "duplicate", "duplicate", "closed", "open"]
    second, first = ends_of(VISITOR, found(database, "2")).closing, ends_of(VISITOR, found(database, "1"))
    assert second is not None
    assert second.target is not None
    assert (second.reason, second.target.id, second.closed_at) == ("duplicate", found(database, "1").id, SINCE)
    assert [other.id for other in first.duplicates] == [found(database, key).id for key in "23"]
    other = ends_of(VISITOR, found(database, "4")).closing
    assert other is not None
    assert (other.reason, other.target) == ("other", None)


def test_closing_is_a_fact_of_its_time_and_nobody_is_told(database: Session, lamps: Path) -> None:
    run(lamps)

    facts = database.scalars(sa.select(DomainEvent).where(DomainEvent.kind == "question_closed")).all()
    assert [(fact.happened_at, fact.actor_id) for fact in facts] == [(SINCE, None)] * 3
    assert [fact.payload["reason"] for fact in facts] == ["duplicate", "duplicate", "other"]
    assert count(database, Delivery) == 0


def test_links_are_counted_or_kept_with_their_reason(database: Session, tmp_path: Path) -> None:
    links = [
        link(1, 2, 1),
        link(2, 2, 5),
        link(3, 3, 404),
        link(4, 5, 1),
        link(5, 1, 5, kind=1),
        link(6, 3, 12),
        link(7, 4, 3, kind=9),
    ]
    report = run(closed_dump(tmp_path / "lamps", *links))

    assert sums(report)["links"] == (7, 7)
    assert report.counts["links_counted"] == 1
    assert kept(database) == {
        4: "repeats more than one question",
        5: "a link between posts of which one is no question that is here",
        6: "repeats another question, but is not closed",
        7: "names a related question, which is not used",
        8: "a link between posts of which one is no question that is here",
        9: "a link of the unknown type '9'",
    }
    assert states(database)[1:3] == ["duplicate", "closed"]


def test_questions_that_repeat_each_other_make_no_circle(database: Session, tmp_path: Path) -> None:
    run(closed_dump(tmp_path / "lamps", link(1, 2, 3), link(2, 3, 4), link(3, 4, 2)))

    assert states(database)[1:4] == ["duplicate", "duplicate", "closed"]
    assert kept(database) == {5: "leads back to the question itself"}


def test_second_run_changes_nothing(database: Session, lamps: Path) -> None:
    run(lamps)
    report = run(lamps)

    assert not report.is_changed
    assert report.counts["closings_same"] == 3


def test_later_dump_closes_otherwise_and_opens(database: Session, lamps: Path) -> None:
    run(lamps)

    closed_dump(lamps, link(1, 2, 5), closed=(2, 4))
    report = run(lamps)
    database.expire_all()

    assert states(database) == ["answered", "duplicate", "open", "closed", "open"]
    assert [found(database, key).duplicates_count for key in "15"] == [0, 1]
    assert (report.counts["closings_changed"], report.counts["closings_same"]) == (2, 1)
    opened = database.scalars(sa.select(DomainEvent).where(DomainEvent.kind == "question_reopened")).one()
    assert (opened.payload["was"], opened.happened_at) == ("duplicate", clock.now())


def test_what_was_decided_here_stands(database: Session, lamps: Path, cast: Cast) -> None:
    moderator = acting(cast.moderator)
    run(lamps)
    closing_service.reopen(moderator, found(database, "4"))
    closing_service.close(moderator, found(database, "5"), reason="off_topic")

    closed_dump(lamps, link(1, 2, 1), link(2, 3, 1), closed=(2, 3, 4, 5), Score=3)
    report = run(lamps)
    database.expire_all()

    assert states(database) == ["answered", "duplicate", "duplicate", "open", "closed"]
    assert report.counts["closings_same"] == 4
    assert count(database, Closing) == 4


def test_acceptance_opens_no_closed_question(database: Session, tmp_path: Path) -> None:
    folder = closed_dump(tmp_path / "lamps")
    run(folder)

    posts = [question(2, 7, AcceptedAnswerId=12, **CLOSED), answer(12, 2, 7)]
    run(dump(folder, Users=[user(7, "Ida")], Posts=posts))
    database.expire_all()

    assert found(database, "2").accepted_answer_id == answer_of(database, "12").id
    assert found(database, "2").request.state == "closed"


def test_closings_move_with_all_other_times(database: Session, lamps: Path) -> None:
    run(lamps, as_if_now=True)

    assert set(database.scalars(sa.select(Closing.closed_at))) == {clock.now()}
    assert not run(lamps).is_changed


def test_looking_counts_them_and_writes_nothing(database: Session, lamps: Path, tmp_path: Path) -> None:
    report = look_at(Dump(lamps, tmp_path / "look"), SOURCE, Progress(io.StringIO()))

    assert report.counts["closings_new"] == 3
    assert count(database, Closing) == 0


def test_page_says_that_it_was_closed_where_it_comes_from(client: FlaskClient, database: Session, lamps: Path) -> None:
    run(lamps)

    page = page_of(client, found(database, "2"))

    assert "Closed where this question comes from" in page
    assert "You find the answers there." in page


def test_wiki_answer_is_one_here_until_that_is_ended(database: Session, tmp_path: Path, cast: Cast) -> None:
    wiki = {"CommunityOwnedDate": "2024-02-08T10:00:00.000"}
    folder = closed_dump(tmp_path / "lamps", **wiki)
    run(folder)
    ours = answer_of(database, "12")
    assert ours.wiki_at == datetime(2024, 2, 8, 10, tzinfo=UTC)
    assert answer_of(database, "11").wiki_at is None

    editing.close_to_others(acting(cast.moderator), ours)
    run(closed_dump(folder, **wiki, Score=7))
    database.expire_all()

    assert (answer_of(database, "12").score, answer_of(database, "12").wiki_at) == (7, None)


def test_what_comes_for_a_question_that_was_merged_here_goes_where_it_is(
    database: Session, tmp_path: Path, cast: Cast
) -> None:
    folder = closed_dump(tmp_path / "lamps", closed=())
    run(folder)
    merging.merge(acting(cast.moderator), found(database, "2"), found(database, "1"))
    before = found(database, "1").answers_count

    posts = [
        question(1, 7),
        question(2, 7, Title="Another title for it", AcceptedAnswerId=13, **CLOSED),
        answer(11, 1, 7),
        answer(12, 2, 7, Score=4),
        answer(13, 2, 7),
    ]
    run(dump(folder, Users=[user(7, "Ida")], Posts=posts, Comments=[comment(1, 2, 7)], PostLinks=[link(1, 2, 1)]))
    database.expire_all()

    home = found(database, "1")
    assert [answer_of(database, key).question_id for key in ("11", "12", "13")] == [home.id] * 3
    assert (home.answers_count, answer_of(database, "12").score) == (before + 1, 4)
    said = database.scalars(sa.select(Comment)).one()
    assert (said.question_id, said.merged_question_id) == (home.id, found(database, "2").id)
    assert found(database, "2").accepted_answer_id is None
    assert count(database, Closing) == 0


def test_answer_that_was_split_off_here_is_not_accepted_where_it_was(database: Session, tmp_path: Path) -> None:
    folder = closed_dump(tmp_path / "lamps", closed=())
    run(folder)
    answer_of(database, "12").question_id = found(database, "5").id
    database.flush()

    posts = [question(2, 7, AcceptedAnswerId=12), question(5, 7), answer(12, 2, 7, Score=4)]
    run(dump(folder, Users=[user(7, "Ida")], Posts=posts))
    database.expire_all()

    assert (found(database, "2").accepted_answer_id, found(database, "5").accepted_answer_id) == (None, None)
    assert answer_of(database, "12").score == 4
