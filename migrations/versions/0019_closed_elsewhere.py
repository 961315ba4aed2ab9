"""Questions that came closed from elsewhere

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Added in place: it has no key of its own, like the same column of questions and answers.
    op.add_column("closings", sa.Column("import_run_id", _Id))


def downgrade() -> None:
    op.drop_column("closings", "import_run_id")
