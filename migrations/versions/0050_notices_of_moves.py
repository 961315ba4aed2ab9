"""notices: that a case was opened, goes on elsewhere, or stands elsewhere

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'merged', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused', 'report_settled', 'edited', 'answer_edited', 'locked', 'unlocked', "
    "'pinned', 'moved', 'reported', "
    "'case_message', 'case_asked', 'case_answered', 'case_disputed', 'case_settled', 'case_handed', 'promise_made', "
    "'promise_broken', 'news_missed', 'clock_soon', 'clock_over'"
)
NEW_KINDS = "'case_opened', 'case_moved', 'case_refused'"


def upgrade() -> None:
    _let_notices_tell(f"{KINDS}, {NEW_KINDS}")


def downgrade() -> None:
    op.execute(f"DELETE FROM notice_items WHERE kind IN ({NEW_KINDS})")
    _let_notices_tell(KINDS)


def _let_notices_tell(kinds: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        name = op.f("ck_notice_items_kind_choice")
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"kind IN ({kinds})")
