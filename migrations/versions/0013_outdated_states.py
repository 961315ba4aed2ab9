"""A stored ranking state may be outdated: built anew when rows changed in a way that no change tells.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("ranking_states", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("is_outdated", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("ranking_states", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("is_outdated", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("ranking_states", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("is_outdated")
