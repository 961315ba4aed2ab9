"""cases: by the service that was asked for

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    some = sa.text("service_id IS NOT NULL")
    op.create_index("ix_cases_service", "cases", ["service_id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    op.drop_index("ix_cases_service", "cases")
