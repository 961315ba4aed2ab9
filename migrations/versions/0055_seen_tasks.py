"""knowledge tasks: whether who is asked has seen it, and that a reviewer wants something changed

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

KINDS = "'outdated', 'low_confidence', 'source_changed', 'contradicted', 'translation'"


def upgrade() -> None:
    op.add_column("knowledge_tasks", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    _let_articles_ask(f"{KINDS}, 'needs_change'")


def downgrade() -> None:
    op.execute("DELETE FROM knowledge_tasks WHERE kind = 'needs_change'")
    _let_articles_ask(KINDS)
    with op.batch_alter_table("knowledge_tasks", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("seen_at")


def _let_articles_ask(kinds: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("knowledge_tasks", table_kwargs={"sqlite_autoincrement": True}) as table:
        name = op.f("ck_knowledge_tasks_kind_choice")
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"kind IN ({kinds})")
