"""Migrations on an installation in use: SQLite makes a table anew to change it, and the rows that point to it stay."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import flask_migrate

from app.config import Config
from app.db import db
from app.routing.kept import kept_of
from devtools.places import ROOT
from tests.support.databases import create_app

NOW = "2026-03-02 09:30:00.000000"
TEXT = "'', '', 'markdown', 1, 1, 0"
RECORD = {"answers": 9.0, "confirmed": 2.5, "judged": 8.0, "speed_sum": 30.25, "speed_count": 7.0}
CANDIDATES = {
    "columns": ["steady_activity", "topic_answers"],
    "minutes": ["waiting"],
    "rows": [
        {"provider": 4, "score": 1.5, "propensity": 0.9, "record": RECORD, "features": [0.1, 2], "minutes": [30.0]},
        {"provider": 7, "score": -1.5, "propensity": 0.01, "record": RECORD, "features": [0, 1e-9], "minutes": [-3.5]},
    ],
}
ROWS = f"""
INSERT INTO people (id, handle, handle_key, name, bio, languages, time_zone, can_sign_in, is_operator, is_moderator,
    is_curator, theme, created_at)
VALUES (1, 'anna', 'anna', 'Anna', '', '[]', 'UTC', 1, 0, 0, 0, 'system', '{NOW}');
INSERT INTO categories (id, slug, position, texts) VALUES (7, 'taps', 1, '{{}}');
INSERT INTO help_requests (id, kind, asker_id, channel, language, language_how, audience, state, state_since,
    created_at)
VALUES (1, 'question', 1, 'web', 'en', 'declared', 'public', 'answered', '{NOW}', '{NOW}');
INSERT INTO questions (id, title, excerpt, category_id, asker_id, audience, tag_names, created_at, last_activity_at,
    answers_count, body, body_html, source_format, renderer_version, row_version, score)
VALUES (1, 'Why does it leak?', '', 7, 1, 'public', '[]', '{NOW}', '{NOW}', 1, {TEXT});
INSERT INTO answers (id, question_id, author_id, channel, language, language_how, created_at,
    body, body_html, source_format, renderer_version, row_version, score)
VALUES (1, 1, 1, 'web', 'en', 'declared', '{NOW}', {TEXT});
INSERT INTO ranking_models (id, version, content, metrics, made_at) VALUES (1, 'default-1', x'00', '{{}}', '{NOW}');
INSERT INTO routing_decisions (id, help_request_id, purpose, decided_at, model_id, state_number, seed, candidates_count,
    need, candidates, exclusions)
VALUES (1, 1, 'ask', '{NOW}', 1, 0, 1, 2, '{{}}', '{json.dumps(CANDIDATES)}', '{{}}');
"""


def test_an_installation_with_rows_is_brought_up_to_date(test_config: Config, tmp_path: Path) -> None:
    path = tmp_path / "in_use.db"
    app = create_app(replace(test_config, database_url=f"sqlite:///{path}"))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"), revision="0005")
        with sqlite3.connect(path) as old:
            old.executescript(ROWS)

        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        db.engine.dispose()

    with sqlite3.connect(path) as now:
        assert now.execute("SELECT category_id, title FROM questions").fetchall() == [(7, "Why does it leak?")]
        assert now.execute("SELECT question_id FROM answers").fetchall() == [(1,)]
        assert now.execute("PRAGMA foreign_key_check").fetchall() == []
        numbers = now.execute("SELECT numbers FROM routing_decisions").fetchone()[0]
        assert numbers == kept_of(CANDIDATES).to_bytes()
        tables = dict(now.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        assert not [name for name in tables if name.startswith("_alembic_tmp")]
        for name in ("categories", "answers", "people"):
            assert "AUTOINCREMENT" in tables[name], f"an id of {name} that was given up would come back"
