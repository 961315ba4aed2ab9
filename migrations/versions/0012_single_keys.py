"""Whether a person uses single keys

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("people", sa.Column("single_keys_off_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("people", "single_keys_off_at")
