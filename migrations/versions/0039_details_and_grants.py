"""details and grants: what a person gave, who asked for it, who may see it, who looked

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
PURPOSE = "purpose IN ('handle_request', 'see_history')"
KINDS = (
    "'name', 'address', 'phone', 'mail_address', 'birth_date', 'customer_number', 'contract_number', 'invoice_number', "
    "'amount', 'bank_account', 'licence_plate', 'vehicle', 'meter_number', 'meter_reading', 'household', "
    "'wish', 'other'"
)


def upgrade() -> None:
    op.create_table(
        "personal_details",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=True),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("label", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_id", KEY, nullable=False),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("confirmed_by_id", KEY, nullable=True),
        sa.Column("confirmed_for_organisation_id", KEY, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("replaced_by_id", KEY, nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_personal_details_kind_choice")),
        sa.CheckConstraint("length(label) <= 120", name=op.f("ck_personal_details_label_length")),
        sa.CheckConstraint("length(value) <= 500", name=op.f("ck_personal_details_value_length")),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR ended_at IS NOT NULL", name=op.f("ck_personal_details_replaced_is_over")
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_personal_details_confirmed_by_somebody")
        ),
        _key("personal_details", "person_id", "people"),
        _key("personal_details", "help_request_id", "help_requests"),
        _key("personal_details", "given_by_id", "people"),
        _key("personal_details", "acting_for_organisation_id", "organisations"),
        _key("personal_details", "confirmed_by_id", "people"),
        _key("personal_details", "confirmed_for_organisation_id", "organisations"),
        _key("personal_details", "replaced_by_id", "personal_details"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_details")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_personal_details_person", "personal_details", ["person_id", "id"])
    op.create_index("ix_personal_details_request", "personal_details", ["help_request_id", "id"])
    op.create_table(
        "detail_asks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("kinds", LIST, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("is_again", sa.Boolean(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("through_organisation_id", KEY, nullable=True),
        sa.Column("answer", WORDS, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_detail_asks_purpose_choice")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_detail_asks_reason_length")),
        sa.CheckConstraint("answer IN ('given', 'declined', 'withdrawn')", name=op.f("ck_detail_asks_answer_choice")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_detail_asks_answered_at_some_time")
        ),
        _key("detail_asks", "person_id", "people"),
        _key("detail_asks", "organisation_id", "organisations"),
        _key("detail_asks", "help_request_id", "help_requests"),
        _key("detail_asks", "asked_by_id", "people"),
        _key("detail_asks", "through_organisation_id", "organisations"),
        _key("detail_asks", "answered_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_detail_asks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_detail_asks_person", "detail_asks", ["person_id", "id"])
    op.create_index("ix_detail_asks_request", "detail_asks", ["help_request_id", "id"])
    op.create_table(
        "grants",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("kinds", LIST, nullable=False),
        sa.Column("help_request_id", KEY, nullable=True),
        sa.Column("ask_id", KEY, nullable=True),
        sa.Column("until", MOMENT, nullable=True),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("given_by_id", KEY, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.Column("withdrawn_by_id", KEY, nullable=True),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_grants_purpose_choice")),
        sa.CheckConstraint("until IS NULL OR until > given_at", name=op.f("ck_grants_until_after_given")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f("ck_grants_withdrawn_by_somebody")
        ),
        _key("grants", "person_id", "people"),
        _key("grants", "organisation_id", "organisations"),
        _key("grants", "help_request_id", "help_requests"),
        _key("grants", "ask_id", "detail_asks"),
        _key("grants", "given_by_id", "people"),
        _key("grants", "withdrawn_by_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_grants_in_force",
        "grants",
        ["person_id", "organisation_id"],
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_index("ix_grants_person", "grants", ["person_id", "id"])
    op.create_index("ix_grants_request", "grants", ["help_request_id"])
    op.create_table(
        "look_ups",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("through_organisation_id", KEY, nullable=True),
        sa.Column("help_request_id", KEY, nullable=True),
        sa.Column("purpose", WORDS, nullable=False),
        sa.Column("kinds", LIST, nullable=False),
        sa.Column("withheld", LIST, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.CheckConstraint(PURPOSE, name=op.f("ck_look_ups_purpose_choice")),
        _key("look_ups", "person_id", "people"),
        _key("look_ups", "by_id", "people"),
        _key("look_ups", "organisation_id", "organisations"),
        _key("look_ups", "through_organisation_id", "organisations"),
        _key("look_ups", "help_request_id", "help_requests"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_ups")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_look_ups_person", "look_ups", ["person_id", "id"])
    op.create_index("ix_look_ups_by", "look_ups", ["by_id", "id"])
    op.create_index("ix_look_ups_request", "look_ups", ["help_request_id"])


def downgrade() -> None:
    op.drop_table("look_ups")
    op.drop_table("grants")
    op.drop_table("detail_asks")
    op.drop_table("personal_details")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
