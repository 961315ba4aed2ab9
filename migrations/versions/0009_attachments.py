"""Pictures that people add, and the posts they stand in

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", TEXT, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("size_bytes", ID, nullable=False),
        sa.Column("width", ID, nullable=False),
        sa.Column("height", ID, nullable=False),
        sa.Column("alternative_text", TEXT, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True)),
        sa.CheckConstraint("length(public_id) <= 32", name=op.f("ck_attachments_public_id_length")),
        sa.CheckConstraint(
            "media_type IN ('image/png', 'image/jpeg', 'image/webp')", name=op.f("ck_attachments_media_type_choice")
        ),
        sa.CheckConstraint("length(alternative_text) <= 500", name=op.f("ck_attachments_alternative_text_length")),
        sa.CheckConstraint("size_bytes > 0 AND width > 0 AND height > 0", name=op.f("ck_attachments_has_a_size")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_attachments_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("public_id", name=op.f("uq_attachments_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attachments_owner", "attachments", ["owner_id", "id"])
    op.create_table(
        "attachment_uses",
        sa.Column("attachment_id", ID, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("help_request_id", ID, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("length(place) <= 60", name=op.f("ck_attachment_uses_place_length")),
        sa.ForeignKeyConstraint(["attachment_id"], ["attachments.id"], name=op.f("fk_attachment_uses_attachment_id")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name=op.f("fk_attachment_uses_help_request_id")
        ),
        sa.PrimaryKeyConstraint("attachment_id", "place", name=op.f("pk_attachment_uses")),
    )
    op.create_index("ix_attachment_uses_request", "attachment_uses", ["help_request_id"])
    op.create_index("ix_attachment_uses_place", "attachment_uses", ["place"])


def downgrade() -> None:
    op.drop_table("attachment_uses")
    op.drop_table("attachments")
