"""cases: when the first of its clocks runs out stands with the case, so that a desk in that order is one index; points
name the agency of who put them

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

FIRST = """
UPDATE cases SET first_due_at = (SELECT min(c.due_at) FROM case_clocks c WHERE c.help_request_id = cases.id)
"""
OPEN = sa.text("over_at IS NULL")
RUNS = sa.text("due_at IS NOT NULL")


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
THROUGH = "through_organisation_id"
points = sa.table("case_points", *(sa.column(name, ID) for name in ("id", "help_request_id", THROUGH)))
events = sa.table(
    "domain_events",
    *(sa.column(name, ID) for name in ("help_request_id", THROUGH)),
    sa.column("kind", sa.String),
    sa.column("payload", sa.JSON().with_variant(JSONB(), "postgresql")),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("first_due_at", sa.DateTime(timezone=True)))
    op.execute(FIRST)
    with op.batch_alter_table("case_points", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column(THROUGH, ID))
        table.create_foreign_key(op.f(f"fk_case_points_{THROUGH}"), "organisations", [THROUGH], ["id"])
    put = sa.select(sa.func.min(events.c[THROUGH])).where(events.c.help_request_id == points.c.help_request_id)
    put = put.where(events.c.kind == "point_put", events.c.payload["point_id"].as_integer() == points.c.id)
    op.execute(points.update().values({THROUGH: put.scalar_subquery()}))
    op.drop_index("ix_case_clocks_desk", "case_clocks")
    op.drop_index("ix_cases_desk", "cases")
    _index("ix_cases_desk", "holder_organisation_id", "holder_person_id", "first_due_at", "id", "over_at")
    _index("ix_cases_first_due", "holder_organisation_id", "first_due_at", "id")


def downgrade() -> None:
    with op.batch_alter_table("case_points", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f(f"fk_case_points_{THROUGH}"), type_="foreignkey")
        table.drop_column(THROUGH)
    op.drop_index("ix_cases_first_due", "cases")
    op.drop_index("ix_cases_desk", "cases")
    op.drop_column("cases", "first_due_at")
    _index("ix_cases_desk", "holder_organisation_id", "holder_person_id", "over_at", "id")
    columns = ["organisation_id", "due_at", "help_request_id"]
    op.create_index("ix_case_clocks_desk", "case_clocks", columns, sqlite_where=RUNS, postgresql_where=RUNS)


def _index(name: str, *columns: str) -> None:
    op.create_index(name, "cases", [*columns], sqlite_where=OPEN, postgresql_where=OPEN)
