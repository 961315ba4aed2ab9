"""deleting: questions and answers can be taken away, and what was done is kept to be undone

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# SQLite makes a table anew to change it, and forgets what is not said again.
TABLES: dict[str, dict[str, bool]] = {"questions": {}, "answers": {"sqlite_autoincrement": True}}
REASONS = "deletion_reason IN ('by_author', 'spam', 'abuse', 'private', 'off_topic', 'other')"


def upgrade() -> None:
    for name, kept in TABLES.items():
        with op.batch_alter_table(name, table_kwargs=kept) as table:
            table.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
            table.add_column(sa.Column("deleted_by_id", NUMBER, nullable=True))
            table.add_column(sa.Column("deletion_reason", WORD, nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_deleted_by_id"), "people", ["deleted_by_id"], ["id"])
            table.create_check_constraint(op.f(f"ck_{name}_deletion_reason_choice"), REASONS)
    op.create_table(
        "acts",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("answer_id", NUMBER, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "kind IN ('deleted_question', 'deleted_answer', 'closed', 'reopened', 'locked', 'unlocked', 'pinned', "
            "'unpinned', 'moved', 'merged', 'split')",
            name=op.f("ck_acts_kind_choice"),
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_acts_answer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_acts_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_acts_question_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["people.id"], name=op.f("fk_acts_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_acts_person", "acts", ["person_id", "id"])
    op.create_index("ix_acts_question", "acts", ["question_id", "id"])
    op.create_index("ix_acts_done", "acts", ["done_at"])


def downgrade() -> None:
    op.drop_table("acts")
    for name, kept in TABLES.items():
        with op.batch_alter_table(name, table_kwargs=kept) as table:
            table.drop_constraint(op.f(f"ck_{name}_deletion_reason_choice"), type_="check")
            table.drop_constraint(op.f(f"fk_{name}_deleted_by_id"), type_="foreignkey")
            table.drop_column("deletion_reason")
            table.drop_column("deleted_by_id")
            table.drop_column("deleted_at")
