"""A handle that was given up keeps leading to who had it

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_handles",
        sa.Column("handle_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(handle_key) <= 80", name=op.f("ck_former_handles_handle_key_length")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_former_handles_person_id")),
        sa.PrimaryKeyConstraint("handle_key", name=op.f("pk_former_handles")),
    )
    with op.batch_alter_table("former_handles") as table:
        table.create_index("ix_former_handles_person", ["person_id"])


def downgrade() -> None:
    op.drop_table("former_handles")
