"""readings: who looked at which question, and what she marked as read at once

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "readings",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("answer_id", NUMBER, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_readings_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_readings_question_id")),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_old", "readings", ["read_at"])
    op.create_index("ix_readings_question", "readings", ["question_id"])
    op.create_table(
        "caught_up",
        sa.Column("person_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("upto", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_caught_up_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_caught_up")),
    )


def downgrade() -> None:
    op.drop_table("caught_up")
    op.drop_table("readings")
