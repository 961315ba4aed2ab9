"""closing: why a question takes no answers, what moderators are asked, and pins

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
STATE = "ck_help_requests_state_choice"
REASONS = "reason IN ('duplicate', 'needs_details', 'off_topic', 'other', 'archived')"


def upgrade() -> None:
    _let_states_be("'open', 'answered', 'solved', 'closed', 'duplicate', 'archived'")
    with op.batch_alter_table("questions") as table:
        table.add_column(sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("duplicates_count", NUMBER, nullable=False, server_default="0"))
    with op.batch_alter_table("questions") as table:
        table.alter_column("duplicates_count", existing_type=NUMBER, server_default=None)
    pinned = sa.text("pinned_at IS NOT NULL")
    op.create_index("ix_questions_pinned", "questions", ["pinned_at"], sqlite_where=pinned, postgresql_where=pinned)
    op.create_table(
        "closings",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("target_id", NUMBER, nullable=True),
        sa.Column("note", WORD, nullable=False),
        sa.Column("note_language", WORD, nullable=False),
        sa.Column("closed_by_id", NUMBER, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_by_id", NUMBER, nullable=True),
        sa.CheckConstraint(REASONS, name=op.f("ck_closings_reason_choice")),
        sa.CheckConstraint("length(note) <= 600", name=op.f("ck_closings_note_length")),
        sa.CheckConstraint("length(note_language) <= 8", name=op.f("ck_closings_note_language_length")),
        sa.CheckConstraint(
            "(reason = 'duplicate') = (target_id IS NOT NULL)", name=op.f("ck_closings_duplicates_have_a_target")
        ),
        sa.CheckConstraint("target_id <> question_id", name=op.f("ck_closings_not_of_itself")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name=op.f("fk_closings_closed_by_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_closings_question_id")),
        sa.ForeignKeyConstraint(["reopened_by_id"], ["people.id"], name=op.f("fk_closings_reopened_by_id")),
        sa.ForeignKeyConstraint(["target_id"], ["questions.id"], name=op.f("fk_closings_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closings")),
        sqlite_autoincrement=True,
    )
    still = sa.text("reopened_at IS NULL")
    op.create_index(
        "uq_closings_open", "closings", ["question_id"], unique=True, sqlite_where=still, postgresql_where=still
    )
    op.create_index("ix_closings_target", "closings", ["target_id"])
    op.create_table(
        "petitions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("answer_id", NUMBER, nullable=True),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("note", WORD, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", NUMBER, nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("kind IN ('reopen', 'delete')", name=op.f("ck_petitions_kind_choice")),
        sa.CheckConstraint("length(note) <= 600", name=op.f("ck_petitions_note_length")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_petitions_answer_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_petitions_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_petitions_question_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_petitions_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
        sqlite_autoincrement=True,
    )
    waiting = sa.text("settled_at IS NULL")
    op.create_index("ix_petitions_open", "petitions", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_petitions_question", "petitions", ["question_id", "id"])


def downgrade() -> None:
    op.drop_table("petitions")
    op.drop_table("closings")
    op.drop_index("ix_questions_pinned", "questions")
    with op.batch_alter_table("questions") as table:
        table.drop_column("duplicates_count")
        table.drop_column("pinned_at")
    op.execute("UPDATE help_requests SET state = 'closed' WHERE state IN ('duplicate', 'archived')")
    _let_states_be("'open', 'answered', 'solved', 'closed'")


def _let_states_be(words: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("help_requests", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f(STATE), type_="check")
        table.create_check_constraint(op.f(STATE), f"state IN ({words})")
