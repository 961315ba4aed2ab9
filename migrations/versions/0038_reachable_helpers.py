"""reachable helpers: region, absence, ways to reach a human, opening hours, and why an offer was declined

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite makes a table anew to change it, and forgets what is not said again.
KEPT = {"sqlite_autoincrement": True}
REASONS = "('no_time', 'other_subject', 'other_area', 'other_language', 'other')"


def upgrade() -> None:
    with op.batch_alter_table("providers", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("region", WORDS, nullable=False, server_default=""))
        table.add_column(sa.Column("away_from", MOMENT))
        table.add_column(sa.Column("away_until", MOMENT))
        table.create_check_constraint(op.f("ck_providers_region_length"), "length(region) <= 120")
        table.create_check_constraint(
            op.f("ck_providers_away_from_and_until"), "(away_from IS NULL) = (away_until IS NULL)"
        )
        table.create_check_constraint(op.f("ck_providers_away_until_after_from"), "away_until > away_from")
    with op.batch_alter_table("providers", table_kwargs=KEPT) as table:
        table.alter_column("region", existing_type=WORDS, server_default=None)
    with op.batch_alter_table("offers", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("decline_reason", WORDS))
        table.create_check_constraint(op.f("ck_offers_decline_reason_choice"), f"decline_reason IN {REASONS}")
    op.create_table(
        "contact_ways",
        sa.Column("id", ID, nullable=False),
        sa.Column("provider_id", ID, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone', 'mail', 'chat', 'visit', 'web')", name=op.f("ck_contact_ways_kind_choice")
        ),
        sa.CheckConstraint("length(value) <= 300", name=op.f("ck_contact_ways_value_length")),
        sa.CheckConstraint("length(note) <= 200", name=op.f("ck_contact_ways_note_length")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_contact_ways_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_ways")),
        **KEPT,
    )
    op.create_index("ix_contact_ways_provider", "contact_ways", ["provider_id"])
    op.create_table(
        "opening_hours",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("time_zone", WORDS, nullable=False),
        sa.Column("weekly", JSON, nullable=False),
        sa.Column("public_holidays", JSON, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(time_zone) <= 64", name=op.f("ck_opening_hours_time_zone_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_opening_hours_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_opening_hours")),
    )
    op.create_table(
        "own_holidays",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_own_holidays_name_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_own_holidays_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_holidays")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_own_holidays_organisation_id_day")),
        **KEPT,
    )


def downgrade() -> None:
    for name in ("own_holidays", "opening_hours", "contact_ways"):
        op.drop_table(name)
    with op.batch_alter_table("offers", table_kwargs=KEPT) as table:
        table.drop_constraint(op.f("ck_offers_decline_reason_choice"), type_="check")
        table.drop_column("decline_reason")
    with op.batch_alter_table("providers", table_kwargs=KEPT) as table:
        for name in ("region_length", "away_from_and_until", "away_until_after_from"):
            table.drop_constraint(op.f(f"ck_providers_{name}"), type_="check")
        for column in ("region", "away_from", "away_until"):
            table.drop_column(column)
