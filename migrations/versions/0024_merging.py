"""merging: a question that was merged into another, and what came with it

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KIND = "ck_notice_items_kind_choice"
KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', {}'suggestion', "
    "'suggestion_taken', 'suggestion_refused'"
)
# SQLite makes a table anew to change it, and forgets what is not said again.
AGAIN = {"sqlite_autoincrement": True}


def upgrade() -> None:
    with op.batch_alter_table("questions") as table:
        table.add_column(sa.Column("merged_into_id", NUMBER, nullable=True))
        table.add_column(sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("merged_count", NUMBER, nullable=False, server_default="0"))
        table.create_foreign_key(op.f("fk_questions_merged_into_id"), "questions", ["merged_into_id"], ["id"])
        table.create_check_constraint(op.f("ck_questions_not_merged_into_itself"), "merged_into_id <> id")
    with op.batch_alter_table("questions") as table:
        table.alter_column("merged_count", existing_type=NUMBER, server_default=None)
    merged = sa.text("merged_into_id IS NOT NULL")
    op.create_index(
        "ix_questions_merged_into", "questions", ["merged_into_id"], sqlite_where=merged, postgresql_where=merged
    )
    with op.batch_alter_table("answers", table_kwargs=AGAIN) as table:
        table.add_column(sa.Column("accepted_by_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_answers_accepted_by_id"), "people", ["accepted_by_id"], ["id"])
    for name in ("answers", "comments"):
        with op.batch_alter_table(name, table_kwargs=AGAIN) as table:
            table.add_column(sa.Column("merged_question_id", NUMBER, nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_merged_question_id"), "questions", ["merged_question_id"], ["id"])
        came = sa.text("merged_question_id IS NOT NULL")
        op.create_index(f"ix_{name}_merged", name, ["merged_question_id"], sqlite_where=came, postgresql_where=came)
    _let_kinds_be(KINDS.format("'merged', "))


def downgrade() -> None:
    op.execute("DELETE FROM notice_items WHERE kind = 'merged'")
    _let_kinds_be(KINDS.format(""))
    for name in ("comments", "answers"):
        op.drop_index(f"ix_{name}_merged", name)
        with op.batch_alter_table(name, table_kwargs=AGAIN) as table:
            table.drop_constraint(op.f(f"fk_{name}_merged_question_id"), type_="foreignkey")
            table.drop_column("merged_question_id")
    with op.batch_alter_table("answers", table_kwargs=AGAIN) as table:
        table.drop_constraint(op.f("fk_answers_accepted_by_id"), type_="foreignkey")
        table.drop_column("accepted_by_id")
    op.drop_index("ix_questions_merged_into", "questions")
    with op.batch_alter_table("questions") as table:
        table.drop_constraint(op.f("ck_questions_not_merged_into_itself"), type_="check")
        table.drop_constraint(op.f("fk_questions_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_count")
        table.drop_column("merged_at")
        table.drop_column("merged_into_id")


def _let_kinds_be(words: str) -> None:
    with op.batch_alter_table("notice_items", table_kwargs=AGAIN) as table:
        table.drop_constraint(op.f(KIND), type_="check")
        table.create_check_constraint(op.f(KIND), f"kind IN ({words})")
