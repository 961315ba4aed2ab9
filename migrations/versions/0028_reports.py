"""reports: somebody tells moderators that a text breaks the rules

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'merged', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused'"
)
REASONS = (
    "'asked', 'answered', 'wrote', 'commented', 'invited', 'mentioned', 'suggested', 'follows_question', "
    "'follows_tag', 'follows_category', 'follows_person'"
)


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("place", WORD, nullable=False),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("answer_id", NUMBER, nullable=True),
        sa.Column("comment_id", NUMBER, nullable=True),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("note", WORD, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", NUMBER, nullable=True),
        sa.Column("outcome", WORD, nullable=True),
        sa.Column("decision", WORD, nullable=False),
        sa.CheckConstraint("length(place) <= 60", name=op.f("ck_reports_place_length")),
        sa.CheckConstraint(
            "reason IN ('spam', 'abuse', 'private', 'off_topic', 'other')", name=op.f("ck_reports_reason_choice")
        ),
        sa.CheckConstraint("length(note) <= 600", name=op.f("ck_reports_note_length")),
        sa.CheckConstraint("outcome IN ('removed', 'left')", name=op.f("ck_reports_outcome_choice")),
        sa.CheckConstraint("length(decision) <= 300", name=op.f("ck_reports_decision_length")),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_reports_outcome_when_settled")),
        sa.CheckConstraint("answer_id IS NULL OR comment_id IS NULL", name=op.f("ck_reports_one_subject")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_reports_answer_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_reports_comment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_reports_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_reports_question_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["people.id"], name=op.f("fk_reports_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sqlite_autoincrement=True,
    )
    waits = sa.text("settled_at IS NULL")
    op.create_index(
        "uq_reports_open", "reports", ["place", "person_id"], unique=True, sqlite_where=waits, postgresql_where=waits
    )
    op.create_index("ix_reports_person", "reports", ["person_id", "id"])
    op.create_index("ix_reports_question", "reports", ["question_id", "id"])
    _let_notices_tell(f"{KINDS}, 'report_settled'", f"{REASONS}, 'reported'")


def downgrade() -> None:
    op.execute("DELETE FROM notice_items WHERE kind = 'report_settled'")
    _let_notices_tell(KINDS, REASONS)
    op.drop_table("reports")


def _let_notices_tell(kinds: str, reasons: str) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("notice_items", table_kwargs={"sqlite_autoincrement": True}) as table:
        for column, words in (("kind", kinds), ("reason", reasons)):
            name = op.f(f"ck_notice_items_{column}_choice")
            table.drop_constraint(name, type_="check")
            table.create_check_constraint(name, f"{column} IN ({words})")
