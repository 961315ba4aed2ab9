"""search, knowledge: gaps count times, because who looked is not kept; the slowest search is shown to nobody

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.drop_column("searched", "slowest_us")
    _rename("people", "times")


def downgrade() -> None:
    _rename("times", "people")
    # What was counted since took at least its part of all.
    op.add_column("searched", sa.Column("slowest_us", ID, nullable=False, server_default="0"))
    op.execute("UPDATE searched SET slowest_us = took_us / times")


def _rename(name: str, to: str) -> None:
    op.drop_index(f"ix_knowledge_gaps_{name}", "knowledge_gaps")
    op.execute(f"ALTER TABLE knowledge_gaps RENAME COLUMN {name} TO {to}")
    op.create_index(f"ix_knowledge_gaps_{to}", "knowledge_gaps", [to, "id"])
