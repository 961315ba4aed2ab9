"""A tag's list is read off one index

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_tags", sa.Column("asked_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE question_tags SET asked_at = "
        "(SELECT created_at FROM questions WHERE questions.id = question_tags.question_id)"
    )
    with op.batch_alter_table("question_tags") as table:
        table.alter_column("asked_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.drop_index("ix_question_tags_tag")
        table.create_index("ix_question_tags_newest", ["tag_id", "asked_at", "question_id"])


def downgrade() -> None:
    with op.batch_alter_table("question_tags") as table:
        table.drop_index("ix_question_tags_newest")
        table.create_index("ix_question_tags_tag", ["tag_id", "question_id"])
        table.drop_column("asked_at")
