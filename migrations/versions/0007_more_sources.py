"""Imports of more kinds: how far a run is by kind of row, tallies of votes, forgotten authors and their addresses.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    # An interrupted run of before begins anew: its rows are met again and are the same.
    with op.batch_alter_table("import_runs", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_import_runs_lines_not_negative"), type_="check")
        batch_op.drop_column("questions_read")
        batch_op.drop_column("answers_read")
        batch_op.add_column(
            sa.Column(
                "read", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, server_default="{}"
            )
        )
    with op.batch_alter_table("import_runs", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("read", server_default=None)
    _kinds("'question', 'answer', 'comment', 'person'")

    op.create_table(
        "vote_tallies",
        sa.Column("id", KEY, nullable=False),
        sa.Column("question_id", KEY, nullable=True),
        sa.Column("answer_id", KEY, nullable=True),
        sa.Column("cast_on", sa.Date(), nullable=True),
        sa.Column("ups", KEY, nullable=False),
        sa.Column("downs", KEY, nullable=False),
        sa.CheckConstraint("(question_id IS NULL) <> (answer_id IS NULL)", name=op.f("ck_vote_tallies_one_subject")),
        sa.CheckConstraint("ups >= 0 AND downs >= 0", name=op.f("ck_vote_tallies_not_negative")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_vote_tallies_question_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_vote_tallies_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_tallies")),
        sa.UniqueConstraint("question_id", "cast_on", name=op.f("uq_vote_tallies_question_id_cast_on")),
        sa.UniqueConstraint("answer_id", "cast_on", name=op.f("uq_vote_tallies_answer_id_cast_on")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "import_forgotten",
        sa.Column("source", WORDS, nullable=False),
        sa.Column("key_digest", WORDS, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.CheckConstraint("length(source) <= 80", name=op.f("ck_import_forgotten_source_length")),
        sa.CheckConstraint("length(key_digest) <= 32", name=op.f("ck_import_forgotten_key_digest_length")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_import_forgotten_person_id")),
        sa.PrimaryKeyConstraint("source", "key_digest", name=op.f("pk_import_forgotten")),
    )
    op.create_table(
        "import_addresses",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.CheckConstraint("length(digest) <= 80", name=op.f("ck_import_addresses_digest_length")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_import_addresses_person_id")),
        sa.PrimaryKeyConstraint("person_id", "digest", name=op.f("pk_import_addresses")),
    )
    with op.batch_alter_table("import_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_import_addresses_digest", ["digest"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("import_addresses", schema=None) as batch_op:
        batch_op.drop_index("ix_import_addresses_digest")
    op.drop_table("import_addresses")
    op.drop_table("import_forgotten")
    op.drop_table("vote_tallies")
    op.execute("DELETE FROM imported_texts WHERE kind NOT IN ('question', 'answer')")
    _kinds("'question', 'answer'")
    with op.batch_alter_table("import_runs", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_column("read")
        batch_op.add_column(sa.Column("questions_read", KEY, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("answers_read", KEY, nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            op.f("ck_import_runs_lines_not_negative"), "questions_read >= 0 AND answers_read >= 0"
        )
    with op.batch_alter_table("import_runs", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("questions_read", server_default=None)
        batch_op.alter_column("answers_read", server_default=None)


def _kinds(names: str) -> None:
    with op.batch_alter_table("imported_texts", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_imported_texts_kind_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_imported_texts_kind_choice"), f"kind IN ({names})")
