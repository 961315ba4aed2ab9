"""cases: private requests with one holder; messages, handovers, moves, causes

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

QUESTION_STATES = "'open', 'answered', 'solved', 'closed', 'duplicate', 'archived'"
CASE_STATES = "'received', 'with_helper', 'waiting', 'solved', 'closed', 'duplicate'"
OLD_CHANNELS = "'web', 'api', 'mail', 'import', 'device'"
CHANNELS = f"{OLD_CHANNELS}, 'phone', 'desk', 'chat', 'social'"
CASES = "(SELECT id FROM help_requests WHERE kind = 'case')"
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    _requests(
        states=f"{QUESTION_STATES}, 'received', 'with_helper', 'waiting'",
        channels=CHANNELS,
        checks={
            "case_is_private": "kind <> 'case' OR substr(audience, 1, 8) = 'request:'",
            "open_case_has_next_update": "kind <> 'case' OR next_update_at IS NOT NULL"
            " OR state NOT IN ('received', 'with_helper', 'waiting')",
            "state_fits_kind": "CASE WHEN kind = 'case' THEN state NOT IN ('open', 'answered', 'archived')"
            " ELSE state NOT IN ('received', 'with_helper', 'waiting') END",
        },
    )
    due = sa.text("next_update_at IS NOT NULL")
    op.create_index(
        "ix_help_requests_next_update", "help_requests", ["next_update_at"], sqlite_where=due, postgresql_where=due
    )
    _causes()
    _cases()
    _messages()
    _handovers()
    _moves()


def downgrade() -> None:
    for table in ("case_moves", "handovers", "case_messages", "cases", "case_causes"):
        op.drop_table(table)
    op.execute(f"DELETE FROM notice_items WHERE notice_id IN (SELECT id FROM notices WHERE help_request_id IN {CASES})")
    for table in ("notices", "attachment_uses", "look_ups", "grants", "detail_asks", "personal_details"):
        op.execute(f"DELETE FROM {table} WHERE help_request_id IN {CASES}")
    op.execute("DELETE FROM help_requests WHERE kind = 'case'")
    op.execute("UPDATE help_requests SET channel = 'web' WHERE channel IN ('phone', 'desk', 'chat', 'social')")
    op.drop_index("ix_help_requests_next_update", "help_requests")
    _requests(
        states=QUESTION_STATES,
        channels=OLD_CHANNELS,
        dropped=("case_is_private", "open_case_has_next_update", "state_fits_kind"),
    )


def _requests(
    *, states: str, channels: str, checks: dict[str, str] | None = None, dropped: tuple[str, ...] = ()
) -> None:
    # SQLite makes the table anew to change it, and forgets what is not said again.
    with op.batch_alter_table("help_requests", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name, words in (("state", states), ("channel", channels)):
            table.drop_constraint(op.f(f"ck_help_requests_{name}_choice"), type_="check")
            table.create_check_constraint(op.f(f"ck_help_requests_{name}_choice"), f"{name} IN ({words})")
        for name in dropped:
            table.drop_constraint(op.f(f"ck_help_requests_{name}"), type_="check")
        for name, condition in (checks or {}).items():
            table.create_check_constraint(op.f(f"ck_help_requests_{name}"), condition)


def _causes() -> None:
    op.create_table(
        "case_causes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("name_key", WORDS, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(name) <= 80", name=op.f("ck_case_causes_name_length")),
        sa.CheckConstraint("length(name_key) <= 160", name=op.f("ck_case_causes_name_key_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_case_causes_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_causes")),
        sa.UniqueConstraint("organisation_id", "name_key", name=op.f("uq_case_causes_organisation_id_name_key")),
        sqlite_autoincrement=True,
    )


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", KEY, autoincrement=False, nullable=False),
        sa.Column("public_id", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("holder_organisation_id", KEY, nullable=False),
        sa.Column("holder_person_id", KEY, nullable=True),
        sa.Column("held_since", MOMENT, nullable=False),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("service_id", KEY, nullable=True),
        sa.Column("question_id", KEY, nullable=True),
        sa.Column("merged_into_id", KEY, nullable=True),
        sa.Column("cause_id", KEY, nullable=True),
        sa.Column("state_reason", WORDS, nullable=False),
        sa.Column("arbiter_since", MOMENT, nullable=True),
        sa.Column("arbiter_reason", WORDS, nullable=True),
        sa.Column("solution_asks", KEY, nullable=False),
        sa.Column("solution_asked_at", MOMENT, nullable=True),
        sa.Column("over_at", MOMENT, nullable=True),
        sa.Column("last_activity_at", MOMENT, nullable=False),
        sa.Column("row_version", KEY, nullable=False),
        sa.CheckConstraint("length(public_id) <= 32", name=op.f("ck_cases_public_id_length")),
        sa.CheckConstraint("length(title) <= 300", name=op.f("ck_cases_title_length")),
        sa.CheckConstraint("length(state_reason) <= 500", name=op.f("ck_cases_state_reason_length")),
        sa.CheckConstraint(
            "arbiter_reason IN ('refused', 'unanswered', 'back_and_forth')",
            name=op.f("ck_cases_arbiter_reason_choice"),
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_cases_no_part_of_itself")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_cases_not_merged_into_itself")),
        sa.CheckConstraint(
            "(arbiter_since IS NULL) = (arbiter_reason IS NULL)", name=op.f("ck_cases_arbiter_has_a_reason")
        ),
        sa.CheckConstraint(
            "(solution_asks = 0) = (solution_asked_at IS NULL)", name=op.f("ck_cases_asked_at_some_time")
        ),
        sa.ForeignKeyConstraint(["id"], ["help_requests.id"], name=op.f("fk_cases_id")),
        sa.ForeignKeyConstraint(
            ["holder_organisation_id"], ["organisations.id"], name=op.f("fk_cases_holder_organisation_id")
        ),
        sa.ForeignKeyConstraint(["holder_person_id"], ["people.id"], name=op.f("fk_cases_holder_person_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_cases_service_id")),
        sa.ForeignKeyConstraint(["question_id"], ["questions.id"], name=op.f("fk_cases_question_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["cases.id"], name=op.f("fk_cases_merged_into_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["case_causes.id"], name=op.f("fk_cases_cause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cases_public_id")),
    )
    op.create_index("ix_cases_holder", "cases", ["holder_organisation_id", "last_activity_at", "id"])
    op.create_index("ix_cases_question", "cases", ["question_id"])
    for name, columns in (
        ("holder_person", ["holder_person_id", "last_activity_at", "id"]),
        ("parent", ["parent_id"]),
        ("arbiter", ["arbiter_since"]),
        ("solution_asked", ["solution_asked_at"]),
        ("merged_into", ["merged_into_id"]),
    ):
        filled = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(f"ix_cases_{name}", "cases", columns, sqlite_where=filled, postgresql_where=filled)


def _messages() -> None:
    op.create_table(
        "case_messages",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("through_organisation_id", KEY, nullable=True),
        sa.Column("representing_person_id", KEY, nullable=True),
        sa.Column("channel", WORDS, nullable=False),
        sa.Column("source", WORDS, nullable=True),
        sa.Column("source_key", WORDS, nullable=True),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("language_how", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("body_html", WORDS, nullable=False),
        sa.Column("source_format", WORDS, nullable=False),
        sa.Column("renderer_version", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('message', 'note')", name=op.f("ck_case_messages_kind_choice")),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name=op.f("ck_case_messages_channel_choice")),
        sa.CheckConstraint("length(source) <= 80", name=op.f("ck_case_messages_source_length")),
        sa.CheckConstraint("length(source_key) <= 160", name=op.f("ck_case_messages_source_key_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_case_messages_language_length")),
        sa.CheckConstraint(
            "language_how IN ('declared', 'detected', 'assumed')", name=op.f("ck_case_messages_language_how_choice")
        ),
        sa.CheckConstraint("length(body) <= 30000", name=op.f("ck_case_messages_body_length")),
        sa.CheckConstraint("length(body_html) <= 400000", name=op.f("ck_case_messages_body_html_length")),
        sa.CheckConstraint(
            "source_format IN ('markdown', 'html', 'plain')", name=op.f("ck_case_messages_source_format_choice")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_messages_case_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_case_messages_author_id")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_case_messages_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["through_organisation_id"], ["organisations.id"], name=op.f("fk_case_messages_through_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["representing_person_id"], ["people.id"], name=op.f("fk_case_messages_representing_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_messages_case", "case_messages", ["case_id", "id"])
    op.create_index("ix_case_messages_author", "case_messages", ["author_id", "created_at", "id"])
    op.create_index("ix_case_messages_source", "case_messages", ["source", "source_key"], unique=True)


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("from_organisation_id", KEY, nullable=False),
        sa.Column("from_person_id", KEY, nullable=True),
        sa.Column("to_organisation_id", KEY, nullable=False),
        sa.Column("to_person_id", KEY, nullable=True),
        sa.Column("offered_by_id", KEY, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("answer", WORDS, nullable=False),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_handovers_reason_length")),
        sa.CheckConstraint("length(answer) <= 500", name=op.f("ck_handovers_answer_length")),
        sa.CheckConstraint(
            "state IN ('pending', 'accepted', 'refused', 'withdrawn', 'assigned')",
            name=op.f("ck_handovers_state_choice"),
        ),
        sa.CheckConstraint(
            "from_organisation_id <> to_organisation_id OR to_person_id IS NOT NULL OR state = 'assigned'",
            name=op.f("ck_handovers_goes_somewhere"),
        ),
        sa.CheckConstraint(
            "(state = 'pending') = (answered_at IS NULL)", name=op.f("ck_handovers_answered_at_some_time")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_handovers_case_id")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisations.id"], name=op.f("fk_handovers_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(["from_person_id"], ["people.id"], name=op.f("fk_handovers_from_person_id")),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisations.id"], name=op.f("fk_handovers_to_organisation_id")
        ),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_handovers_to_person_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["people.id"], name=op.f("fk_handovers_offered_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["people.id"], name=op.f("fk_handovers_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handovers_case", "handovers", ["case_id", "id"])
    op.create_index(
        "uq_handovers_pending", "handovers", ["case_id"], unique=True, sqlite_where=PENDING, postgresql_where=PENDING
    )
    for name, columns in (("to", ["to_organisation_id", "id"]), ("due", ["due_at"])):
        op.create_index(f"ix_handovers_{name}", "handovers", columns, sqlite_where=PENDING, postgresql_where=PENDING)


def _moves() -> None:
    op.create_table(
        "case_moves",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("from_state", WORDS, nullable=False),
        sa.Column("to_state", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("cause_id", KEY, nullable=True),
        sa.Column("moved_by_id", KEY, nullable=True),
        sa.Column("moved_at", MOMENT, nullable=False),
        sa.CheckConstraint(f"from_state IN ({CASE_STATES})", name=op.f("ck_case_moves_from_state_choice")),
        sa.CheckConstraint(f"to_state IN ({CASE_STATES})", name=op.f("ck_case_moves_to_state_choice")),
        sa.CheckConstraint("length(reason) <= 500", name=op.f("ck_case_moves_reason_length")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_moves_case_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["case_causes.id"], name=op.f("fk_case_moves_cause_id")),
        sa.ForeignKeyConstraint(["moved_by_id"], ["people.id"], name=op.f("fk_case_moves_moved_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_moves")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_moves_case", "case_moves", ["case_id", "id"])
