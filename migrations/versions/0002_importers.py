"""importers

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("title", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("licence", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("licence_link", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("link", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("is_shifted", sa.Boolean(), nullable=False),
        sa.Column("shift_s", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("questions_read", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answers_read", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'done')", name=op.f("ck_import_runs_state_choice")),
        sa.CheckConstraint("length(fingerprint) <= 64", name=op.f("ck_import_runs_fingerprint_length")),
        sa.CheckConstraint("length(licence) <= 200", name=op.f("ck_import_runs_licence_length")),
        sa.CheckConstraint("length(licence_link) <= 400", name=op.f("ck_import_runs_licence_link_length")),
        sa.CheckConstraint("length(link) <= 400", name=op.f("ck_import_runs_link_length")),
        sa.CheckConstraint("length(source) <= 80", name=op.f("ck_import_runs_source_length")),
        sa.CheckConstraint("length(title) <= 200", name=op.f("ck_import_runs_title_length")),
        sa.CheckConstraint("questions_read >= 0 AND answers_read >= 0", name=op.f("ck_import_runs_lines_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_runs", schema=None) as batch_op:
        batch_op.create_index("ix_import_runs_source", ["source", "id"], unique=False)

    op.create_table(
        "imported_texts",
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "object_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("digest", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.CheckConstraint("kind IN ('question', 'answer')", name=op.f("ck_imported_texts_kind_choice")),
        sa.CheckConstraint("length(digest) <= 32", name=op.f("ck_imported_texts_digest_length")),
        sa.PrimaryKeyConstraint("kind", "object_id", name=op.f("pk_imported_texts")),
    )
    op.create_table(
        "import_leftovers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("file", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("line", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.CheckConstraint("length(content) <= 40000", name=op.f("ck_import_leftovers_content_length")),
        sa.CheckConstraint("length(file) <= 120", name=op.f("ck_import_leftovers_file_length")),
        sa.CheckConstraint("length(reason) <= 200", name=op.f("ck_import_leftovers_reason_length")),
        sa.CheckConstraint("length(source) <= 80", name=op.f("ck_import_leftovers_source_length")),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_leftovers_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_leftovers")),
        sa.UniqueConstraint("source", "file", "line", name=op.f("uq_import_leftovers_source_file_line")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("import_leftovers", schema=None) as batch_op:
        batch_op.create_index("ix_import_leftovers_run", ["run_id", "id"], unique=False)

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_source")
        batch_op.create_index("ix_people_source", ["source", "source_key"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index("ix_people_source")
        batch_op.create_index("ix_people_source", ["source_key"], unique=True)

    with op.batch_alter_table("import_leftovers", schema=None) as batch_op:
        batch_op.drop_index("ix_import_leftovers_run")

    op.drop_table("import_leftovers")
    op.drop_table("imported_texts")
    with op.batch_alter_table("import_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_import_runs_source")

    op.drop_table("import_runs")
