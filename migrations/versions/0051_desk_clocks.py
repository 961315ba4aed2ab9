"""desk: clocks in the order in which they run out, those that soon do, and open cases counted by their index alone

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _index_of_open_cases("over_at")
    runs = sa.text("due_at IS NOT NULL")
    for name, column in (("desk", "due_at"), ("soon", "warn_at")):
        columns = ["organisation_id", column, "help_request_id"]
        op.create_index(f"ix_case_clocks_{name}", "case_clocks", columns, sqlite_where=runs, postgresql_where=runs)


def downgrade() -> None:
    op.drop_index("ix_case_clocks_soon", "case_clocks")
    op.drop_index("ix_case_clocks_desk", "case_clocks")
    _index_of_open_cases()


def _index_of_open_cases(*more: str) -> None:
    # SQLite answers from an index alone only where every column asked for is in it, also that of its condition.
    is_open = sa.text("over_at IS NULL")
    columns = ["holder_organisation_id", "holder_person_id", *more, "id"]
    op.drop_index("ix_cases_desk", "cases")
    op.create_index("ix_cases_desk", "cases", columns, sqlite_where=is_open, postgresql_where=is_open)
