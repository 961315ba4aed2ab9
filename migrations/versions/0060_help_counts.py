"""providers: how often each person helped is stored, because a list cannot count all answers there are

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SOLVED = (
    "count(DISTINCT questions.id) FROM answers JOIN questions ON questions.id = answers.question_id"
    " JOIN people ON people.id = answers.author_id {} WHERE people.erased_at IS NULL AND"
    " answers.accepted_at IS NOT NULL AND answers.deleted_at IS NULL AND answers.author_id <> questions.asker_id"
    " AND questions.audience = 'public' AND questions.deleted_at IS NULL AND questions.merged_into_id IS NULL"
    " GROUP BY answers.author_id"
)
TAGGED = "JOIN question_tags ON question_tags.question_id = questions.id"


def upgrade() -> None:
    op.create_index("ix_people_newest", "people", ["created_at", "id"])
    op.create_table(
        "help_counts",
        sa.Column("person_id", ID, nullable=False, autoincrement=False),
        sa.Column("solved", ID, nullable=False),
        sa.CheckConstraint("solved > 0", name=op.f("ck_help_counts_solved_positive")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_help_counts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_help_counts")),
    )
    op.create_index("ix_help_counts_most", "help_counts", ["solved", "person_id"])
    op.create_table(
        "topic_help_counts",
        sa.Column("person_id", ID, nullable=False, autoincrement=False),
        sa.Column("tag_id", ID, nullable=False, autoincrement=False),
        sa.Column("solved", ID, nullable=False),
        sa.CheckConstraint("solved > 0", name=op.f("ck_topic_help_counts_solved_positive")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_topic_help_counts_person_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_topic_help_counts_tag_id")),
        sa.PrimaryKeyConstraint("person_id", "tag_id", name=op.f("pk_topic_help_counts")),
    )
    op.create_index("ix_topic_help_counts_most", "topic_help_counts", ["tag_id", "solved", "person_id"])
    op.execute(f"INSERT INTO help_counts (person_id, solved) SELECT answers.author_id, {SOLVED.format('')}")
    op.execute(
        "INSERT INTO topic_help_counts (person_id, tag_id, solved)"
        f" SELECT answers.author_id, question_tags.tag_id, {SOLVED.format(TAGGED)}, question_tags.tag_id"
    )


def downgrade() -> None:
    op.drop_table("topic_help_counts")
    op.drop_table("help_counts")
    op.drop_index("ix_people_newest", "people")
