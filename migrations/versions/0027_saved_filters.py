"""saved filters: a list or a search that somebody gave a name

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("name_key", WORD, nullable=False),
        sa.Column("place", WORD, nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_saved_filters_name_length")),
        sa.CheckConstraint("length(name_key) <= 240", name=op.f("ck_saved_filters_name_key_length")),
        sa.CheckConstraint(
            "place IN ('questions', 'category', 'tag', 'search')", name=op.f("ck_saved_filters_place_choice")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_filters_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sqlite_autoincrement=True,
    )
    standing, home = sa.text("deleted_at IS NULL"), sa.text("is_home AND deleted_at IS NULL")
    op.create_index(
        "uq_saved_filters_name",
        "saved_filters",
        ["person_id", "name_key"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index(
        "uq_saved_filters_home",
        "saved_filters",
        ["person_id"],
        unique=True,
        sqlite_where=home,
        postgresql_where=home,
    )


def downgrade() -> None:
    op.drop_table("saved_filters")
