"""rings: groups that confirm each other, found for people to look at

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ring_findings",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("evidence", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at_by_id", KEY, nullable=True),
        sa.Column("note", WORDS, nullable=False),
        sa.CheckConstraint("kind IN ('loop', 'ring')", name=op.f("ck_ring_findings_kind_choice")),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_ring_findings_note_length")),
        sa.CheckConstraint(
            "(looked_at IS NULL) = (looked_at_by_id IS NULL)", name=op.f("ck_ring_findings_looked_at_by_somebody")
        ),
        sa.ForeignKeyConstraint(["looked_at_by_id"], ["people.id"], name=op.f("fk_ring_findings_looked_at_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_findings")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ring_members",
        sa.Column("id", KEY, nullable=False),
        sa.Column("finding_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("organisation_id", KEY, nullable=True),
        sa.Column("confirms", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_ring_members_person_or_organisation")
        ),
        sa.ForeignKeyConstraint(["finding_id"], ["ring_findings.id"], name=op.f("fk_ring_members_finding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ring_members_person_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_ring_members_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_members")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ring_members_finding", "ring_members", ["finding_id"])
    op.create_index("ix_ring_members_person", "ring_members", ["person_id"])


def downgrade() -> None:
    op.drop_table("ring_members")
    op.drop_table("ring_findings")
