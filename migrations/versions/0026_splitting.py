"""splitting: a question that was made of answers and comments of another

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("questions") as table:
        table.add_column(sa.Column("split_from_id", NUMBER, nullable=True))
        table.add_column(sa.Column("splits_count", NUMBER, nullable=False, server_default="0"))
        table.create_foreign_key(op.f("fk_questions_split_from_id"), "questions", ["split_from_id"], ["id"])
    with op.batch_alter_table("questions") as table:
        table.alter_column("splits_count", existing_type=NUMBER, server_default=None)
    split = sa.text("split_from_id IS NOT NULL")
    op.create_index(
        "ix_questions_split_from", "questions", ["split_from_id"], sqlite_where=split, postgresql_where=split
    )


def downgrade() -> None:
    op.drop_index("ix_questions_split_from", "questions")
    with op.batch_alter_table("questions") as table:
        table.drop_constraint(op.f("fk_questions_split_from_id"), type_="foreignkey")
        table.drop_column("splits_count")
        table.drop_column("split_from_id")
