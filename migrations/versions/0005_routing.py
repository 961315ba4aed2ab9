"""routing

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ranking_models",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("metrics", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(version) <= 60", name=op.f("ck_ranking_models_version_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_models")),
        sa.UniqueConstraint("version", name=op.f("uq_ranking_models_version")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ranking_models", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_models_promoted", ["promoted_at"], unique=False)

    op.create_table(
        "ranking_states",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("events", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint('length("key") <= 40', name=op.f("ck_ranking_states_key_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_states")),
        sa.UniqueConstraint("key", name=op.f("uq_ranking_states_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ranking_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('length("key") <= 40', name=op.f("ck_ranking_changes_key_length")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name=op.f("fk_ranking_changes_help_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_changes")),
        sa.UniqueConstraint("number", name=op.f("uq_ranking_changes_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ranking_changes", schema=None) as batch_op:
        batch_op.create_index("ix_ranking_changes_request", ["help_request_id"], unique=False)
        batch_op.create_index("ix_ranking_changes_unnumbered", ["number", "id"], unique=False)

    op.create_table(
        "routing_decisions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purpose", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("state_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("candidates_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("need", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("candidates", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("exclusions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint("purpose IN ('ask', 'next', 'review')", name=op.f("ck_routing_decisions_purpose_choice")),
        sa.CheckConstraint("length(state_key) <= 40", name=op.f("ck_routing_decisions_state_key_length")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name=op.f("fk_routing_decisions_help_request_id")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["ranking_models.id"], name=op.f("fk_routing_decisions_model_id")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["routing_decisions.id"], name=op.f("fk_routing_decisions_previous_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_decisions")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("routing_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_routing_decisions_request", ["help_request_id", "id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("explored", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'declined', 'expired', 'answered', 'closed')",
            name=op.f("ck_offers_state_choice"),
        ),
        sa.CheckConstraint("place >= 1", name=op.f("ck_offers_place_from_one")),
        sa.CheckConstraint("propensity > 0 AND propensity <= 1", name=op.f("ck_offers_propensity_is_a_probability")),
        sa.ForeignKeyConstraint(["decision_id"], ["routing_decisions.id"], name=op.f("fk_offers_decision_id")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_offers_help_request_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_offers_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("help_request_id", "provider_id", name=op.f("uq_offers_help_request_id_provider_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_open", ["state", "expires_at"], unique=False)
        batch_op.create_index("ix_offers_provider", ["provider_id", "state", "offered_at"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("help_request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("offer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('answered', 'accepted', 'unaccepted', 'voted')", name=op.f("ck_outcomes_kind_choice")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["domain_events.id"], name=op.f("fk_outcomes_event_id")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_outcomes_help_request_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_outcomes_offer_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["providers.id"], name=op.f("fk_outcomes_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("event_id", name=op.f("uq_outcomes_event_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index("ix_outcomes_provider", ["provider_id", "id"], unique=False)
        batch_op.create_index("ix_outcomes_request", ["help_request_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.drop_index("ix_outcomes_request")
        batch_op.drop_index("ix_outcomes_provider")

    op.drop_table("outcomes")
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index("ix_offers_provider")
        batch_op.drop_index("ix_offers_open")

    op.drop_table("offers")
    with op.batch_alter_table("routing_decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_routing_decisions_request")

    op.drop_table("routing_decisions")
    with op.batch_alter_table("ranking_changes", schema=None) as batch_op:
        batch_op.drop_index("ix_ranking_changes_unnumbered")
        batch_op.drop_index("ix_ranking_changes_request")

    op.drop_table("ranking_changes")
    op.drop_table("ranking_states")
    with op.batch_alter_table("ranking_models", schema=None) as batch_op:
        batch_op.drop_index("ix_ranking_models_promoted")

    op.drop_table("ranking_models")
