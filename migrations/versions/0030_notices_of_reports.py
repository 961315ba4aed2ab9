"""notices of reports: moderators are told of what waits for them

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'merged', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused', 'report_settled', 'edited', 'answer_edited', 'locked', 'unlocked', "
    "'pinned', 'moved'"
)
REASONS = (
    "'asked', 'answered', 'wrote', 'commented', 'invited', 'mentioned', 'suggested', 'follows_question', "
    "'follows_tag', 'follows_category', 'follows_person', 'reported'"
)


def upgrade() -> None:
    _let_notices_tell(f"{KINDS}, 'reported'", f"{REASONS}, 'moderates'")


def downgrade() -> None:
    op.execute("DELETE FROM notice_items WHERE kind = 'reported' OR reason = 'moderates'")
    _let_notices_tell(KINDS, REASONS)


def _let_notices_tell(kinds: str, reasons: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        for column, values in (("kind", kinds), ("reason", reasons)):
            name = op.f(f"ck_notice_items_{column}_choice")
            table.drop_constraint(name, type_="check")
            table.create_check_constraint(name, f"{column} IN ({values})")
