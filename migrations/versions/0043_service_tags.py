"""what a service is about

Revision ID: 0043
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "service_tags",
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_tags_service_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_service_tags_tag_id")),
        sa.PrimaryKeyConstraint("service_id", "tag_id", name=op.f("pk_service_tags")),
    )
    op.create_index("ix_service_tags_tag", "service_tags", ["tag_id", "service_id"])


def downgrade() -> None:
    op.drop_table("service_tags")
