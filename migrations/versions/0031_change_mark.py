"""change mark: one row with a mark that is renewed with every change of something visitors can see

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_mark",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.CheckConstraint("length(mark) <= 32", name=op.f("ck_change_mark_mark_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_mark")),
    )


def downgrade() -> None:
    op.drop_table("change_mark")
