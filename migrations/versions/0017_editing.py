"""Versions of texts, suggested edits, wiki answers

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_IS_OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    _create_suggestions()
    for table, key in (("questions", "question_id"), ("answers", "answer_id")):
        # Added in place: rebuilding a table that others point to would break their keys on SQLite.
        op.add_column(table, sa.Column("text_version", _Id, nullable=False, server_default="1"))
        # Numbers were counted until now, so the words of today come after all that is kept.
        op.execute(
            f"UPDATE {table} SET text_version = 1 + "
            f"(SELECT coalesce(max(revisions.number), 0) FROM revisions WHERE revisions.{key} = {table}.id)"
        )
    op.add_column("answers", sa.Column("wiki_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("revisions", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("category_id", _Id))
        batch_op.add_column(sa.Column("suggestion_id", _Id))
        batch_op.add_column(sa.Column("restored_number", _Id))
        batch_op.create_foreign_key(op.f("fk_revisions_category_id"), "categories", ["category_id"], ["id"])
        batch_op.create_foreign_key(op.f("fk_revisions_suggestion_id"), "edit_suggestions", ["suggestion_id"], ["id"])
        batch_op.drop_index("ix_revisions_question")
        batch_op.drop_index("ix_revisions_answer")
        batch_op.create_unique_constraint(op.f("uq_revisions_question_id_number"), ["question_id", "number"])
        batch_op.create_unique_constraint(op.f("uq_revisions_answer_id_number"), ["answer_id", "number"])


def downgrade() -> None:
    with op.batch_alter_table("revisions", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("uq_revisions_answer_id_number"), type_="unique")
        batch_op.drop_constraint(op.f("uq_revisions_question_id_number"), type_="unique")
        batch_op.create_index("ix_revisions_answer", ["answer_id", "id"])
        batch_op.create_index("ix_revisions_question", ["question_id", "id"])
        batch_op.drop_constraint(op.f("fk_revisions_suggestion_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_revisions_category_id"), type_="foreignkey")
        batch_op.drop_column("restored_number")
        batch_op.drop_column("suggestion_id")
        batch_op.drop_column("category_id")
    op.drop_column("answers", "wiki_at")
    op.drop_column("answers", "text_version")
    op.drop_column("questions", "text_version")
    op.drop_table("edit_suggestions")


def _create_suggestions() -> None:
    op.create_table(
        "edit_suggestions",
        sa.Column("id", _Id, nullable=False),
        sa.Column("question_id", _Id, nullable=True),
        sa.Column("answer_id", _Id, nullable=True),
        sa.Column("based_on", _Id, nullable=False),
        sa.Column("title", _Text, nullable=True),
        sa.Column("body", _Text, nullable=False),
        sa.Column("tag_names", _Json, nullable=True),
        sa.Column("source_format", _Text, nullable=False),
        sa.Column("reason", _Text, nullable=False),
        sa.Column("suggested_by_id", _Id, nullable=False),
        sa.Column("acting_for_organisation_id", _Id, nullable=True),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", _Text, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", _Id, nullable=True),
        sa.Column("decision_reason", _Text, nullable=False),
        sa.CheckConstraint(
            "(question_id IS NULL) <> (answer_id IS NULL)", name=op.f("ck_edit_suggestions_one_subject")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_edit_suggestions_decided_unless_open")
        ),
        sa.CheckConstraint("length(title) <= 300", name=op.f("ck_edit_suggestions_title_length")),
        sa.CheckConstraint("length(body) <= 30000", name=op.f("ck_edit_suggestions_body_length")),
        sa.CheckConstraint(
            "source_format IN ('markdown', 'html', 'plain')", name=op.f("ck_edit_suggestions_source_format_choice")
        ),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_edit_suggestions_reason_length")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'rejected', 'withdrawn')", name=op.f("ck_edit_suggestions_state_choice")
        ),
        sa.CheckConstraint("length(decision_reason) <= 300", name=op.f("ck_edit_suggestions_decision_reason_length")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_edit_suggestions_question_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_edit_suggestions_answer_id")),
        sa.ForeignKeyConstraint(["suggested_by_id"], ["people.id"], name=op.f("fk_edit_suggestions_suggested_by_id")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_edit_suggestions_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_edit_suggestions_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edit_suggestions")),
        sqlite_autoincrement=True,
    )
    for name in ("question", "answer"):
        op.create_index(
            f"ix_edit_suggestions_open_{name}",
            "edit_suggestions",
            [f"{name}_id", "suggested_by_id"],
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        )
    op.create_index("ix_edit_suggestions_state", "edit_suggestions", ["state", "id"])
    op.create_index("ix_edit_suggestions_person", "edit_suggestions", ["suggested_by_id", "id"])
