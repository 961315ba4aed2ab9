"""search: what the index has still to learn, and questions that need not be asked

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stale_documents",
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("marks", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(kind) <= 20", name=op.f("ck_stale_documents_kind_length")),
        sa.PrimaryKeyConstraint("kind", "document_id", name=op.f("pk_stale_documents")),
    )
    op.create_index("ix_stale_documents_marked", "stale_documents", ["marked_at"])
    op.create_table(
        "deflections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("typed", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("language", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_deflections_language_length")),
        sa.CheckConstraint("length(typed) <= 300", name=op.f("ck_deflections_typed_length")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_deflections_help_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deflections")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deflections_request", "deflections", ["help_request_id", "id"])


def downgrade() -> None:
    op.drop_table("deflections")
    op.drop_table("stale_documents")
