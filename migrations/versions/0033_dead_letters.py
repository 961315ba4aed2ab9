"""dead letters: what was given up is found without reading all that was done

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

TABLES = ("deliveries", "letters")


def upgrade() -> None:
    dead = sa.text("dead_at IS NOT NULL")
    for table in TABLES:
        op.create_index(f"ix_{table}_dead", table, ["dead_at"], sqlite_where=dead, postgresql_where=dead)


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_dead", table_name=table)
