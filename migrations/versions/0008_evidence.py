"""What people who tried an answer say of it

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("categories", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("asks_for_version", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("categories", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("asks_for_version", existing_type=sa.Boolean(), server_default=None)
    op.create_table(
        "answer_signals",
        sa.Column("id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("acting_for_organisation_id", number, nullable=True),
        sa.Column("answer_id", number, nullable=False),
        sa.Column("kind", words, nullable=False),
        sa.Column("product", words, nullable=False),
        sa.Column("version", words, nullable=False),
        sa.Column("reason", words, nullable=False),
        sa.Column("language", words, nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'dangerous' OR reason <> ''", name=op.f("ck_answer_signals_warning_has_a_reason")),
        sa.CheckConstraint("kind IN ('worked', 'outdated', 'dangerous')", name=op.f("ck_answer_signals_kind_choice")),
        sa.CheckConstraint("length(product) <= 80", name=op.f("ck_answer_signals_product_length")),
        sa.CheckConstraint("length(version) <= 40", name=op.f("ck_answer_signals_version_length")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_answer_signals_reason_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_answer_signals_language_length")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answer_signals_person_id")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_answer_signals_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_answer_signals_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_signals")),
        sa.UniqueConstraint("person_id", "answer_id", "kind", name=op.f("uq_answer_signals_person_id_answer_id_kind")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answer_signals_answer", "answer_signals", ["answer_id", "kind"])


def downgrade() -> None:
    op.drop_table("answer_signals")
    with op.batch_alter_table("categories", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("asks_for_version")
