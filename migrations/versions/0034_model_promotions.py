"""model promotions: when which version of the ranking's numbers came into force, and why

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MODELS = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.create_table(
        "ranking_promotions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("model_id", KEY, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promoted_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "reason IN ('shipped', 'learned', 'chosen', 'rolled_back')",
            name=op.f("ck_ranking_promotions_reason_choice"),
        ),
        sa.ForeignKeyConstraint(["model_id"], ["ranking_models.id"], name=op.f("fk_ranking_promotions_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranking_promotions")),
        sa.UniqueConstraint("number", name=op.f("uq_ranking_promotions_number")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO ranking_promotions (number, model_id, reason, promoted_at)"
        " SELECT row_number() OVER (ORDER BY promoted_at, id), id,"
        " CASE WHEN version LIKE 'default%' THEN 'shipped' ELSE 'learned' END, promoted_at"
        " FROM ranking_models WHERE promoted_at IS NOT NULL ORDER BY promoted_at, id"
    )
    with op.batch_alter_table("ranking_models", table_kwargs=MODELS) as table:
        table.drop_index("ix_ranking_models_promoted")
        table.drop_column("promoted_at")
    # A decision is large: to count them, or find the latest of a kind, no row may have to be read.
    op.create_index("ix_routing_decisions_purpose", "routing_decisions", ["purpose", "id"])
    op.create_index("ix_routing_decisions_model", "routing_decisions", ["model_id"])


def downgrade() -> None:
    op.drop_index("ix_routing_decisions_model", table_name="routing_decisions")
    op.drop_index("ix_routing_decisions_purpose", table_name="routing_decisions")
    with op.batch_alter_table("ranking_models", table_kwargs=MODELS) as table:
        table.add_column(sa.Column("promoted_at", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_ranking_models_promoted", ["promoted_at"])
    op.execute(
        "UPDATE ranking_models SET promoted_at = (SELECT max(promoted_at) FROM ranking_promotions"
        " WHERE ranking_promotions.model_id = ranking_models.id)"
    )
    op.drop_table("ranking_promotions")
