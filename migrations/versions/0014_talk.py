"""Comments, mentions, and who has a question too

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("questions", sa.Column("affected_count", NUMBER, nullable=True))
    op.execute("UPDATE questions SET affected_count = 0")
    with op.batch_alter_table("questions") as table:
        table.alter_column("affected_count", existing_type=NUMBER, nullable=False)
    _comments()
    _mentions()
    op.create_table(
        "affected",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("acting_for_organisation_id", NUMBER),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_affected_person_id")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"], ["organisations.id"], name=op.f("fk_affected_acting_for_organisation_id")
        ),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_affected_question_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affected")),
        sa.UniqueConstraint("person_id", "question_id", name=op.f("uq_affected_person_id_question_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_affected_question", "affected", ["question_id", "said_at"])


def downgrade() -> None:
    op.drop_table("affected")
    op.drop_table("mentions")
    op.drop_table("comments")
    with op.batch_alter_table("questions") as table:
        table.drop_column("affected_count")


def _comments() -> None:
    reasons = "('by_author', 'spam', 'abuse', 'private', 'off_topic', 'other')"
    op.create_table(
        "comments",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("question_id", NUMBER, nullable=False),
        sa.Column("answer_id", NUMBER),
        sa.Column("parent_id", NUMBER),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("acting_for_organisation_id", NUMBER),
        sa.Column("channel", WORD, nullable=False),
        sa.Column("source", WORD),
        sa.Column("source_key", WORD),
        sa.Column("language", WORD, nullable=False),
        sa.Column("language_how", WORD, nullable=False),
        sa.Column("body", WORD, nullable=False),
        sa.Column("body_html", WORD, nullable=False),
        sa.Column("source_format", WORD, nullable=False),
        sa.Column("renderer_version", NUMBER, nullable=False),
        sa.Column("row_version", NUMBER, nullable=False),
        sa.Column("score", NUMBER, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("edited_at", MOMENT),
        sa.Column("deleted_at", MOMENT),
        sa.Column("deleted_by_id", NUMBER),
        sa.Column("deletion_reason", WORD),
        sa.Column("import_run_id", NUMBER),
        sa.CheckConstraint(
            "channel IN ('web', 'api', 'mail', 'import', 'device')", name=op.f("ck_comments_channel_choice")
        ),
        sa.CheckConstraint("length(source) <= 80", name=op.f("ck_comments_source_length")),
        sa.CheckConstraint("length(source_key) <= 160", name=op.f("ck_comments_source_key_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_comments_language_length")),
        sa.CheckConstraint(
            "language_how IN ('declared', 'detected', 'assumed')", name=op.f("ck_comments_language_how_choice")
        ),
        sa.CheckConstraint("length(body) <= 2000", name=op.f("ck_comments_body_length")),
        sa.CheckConstraint("length(body_html) <= 400000", name=op.f("ck_comments_body_html_length")),
        sa.CheckConstraint(
            "source_format IN ('markdown', 'html', 'plain')", name=op.f("ck_comments_source_format_choice")
        ),
        sa.CheckConstraint(f"deletion_reason IN {reasons}", name=op.f("ck_comments_deletion_reason_choice")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_comments_question_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_comments_answer_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_comments_author_id")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"], ["organisations.id"], name=op.f("fk_comments_acting_for_organisation_id")
        ),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["people.id"], name=op.f("fk_comments_deleted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comments_question", "comments", ["question_id", "id"])
    op.create_index("ix_comments_answer", "comments", ["answer_id"])
    op.create_index("ix_comments_parent", "comments", ["parent_id"])
    op.create_index("ix_comments_author", "comments", ["author_id", "created_at", "id"])
    op.create_index("ix_comments_source", "comments", ["source", "source_key"], unique=True)


def _mentions() -> None:
    op.create_table(
        "mentions",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("question_id", NUMBER),
        sa.Column("answer_id", NUMBER),
        sa.Column("comment_id", NUMBER),
        sa.Column("mentioned_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN answer_id IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN comment_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_mentions_one_text"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mentions_person_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_mentions_question_id")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_mentions_answer_id")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_mentions_comment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("question_id", "person_id", name=op.f("uq_mentions_question_id_person_id")),
        sa.UniqueConstraint("answer_id", "person_id", name=op.f("uq_mentions_answer_id_person_id")),
        sa.UniqueConstraint("comment_id", "person_id", name=op.f("uq_mentions_comment_id_person_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mentions_person", "mentions", ["person_id", "mentioned_at", "id"])
