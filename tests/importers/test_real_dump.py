"""A real Stack Exchange community: everything in it arrives once or is kept. Reads ../shared, keeps nothing of it."""

from __future__ import annotations

import io
import lzma
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.community.models.posts import Answer, Question
from app.community.models.votes import VoteTally
from app.importers.models import ImportLeftover
from app.importers.progress import Progress
from app.importers.running import run_import
from app.importers.sources import stack_exchange_source
from app.importers.stackexchange.dump import Dump
from app.requests.models import HelpRequest
from tests.importers.test_stackexchange import sums

pytestmark = pytest.mark.needs_shared


def test_everything_arrives_once_or_is_kept(database: Session, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "cardano-stackexchange"
    source = stack_exchange_source(folder)

    report = run_import(Dump(folder, tmp_path / "scratch"), source, progress=Progress(io.StringIO()))

    assert all(size == met for size, met in sums(report).values())
    assert report.sizes.total() == 2630 + 3988 + 9147 + 1829 + 104 + 224 + 4467
    left_out = database.scalar(sa.select(sa.func.count()).select_from(ImportLeftover))
    assert left_out == sum(number for kind, number in report.counts.items() if kind.endswith("left_out"))
    states = dict(database.execute(sa.select(HelpRequest.state, sa.func.count()).group_by(HelpRequest.state)).all())
    assert (states["duplicate"], states["closed"], report.counts["links_counted"]) == (5, 32, 5)
    assert database.scalar(sa.select(sa.func.count()).where(Answer.wiki_at.is_not(None))) == 1
    scores = dict(
        database.execute(
            sa.select(Question.score, sa.func.count()).group_by(Question.score).order_by(Question.score)
        ).all()
    )
    with lzma.open(folder / "Posts.xml.xz") as file:
        posts = [row.attrib for _, row in ElementTree.iterparse(file) if row.tag == "row"]
    assert sum(score * number for score, number in scores.items()) == sum(
        int(row["Score"]) for row in posts if row["PostTypeId"] == "1"
    )
    for text in (Question, Answer):
        subject = VoteTally.question_id if text is Question else VoteTally.answer_id
        tallied = sa.select(sa.func.sum(VoteTally.ups - VoteTally.downs)).where(subject == text.id).scalar_subquery()
        wrong = sa.select(sa.func.count()).select_from(text).where(text.score != sa.func.coalesce(tallied, 0))
        assert database.scalar(wrong) == 0
