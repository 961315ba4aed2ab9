"""confirmed help: whose answers solved something is read off an index

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    confirmed = sa.text("accepted_at IS NOT NULL")
    op.create_index(
        "ix_answers_confirmed",
        "answers",
        ["author_id", "question_id"],
        sqlite_where=confirmed,
        postgresql_where=confirmed,
    )


def downgrade() -> None:
    op.drop_index("ix_answers_confirmed", "answers")
