"""the agent's desk: saved views, cases put off, canned texts, acts that can be undone; open cases found fast

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _views()
    _snoozes()
    _texts()
    _acts()
    is_open = sa.text("over_at IS NULL")
    columns = ["holder_organisation_id", "holder_person_id", "id"]
    op.create_index("ix_cases_desk", "cases", columns, sqlite_where=is_open, postgresql_where=is_open)


def downgrade() -> None:
    op.drop_index("ix_cases_desk", "cases")
    for table in ("desk_acts", "canned_texts", "case_snoozes", "desk_views"):
        op.drop_table(table)


def _views() -> None:
    op.create_table(
        "desk_views",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_desk_views_name_length")),
        sa.CheckConstraint("length(name_key) <= 240", name=op.f("ck_desk_views_name_key_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_desk_views_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_desk_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_views")),
        sqlite_autoincrement=True,
    )
    of_all, of_one = sa.text("person_id IS NULL"), sa.text("person_id IS NOT NULL")
    op.create_index(
        "uq_desk_views_organisation",
        "desk_views",
        ["organisation_id", "name_key"],
        unique=True,
        sqlite_where=of_all,
        postgresql_where=of_all,
    )
    op.create_index(
        "uq_desk_views_person",
        "desk_views",
        ["organisation_id", "person_id", "name_key"],
        unique=True,
        sqlite_where=of_one,
        postgresql_where=of_one,
    )


def _snoozes() -> None:
    op.create_table(
        "case_snoozes",
        sa.Column("case_id", KEY, autoincrement=False, nullable=False),
        sa.Column("row_version", KEY, nullable=False),
        sa.Column("until_at", MOMENT, nullable=False),
        sa.Column("by_person_id", KEY, nullable=False),
        sa.Column("snoozed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_snoozes_case_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["people.id"], name=op.f("fk_case_snoozes_by_person_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_snoozes")),
    )
    op.create_index("ix_case_snoozes_until", "case_snoozes", ["until_at"])


def _texts() -> None:
    op.create_table(
        "canned_texts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_canned_texts_language_length")),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_canned_texts_name_length")),
        sa.CheckConstraint("length(name_key) <= 320", name=op.f("ck_canned_texts_name_key_length")),
        sa.CheckConstraint("length(body) <= 5000", name=op.f("ck_canned_texts_body_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_canned_texts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_texts")),
        sqlite_autoincrement=True,
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_canned_texts_name",
        "canned_texts",
        ["organisation_id", "language", "name_key"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _acts() -> None:
    op.create_table(
        "desk_acts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("cases_count", KEY, nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('claimed', 'released', 'offered', 'snoozed', 'woken', 'closed')",
            name=op.f("ck_desk_acts_kind_choice"),
        ),
        sa.CheckConstraint("cases_count > 0", name=op.f("ck_desk_acts_about_some_case")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_desk_acts_person_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_desk_acts_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_acts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_desk_acts_person", "desk_acts", ["person_id", "organisation_id", "id"])
    op.create_index("ix_desk_acts_done", "desk_acts", ["done_at"])
