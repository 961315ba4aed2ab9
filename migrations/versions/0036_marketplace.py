"""marketplace: services, bundles, quotes and agreements that are never altered

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
PERIODS = "IN ('once', 'month', 'quarter', 'year')"
CURRENCIES = "currency IN ('EUR', 'USD', 'GBP', 'CHF')"


def upgrade() -> None:
    _services()
    _quotes()
    _agreements()


def downgrade() -> None:
    for table in ("agreements", "quote_lines", "quotes", "bundle_parts", "service_questions", "services"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_agreement_change()")


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("category_id", KEY, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("title", "body", "body_html")),
        sa.Column("renderer_version", KEY, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("excerpt", "language", "region", "region_key")),
        sa.Column("price_cents", KEY, nullable=True),
        sa.Column("price_from", sa.Boolean(), nullable=False),
        sa.Column("price_per", WORDS, nullable=False),
        sa.Column("currency", WORDS, nullable=False),
        sa.Column("answers_within_hours", KEY, nullable=True),
        sa.Column("done_within_days", KEY, nullable=True),
        sa.Column("conditions", LIST, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("row_version", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('single', 'bundle')", name=op.f("ck_services_kind_choice")),
        sa.CheckConstraint(f"price_per {PERIODS}", name=op.f("ck_services_price_per_choice")),
        sa.CheckConstraint(CURRENCIES, name=op.f("ck_services_currency_choice")),
        sa.CheckConstraint("state IN ('draft', 'published', 'withdrawn')", name=op.f("ck_services_state_choice")),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_services_title_length")),
        sa.CheckConstraint("length(body) <= 10000", name=op.f("ck_services_body_length")),
        sa.CheckConstraint("length(body_html) <= 200000", name=op.f("ck_services_body_html_length")),
        sa.CheckConstraint("length(excerpt) <= 400", name=op.f("ck_services_excerpt_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_services_language_length")),
        sa.CheckConstraint("length(region) <= 80", name=op.f("ck_services_region_length")),
        sa.CheckConstraint("length(region_key) <= 320", name=op.f("ck_services_region_key_length")),
        sa.CheckConstraint("price_cents BETWEEN 0 AND 10000000000", name=op.f("ck_services_price_cents_bounds")),
        sa.CheckConstraint("answers_within_hours > 0", name=op.f("ck_services_answers_within_hours_positive")),
        sa.CheckConstraint("done_within_days > 0", name=op.f("ck_services_done_within_days_positive")),
        sa.CheckConstraint(
            "state <> 'published' OR published_at IS NOT NULL", name=op.f("ck_services_published_at_a_moment")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_services_organisation_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_services_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_services_organisation", "services", ["organisation_id", "id"])
    op.create_index("ix_services_category", "services", ["category_id", "id"])
    published = sa.text("state = 'published'")
    op.create_index(
        "ix_services_published",
        "services",
        ["published_at", "id"],
        sqlite_where=published,
        postgresql_where=published,
    )
    op.create_table(
        "service_questions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        *(sa.Column(name, WORDS, nullable=False) for name in ("detail_kind", "label", "why")),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(detail_kind) <= 40", name=op.f("ck_service_questions_detail_kind_length")),
        sa.CheckConstraint("length(label) <= 200", name=op.f("ck_service_questions_label_length")),
        sa.CheckConstraint("length(why) <= 200", name=op.f("ck_service_questions_why_length")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_service_questions_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_questions")),
        sa.UniqueConstraint("service_id", "position", name=op.f("uq_service_questions_service_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "bundle_parts",
        sa.Column("id", KEY, nullable=False),
        sa.Column("bundle_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("needs", LIST, nullable=False),
        sa.Column("consequence", WORDS, nullable=False),
        sa.CheckConstraint("service_id <> bundle_id", name=op.f("ck_bundle_parts_not_of_itself")),
        sa.CheckConstraint("length(consequence) <= 300", name=op.f("ck_bundle_parts_consequence_length")),
        sa.ForeignKeyConstraint(["bundle_id"], ["services.id"], name=op.f("fk_bundle_parts_bundle_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_bundle_parts_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_parts")),
        sa.UniqueConstraint("bundle_id", "position", name=op.f("uq_bundle_parts_bundle_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_bundle_parts_service", "bundle_parts", ["service_id"])


def _quotes() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("through_organisation_id", KEY, nullable=True),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=True),
        sa.Column("replaces_id", KEY, nullable=True),
        *(sa.Column(name, WORDS, nullable=False) for name in ("title", "language", "currency")),
        sa.Column("term_months", KEY, nullable=True),
        sa.Column("notice_days", KEY, nullable=True),
        sa.Column("change_terms", WORDS, nullable=False),
        sa.Column("cancellation_terms", WORDS, nullable=False),
        sa.Column("done_by", MOMENT, nullable=True),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decline_reason", WORDS, nullable=False),
        sa.CheckConstraint(CURRENCIES, name=op.f("ck_quotes_currency_choice")),
        sa.CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'not_chosen', 'withdrawn')", name=op.f("ck_quotes_state_choice")
        ),
        sa.CheckConstraint("length(title) <= 120", name=op.f("ck_quotes_title_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_quotes_language_length")),
        sa.CheckConstraint("length(change_terms) <= 2000", name=op.f("ck_quotes_change_terms_length")),
        sa.CheckConstraint("length(cancellation_terms) <= 2000", name=op.f("ck_quotes_cancellation_terms_length")),
        sa.CheckConstraint("length(decline_reason) <= 300", name=op.f("ck_quotes_decline_reason_length")),
        sa.CheckConstraint("term_months > 0", name=op.f("ck_quotes_term_months_positive")),
        sa.CheckConstraint("notice_days >= 0", name=op.f("ck_quotes_notice_days_not_negative")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_quotes_open_until_decided")),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_quotes_not_of_itself")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_quotes_help_request_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_quotes_organisation_id")),
        sa.ForeignKeyConstraint(
            ["through_organisation_id"], ["organisations.id"], name=op.f("fk_quotes_through_organisation_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["people.id"], name=op.f("fk_quotes_made_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_quotes_decided_by_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_quotes_service_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["quotes.id"], name=op.f("fk_quotes_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quotes_request", "quotes", ["help_request_id", "id"])
    op.create_index("ix_quotes_organisation", "quotes", ["organisation_id", "id"])
    op.create_table(
        "quote_lines",
        sa.Column("id", KEY, nullable=False),
        sa.Column("quote_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("amount_cents", KEY, nullable=False),
        sa.Column("per", WORDS, nullable=False),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_quote_lines_words_length")),
        sa.CheckConstraint(f"per {PERIODS}", name=op.f("ck_quote_lines_per_choice")),
        sa.CheckConstraint(
            "amount_cents BETWEEN -10000000000 AND 10000000000", name=op.f("ck_quote_lines_amount_cents_bounds")
        ),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_quote_lines_quote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_lines")),
        sa.UniqueConstraint("quote_id", "position", name=op.f("uq_quote_lines_quote_id_position")),
        sqlite_autoincrement=True,
    )


def _agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", KEY, nullable=False),
        *(
            sa.Column(name, KEY, nullable=False)
            for name in ("quote_id", "help_request_id", "organisation_id", "customer_id", "accepted_by_id")
        ),
        sa.Column("supersedes_id", KEY, nullable=True),
        sa.Column("content", LIST, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(digest) <= 64", name=op.f("ck_agreements_digest_length")),
        sa.CheckConstraint("supersedes_id < id", name=op.f("ck_agreements_supersedes_an_older_one")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("fk_agreements_quote_id")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_agreements_help_request_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_agreements_organisation_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["people.id"], name=op.f("fk_agreements_customer_id")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["people.id"], name=op.f("fk_agreements_accepted_by_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["agreements.id"], name=op.f("fk_agreements_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sqlite_autoincrement=True,
    )
    first = sa.text("supersedes_id IS NULL")
    op.create_index("uq_agreements_quote", "agreements", ["quote_id"], unique=True)
    op.create_index("uq_agreements_supersedes", "agreements", ["supersedes_id"], unique=True)
    op.create_index(
        "uq_agreements_first",
        "agreements",
        ["help_request_id"],
        unique=True,
        sqlite_where=first,
        postgresql_where=first,
    )
    op.create_index("ix_agreements_request", "agreements", ["help_request_id", "id"])
    op.create_index("ix_agreements_customer", "agreements", ["customer_id", "id"])
    # What was agreed is never changed and never deleted, whatever a query says.
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_agreement_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'agreements are never changed'; END $$"
        )
        op.execute(
            "CREATE TRIGGER agreements_are_kept BEFORE UPDATE OR DELETE ON agreements "
            "FOR EACH ROW EXECUTE FUNCTION refuse_agreement_change()"
        )
        op.execute(
            "CREATE TRIGGER agreements_stay BEFORE TRUNCATE ON agreements "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_agreement_change()"
        )
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER agreements_no_{verb.lower()} BEFORE {verb} ON agreements "
                "BEGIN SELECT RAISE(ABORT, 'agreements are never changed'); END"
            )
