"""notices of moderation: authors are told what others did to their words

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'merged', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused', 'report_settled'"
)
NEW = "'edited', 'answer_edited', 'locked', 'unlocked', 'pinned', 'moved'"


def upgrade() -> None:
    _let_notices_tell(f"{KINDS}, {NEW}")


def downgrade() -> None:
    op.execute(f"DELETE FROM notice_items WHERE kind IN ({NEW})")
    _let_notices_tell(KINDS)


def _let_notices_tell(kinds: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    name = op.f("ck_notice_items_kind_choice")
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, f"kind IN ({kinds})")
