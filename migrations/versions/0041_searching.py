"""searching: synonyms, what was looked for, and questions that seem the same

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NUMBERS = ("times", "found", "took_us", "slowest_us", "clicks", "asked")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "search_synonyms",
        sa.Column("id", KEY, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("words", LIST, nullable=False),
        sa.Column("is_two_way", sa.Boolean(), nullable=False),
        sa.Column("row_version", KEY, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("language IN ('en', 'nl', 'xx')", name=op.f("ck_search_synonyms_language_choice")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_synonyms")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_synonyms_language", "search_synonyms", ["language", "id"])
    op.create_table(
        "searched",
        sa.Column("id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("place", "language", "text")),
        *(
            sa.Column(name, KEY, nullable=False)
            for name in ("times", "found", "took_us", "slowest_us", "clicks", "asked")
        ),
        sa.CheckConstraint("place IN ('search', 'asking')", name=op.f("ck_searched_place_choice")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_searched_language_length")),
        sa.CheckConstraint("length(text) <= 200", name=op.f("ck_searched_text_length")),
        sa.CheckConstraint("times > 0", name=op.f("ck_searched_times_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searched")),
        sa.UniqueConstraint("day", "place", "language", "text", name=op.f("uq_searched_day_place_language_text")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_searched_place", "searched", ["place", "day", "times"])
    op.create_table(
        "near_duplicates",
        sa.Column("question_id", KEY, autoincrement=False, nullable=False),
        sa.Column("older_id", KEY, autoincrement=False, nullable=False),
        sa.Column("likeness", sa.Double(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint("older_id <> question_id", name=op.f("ck_near_duplicates_of_two")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_near_duplicates_question_id")),
        sa.ForeignKeyConstraint(["older_id"], ["questions.id"], name=op.f("fk_near_duplicates_older_id")),
        sa.PrimaryKeyConstraint("question_id", "older_id", name=op.f("pk_near_duplicates")),
    )
    op.create_index("ix_near_duplicates_open", "near_duplicates", ["settled_at", "found_at"])
    op.create_index("ix_near_duplicates_older", "near_duplicates", ["older_id"])


def downgrade() -> None:
    for table in ("near_duplicates", "searched", "search_synonyms"):
        op.drop_table(table)
