"""What people follow; whoever asked or answered so far follows that question

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "follows",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("question_id", NUMBER),
        sa.Column("tag_id", NUMBER),
        sa.Column("category_id", NUMBER),
        sa.Column("followed_person_id", NUMBER),
        sa.Column("how", WORD, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("how IN ('chosen', 'asked', 'answered', 'commented')", name=op.f("ck_follows_how_choice")),
        sa.CheckConstraint(
            "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN tag_id IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN category_id IS NULL THEN 0 ELSE 1 END + CASE WHEN followed_person_id IS NULL THEN 0 ELSE 1 END"
            " = 1",
            name=op.f("ck_follows_one_subject"),
        ),
        sa.CheckConstraint("followed_person_id <> person_id", name=op.f("ck_follows_not_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_follows_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_follows_question_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_follows_tag_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_follows_category_id")),
        sa.ForeignKeyConstraint(["followed_person_id"], ["people.id"], name=op.f("fk_follows_followed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follows")),
        sa.UniqueConstraint("person_id", "question_id", name=op.f("uq_follows_person_id_question_id")),
        sa.UniqueConstraint("person_id", "tag_id", name=op.f("uq_follows_person_id_tag_id")),
        sa.UniqueConstraint("person_id", "category_id", name=op.f("uq_follows_person_id_category_id")),
        sa.UniqueConstraint("person_id", "followed_person_id", name=op.f("uq_follows_person_id_followed_person_id")),
        sqlite_autoincrement=True,
    )
    for column in ("question", "tag", "category", "followed_person"):
        op.create_index(f"ix_follows_{column}", "follows", [f"{column}_id"])
    op.create_index("ix_follows_person_newest", "follows", ["person_id", "since", "id"])
    op.execute(
        "INSERT INTO follows (person_id, question_id, how, since) "
        "SELECT asker_id, questions.id, 'asked', questions.created_at FROM questions "
        "JOIN people ON people.id = asker_id WHERE people.can_sign_in"
    )
    op.execute(
        "INSERT INTO follows (person_id, question_id, how, since) "
        "SELECT author_id, question_id, 'answered', min(answers.created_at) FROM answers "
        "JOIN questions ON questions.id = question_id JOIN people ON people.id = author_id "
        "WHERE people.can_sign_in AND author_id <> asker_id GROUP BY author_id, question_id"
    )


def downgrade() -> None:
    op.drop_table("follows")
