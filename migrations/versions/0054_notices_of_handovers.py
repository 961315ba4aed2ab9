"""notices: that a case is offered to one, or gone to others

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'merged', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused', 'report_settled', 'edited', 'answer_edited', 'locked', 'unlocked', "
    "'pinned', 'moved', 'reported', "
    "'case_message', 'case_asked', 'case_answered', 'case_disputed', 'case_settled', 'case_handed', 'promise_made', "
    "'promise_broken', 'news_missed', 'clock_soon', 'clock_over', 'case_opened', 'case_moved', 'case_refused'"
)
REASONS = (
    "'asked', 'answered', 'wrote', 'commented', 'invited', 'mentioned', 'suggested', 'follows_question', "
    "'follows_tag', 'follows_category', 'follows_person', 'reported', 'moderates', 'own_case', 'helps_case', "
    "'saved_search'"
)
NEW_KINDS, NEW_REASONS = "'case_offered'", "'offered_case', 'had_case'"


def upgrade() -> None:
    _let_notices_tell(f"{KINDS}, {NEW_KINDS}", f"{REASONS}, {NEW_REASONS}")


def downgrade() -> None:
    op.execute(f"DELETE FROM notice_items WHERE kind IN ({NEW_KINDS}) OR reason IN ({NEW_REASONS})")
    _let_notices_tell(KINDS, REASONS)


def _let_notices_tell(kinds: str, reasons: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        for column, values in (("kind", kinds), ("reason", reasons)):
            name = op.f(f"ck_notice_items_{column}_choice")
            table.drop_constraint(name, type_="check")
            table.create_check_constraint(name, f"{column} IN ({values})")
