"""search: the tables of the index on PostgreSQL (on SQLite they stay empty)

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEYS = postgresql.ARRAY(sa.Text()).with_variant(sa.JSON(), "sqlite")
VECTOR = postgresql.TSVECTOR().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_documents",
        sa.Column("kind", WORD, nullable=False),
        sa.Column("document_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("audience", WORD, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("votes", NUMBER, nullable=False),
        sa.Column("standing", sa.Double(), nullable=False),
        sa.Column("length", NUMBER, nullable=False),
        sa.Column("filters", KEYS, nullable=False),
        sa.Column("facets", KEYS, nullable=False),
        sa.Column("title", VECTOR, nullable=False),
        sa.Column("words", VECTOR, nullable=False),
        sa.CheckConstraint("length(audience) <= 40", name=op.f("ck_search_documents_audience_length")),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_search_documents_kind_length")),
        sa.PrimaryKeyConstraint("kind", "document_id", name=op.f("pk_search_documents")),
    )
    for column in ("words", "title", "filters"):
        op.create_index(
            f"ix_search_documents_{column}",
            "search_documents",
            [column],
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        )
    op.create_table(
        "search_words",
        sa.Column("word", WORD, nullable=False),
        sa.Column("documents", NUMBER, nullable=False),
        sa.CheckConstraint("length(word) <= 60", name=op.f("ck_search_words_word_length")),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_table(
        "search_head",
        sa.Column("id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("made_by", WORD, nullable=False),
        sa.Column("generation", NUMBER, nullable=False),
        sa.Column("documents", NUMBER, nullable=False),
        sa.Column("lengths", NUMBER, nullable=False),
        sa.Column("postings", NUMBER, nullable=False),
        sa.Column("seal", sa.Numeric(40, 0), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(made_by) <= 40", name=op.f("ck_search_head_made_by_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_head")),
    )


def downgrade() -> None:
    op.drop_table("search_head")
    op.drop_table("search_words")
    op.drop_table("search_documents")
