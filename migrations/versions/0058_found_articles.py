"""notifications: what saved searches find among articles is told to who saved them

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSEEN = sa.text("seen_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "found_articles",
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("filter_id", ID, nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_found_articles_person_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_found_articles_article_id")),
        sa.ForeignKeyConstraint(
            ["filter_id"], ["saved_filters.id"], name=op.f("fk_found_articles_filter_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_found_articles")),
        sa.UniqueConstraint("person_id", "article_id", name=op.f("uq_found_articles_person_id_article_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_found_articles_filter", "found_articles", ["filter_id"])
    op.create_index("ix_found_articles_found_at", "found_articles", ["found_at"])
    op.create_index(
        "ix_found_articles_unseen", "found_articles", ["person_id"], sqlite_where=UNSEEN, postgresql_where=UNSEEN
    )


def downgrade() -> None:
    op.drop_table("found_articles")
