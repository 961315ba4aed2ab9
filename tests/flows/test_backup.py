"""A backup is made while people post: it is one moment, and what was acknowledged before it began is in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from app.backup import services
from app.backup.packing import unpacking
from app.community.models.posts import Answer
from bench.kill_round import post_answers
from tests.accounts import make as accounts
from tests.community import make
from tests.flows.test_kill_round import writer_of


@pytest.mark.timeout(240)
def test_backup_made_while_people_post_holds_one_moment_and_all_before_it(start_server, tmp_path):
    with start_server(web_processes=2) as server:
        with server.rows() as session:
            asker = accounts.person("Asker")
            shelf = make.category()
            questions = [make.question(asker, category=shelf).id for _number in range(5)]
            writers = [writer_of(server, accounts.person(f"Writer {number}")) for number in range(8)]
            session.flush()
        taken: list[tuple[Path, set[str]]] = []

        def back_up() -> None:
            path = tmp_path / f"backup-{len(taken)}.zip"
            with server.rows() as session:
                before = set(session.scalars(select(Answer.body)))  # at least what was acknowledged by now
            with server.app.app_context():
                services.create(path)
            taken.append((path, before))

        result = post_answers(server.url, writers, questions, answers=120, clients=4, kills=[back_up, back_up])

        assert len(result.acknowledged) == 120
        assert 20 < len(taken[0][1]) < len(taken[1][1]) < 120, "they were not made meanwhile"
        for path, before in taken:
            tables = read(path)
            counted = {row["id"]: row["answers_count"] for row in tables["questions"]}
            answered = Counter(row["question_id"] for row in tables["answers"])
            told = [row for row in tables["domain_events"] if row["kind"] == "answer_posted"]

            assert before <= {row["body"] for row in tables["answers"]}
            assert counted == {question: answered[question] for question in counted}
            assert len(told) == len(tables["answers"])
            with server.app.app_context():
                services.verify(path)


def read(path: Path) -> dict[str, list[dict[str, object]]]:
    with unpacking(path) as packed:
        return {
            name: [dict(zip(columns, row, strict=True)) for row in packed.rows(name)]
            for name, columns in packed.manifest.columns.items()
        }
