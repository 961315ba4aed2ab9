"""search alerts: hearing of what a saved search finds

Revision ID: 0053
Revises: 0052
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
REASONS = (
    "'asked', 'answered', 'wrote', 'commented', 'invited', 'mentioned', 'suggested', 'follows_question', "
    "'follows_tag', 'follows_category', 'follows_person', 'reported', 'moderates', 'own_case', 'helps_case'"
)
NEW_REASONS = "'saved_search'"


def upgrade() -> None:
    op.create_table(
        "search_alerts",
        sa.Column("filter_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["saved_filters.id"], name=op.f("fk_search_alerts_filter_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_search_alerts_person_id")),
        sa.PrimaryKeyConstraint("filter_id", name=op.f("pk_search_alerts")),
    )
    op.create_index("ix_search_alerts_next", "search_alerts", ["next_at"])
    op.create_index("ix_search_alerts_person", "search_alerts", ["person_id"])
    _let_notices_tell(f"{REASONS}, {NEW_REASONS}")


def downgrade() -> None:
    op.execute(f"DELETE FROM notice_items WHERE reason IN ({NEW_REASONS})")
    _let_notices_tell(REASONS)
    op.drop_table("search_alerts")


def _let_notices_tell(reasons: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        name = op.f("ck_notice_items_reason_choice")
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"reason IN ({reasons})")
