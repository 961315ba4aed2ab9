"""comment acts: deleting a comment is in the log

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KIND = "ck_acts_kind_choice"
BEFORE = (
    "'deleted_question', 'deleted_answer', 'closed', 'reopened', 'locked', 'unlocked', 'pinned', 'unpinned', "
    "'moved', 'merged', 'split'"
)


def upgrade() -> None:
    _let_kinds_be(f"{BEFORE}, 'deleted_comment'")


def downgrade() -> None:
    op.execute("DELETE FROM acts WHERE kind = 'deleted_comment'")
    _let_kinds_be(BEFORE)


def _let_kinds_be(words: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("acts", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f(KIND), type_="check")
        table.create_check_constraint(op.f(KIND), f"kind IN ({words})")
