"""article revisions: keep the HTML of every version, so that publishing renders nothing; reads are counted per day

Revision ID: 0047
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("article_revisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        # Versions from before have none; they are rendered anew when somebody publishes them.
        table.add_column(sa.Column("body_html", WORDS, nullable=False, server_default=""))
        table.add_column(sa.Column("renderer_version", KEY, nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_article_revisions_body_html_length"), "length(body_html) <= 500000")
    with op.batch_alter_table("articles", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("reads_count")


def downgrade() -> None:
    with op.batch_alter_table("articles", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("reads_count", KEY, nullable=False, server_default="0"))
    with op.batch_alter_table("article_revisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_article_revisions_body_html_length"), type_="check")
        table.drop_column("renderer_version")
        table.drop_column("body_html")
