"""cases: work begins when the customer confirmed what she asks

Revision ID: 0052
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

# What was chosen from the catalogue, what the customer confirmed or corrected, and where work began long ago.
BEGUN = """
UPDATE cases SET work_from = held_since WHERE service_id IS NOT NULL OR over_at IS NOT NULL
   OR EXISTS (SELECT 1 FROM promises p WHERE p.help_request_id = cases.id)
   OR EXISTS (SELECT 1 FROM quotes q WHERE q.help_request_id = cases.id)
   OR EXISTS (SELECT 1 FROM case_points c
              WHERE c.help_request_id = cases.id AND c.answer IN ('confirmed', 'corrected')
              AND c.kind = 'understanding')
"""


def upgrade() -> None:
    op.add_column("cases", sa.Column("work_from", sa.DateTime(timezone=True)))
    op.execute(BEGUN)


def downgrade() -> None:
    op.drop_column("cases", "work_from")
