"""parts: how a request for a bundle goes to several organisations; quotes promise days, not a date

Revision ID: 0049
Revises: 0048
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "planned_parts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("whole_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("needs", LIST, nullable=False),
        sa.Column("consequence", WORDS, nullable=False),
        sa.Column("dropped_at", MOMENT, nullable=True),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("state_since", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'open', 'solved', 'refused', 'dropped')", name=op.f("ck_planned_parts_state_choice")
        ),
        sa.CheckConstraint("length(consequence) <= 300", name=op.f("ck_planned_parts_consequence_length")),
        sa.ForeignKeyConstraint(["whole_id"], ["cases.id"], name=op.f("fk_planned_parts_whole_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_planned_parts_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_parts")),
        sa.UniqueConstraint("whole_id", "position", name=op.f("uq_planned_parts_whole_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "part_cases",
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("planned_part_id", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("outcome", WORDS, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("outcome IN ('solved', 'refused', 'left')", name=op.f("ck_part_cases_outcome_choice")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_part_cases_ended_at_some_time")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_part_cases_case_id")),
        sa.ForeignKeyConstraint(["planned_part_id"], ["planned_parts.id"], name=op.f("fk_part_cases_planned_part_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_part_cases_service_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_part_cases")),
    )
    op.create_index("ix_part_cases_part", "part_cases", ["planned_part_id", "case_id"])
    with op.batch_alter_table("quotes", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("done_by")
        table.add_column(sa.Column("done_within_days", KEY, nullable=True))
        table.create_check_constraint(op.f("ck_quotes_done_within_days_positive"), "done_within_days > 0")


def downgrade() -> None:
    with op.batch_alter_table("quotes", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_quotes_done_within_days_positive"), type_="check")
        table.drop_column("done_within_days")
        table.add_column(sa.Column("done_by", MOMENT, nullable=True))
    op.drop_table("part_cases")
    op.drop_table("planned_parts")
