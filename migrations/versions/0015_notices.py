"""Who is told what, and how each wants her mail

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KINDS = (
    "'answer', 'accepted', 'invited', 'question', 'comment', 'mention', 'closed', 'reopened', 'suggestion', "
    "'suggestion_taken', 'suggestion_refused'"
)
REASONS = (
    "'asked', 'answered', 'wrote', 'commented', 'invited', 'mentioned', 'suggested', 'follows_question', "
    "'follows_tag', 'follows_category', 'follows_person'"
)
UNREAD = sa.text("latest_item_id > read_item_id")
HAS_MAIL = sa.text("mail_due_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "notice_preferences",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("mail", WORD, nullable=False),
        sa.Column("quiet_from", NUMBER),
        sa.Column("quiet_until", NUMBER),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mail IN ('immediately', 'daily', 'off')", name=op.f("ck_notice_preferences_mail_choice")),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notice_preferences_quiet_has_both_ends")
        ),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23", name=op.f("ck_notice_preferences_quiet_from_is_an_hour")),
        sa.CheckConstraint("quiet_until BETWEEN 0 AND 23", name=op.f("ck_notice_preferences_quiet_until_is_an_hour")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_preferences")),
    )
    op.create_table(
        "notice_spreads",
        sa.Column("event_id", NUMBER, autoincrement=False, nullable=False),
        sa.Column("told_upto", NUMBER, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["domain_events.id"], name=op.f("fk_notice_spreads_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_notice_spreads")),
    )
    op.create_table(
        "notices",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("help_request_id", NUMBER, nullable=False),
        sa.Column("latest_item_id", NUMBER, nullable=False),
        sa.Column("read_item_id", NUMBER, nullable=False),
        sa.Column("before_item_id", NUMBER, nullable=False),
        sa.Column("mailed_item_id", NUMBER, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("muted_at", sa.DateTime(timezone=True)),
        sa.Column("mail_due_at", sa.DateTime(timezone=True)),
        sa.Column("mailed_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("read_item_id <= latest_item_id", name=op.f("ck_notices_read_what_is_there")),
        sa.ForeignKeyConstraint(["help_request_id"], ["help_requests.id"], name=op.f("fk_notices_help_request_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("person_id", "help_request_id", name=op.f("uq_notices_person_id_help_request_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_changed", "notices", ["person_id", "changed_at", "id"])
    op.create_index("ix_notices_request", "notices", ["help_request_id"])
    op.create_index(
        "ix_notices_unread", "notices", ["person_id", "changed_at"], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.create_index(
        "ix_notices_mail", "notices", ["mail_due_at", "person_id"], sqlite_where=HAS_MAIL, postgresql_where=HAS_MAIL
    )
    op.create_table(
        "notice_items",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("notice_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("event_id", NUMBER, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("reason", WORD, nullable=False),
        sa.Column("reason_id", NUMBER),
        sa.Column("answer_id", NUMBER),
        sa.Column("comment_id", NUMBER),
        sa.Column("by_id", NUMBER),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_notice_items_kind_choice")),
        sa.CheckConstraint(f"reason IN ({REASONS})", name=op.f("ck_notice_items_reason_choice")),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_notice_items_answer_id")),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_notice_items_by_id")),
        sa.ForeignKeyConstraint(["event_id"], ["domain_events.id"], name=op.f("fk_notice_items_event_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_notice_items_notice_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_items_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_items")),
        sa.UniqueConstraint("person_id", "event_id", name=op.f("uq_notice_items_person_id_event_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_items_notice", "notice_items", ["notice_id", "id"])
    op.create_index("ix_notice_items_told_at", "notice_items", ["told_at"])


def downgrade() -> None:
    for table in ("notice_items", "notices", "notice_spreads", "notice_preferences"):
        op.drop_table(table)
