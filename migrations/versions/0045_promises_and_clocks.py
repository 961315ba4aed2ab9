"""promises, points that one side puts before the other, clocks and service levels

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "service_levels",
        sa.Column("organisation_id", KEY, nullable=False, autoincrement=False),
        sa.Column("first_response_minutes", KEY, nullable=False),
        sa.Column("next_update_minutes", KEY, nullable=False),
        sa.Column("solution_minutes", KEY, nullable=False),
        sa.Column("warn_minutes", KEY, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("changed_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "first_response_minutes > 0 AND next_update_minutes > 0 AND solution_minutes > 0",
            name=op.f("ck_service_levels_takes_some_time"),
        ),
        sa.CheckConstraint("warn_minutes >= 0", name=op.f("ck_service_levels_warn_not_negative")),
        _key("service_levels", "changed_by_id", "people"),
        _key("service_levels", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_service_levels")),
    )
    op.create_table(
        "case_clocks",
        sa.Column("help_request_id", KEY, nullable=False, autoincrement=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("organisation_id", KEY, nullable=False),
        sa.Column("target_minutes", KEY, nullable=False),
        sa.Column("phase", WORDS, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("used_s", KEY, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("warn_at", MOMENT, nullable=True),
        sa.Column("warned_at", MOMENT, nullable=True),
        sa.Column("breached_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('first_response', 'next_update', 'solution')", name=op.f("ck_case_clocks_kind_choice")
        ),
        sa.CheckConstraint("phase IN ('running', 'paused', 'over')", name=op.f("ck_case_clocks_phase_choice")),
        _key("case_clocks", "help_request_id", "help_requests"),
        _key("case_clocks", "organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("help_request_id", "kind", name=op.f("pk_case_clocks")),
    )
    op.create_index(
        "ix_case_clocks_due",
        "case_clocks",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL AND breached_at IS NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL AND breached_at IS NULL"),
    )
    op.create_index(
        "ix_case_clocks_warn",
        "case_clocks",
        ["warn_at"],
        sqlite_where=sa.text("warned_at IS NULL AND due_at IS NOT NULL"),
        postgresql_where=sa.text("warned_at IS NULL AND due_at IS NOT NULL"),
    )
    op.create_table(
        "promises",
        sa.Column("id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("by_organisation_id", KEY, nullable=False),
        sa.Column("by_person_id", KEY, nullable=True),
        sa.Column("through_organisation_id", KEY, nullable=True),
        sa.Column("to_person_id", KEY, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("first_due_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("renegotiated", KEY, nullable=False),
        sa.Column("is_moved_alone", sa.Boolean(), nullable=False),
        sa.Column("broken_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'late', 'broken', 'released')", name=op.f("ck_promises_state_choice")
        ),
        sa.CheckConstraint(
            "state NOT IN ('broken', 'late') OR broken_at IS NOT NULL", name=op.f("ck_promises_broken_at_some_time")
        ),
        sa.CheckConstraint(
            "kind IN ('answer', 'call', 'visit', 'delivery', 'refund', 'solution', 'other')",
            name=op.f("ck_promises_kind_choice"),
        ),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_promises_words_length")),
        sa.CheckConstraint(
            "state NOT IN ('kept', 'late') OR done_at IS NOT NULL", name=op.f("ck_promises_kept_at_some_time")
        ),
        _key("promises", "help_request_id", "help_requests"),
        _key("promises", "to_person_id", "people"),
        _key("promises", "by_organisation_id", "organisations"),
        _key("promises", "through_organisation_id", "organisations"),
        _key("promises", "by_person_id", "people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_promises_by_organisation",
        "promises",
        ["by_organisation_id", "id"],
    )
    op.create_index(
        "ix_promises_due",
        "promises",
        ["due_at"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_promises_request",
        "promises",
        ["help_request_id", "id"],
    )
    op.create_index(
        "ix_promises_to_person",
        "promises",
        ["to_person_id", "id"],
    )
    op.create_table(
        "case_points",
        sa.Column("id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("about", WORDS, nullable=True),
        sa.Column("detail_id", KEY, nullable=True),
        sa.Column("promise_id", KEY, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("by_person_id", KEY, nullable=False),
        sa.Column("by_organisation_id", KEY, nullable=True),
        sa.Column("put_at", MOMENT, nullable=False),
        sa.Column("answer", WORDS, nullable=True),
        sa.Column("answer_words", WORDS, nullable=False),
        sa.Column("answered_by_id", KEY, nullable=True),
        sa.Column("answered_for_id", KEY, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.CheckConstraint("(kind = 'date') = (due_at IS NOT NULL)", name=op.f("ck_case_points_date_has_a_moment")),
        sa.CheckConstraint(
            "answer IN ('confirmed', 'corrected', 'replaced', 'agreed', 'declined', 'alone', 'stands', 'taken_back')",
            name=op.f("ck_case_points_answer_choice"),
        ),
        sa.CheckConstraint(
            "(kind = 'dispute') = (about IS NOT NULL)", name=op.f("ck_case_points_dispute_is_about_something")
        ),
        sa.CheckConstraint(
            "kind <> 'date' OR answer IS NULL OR answer IN ('agreed', 'declined', 'replaced', 'alone')",
            name=op.f("ck_case_points_date_ends"),
        ),
        sa.CheckConstraint(
            "answer IS NULL OR answer NOT IN ('corrected', 'stands') OR answer_words <> ''",
            name=op.f("ck_case_points_answered_in_words"),
        ),
        sa.CheckConstraint(
            "about IN ('detail', 'amount', 'promise', 'other')", name=op.f("ck_case_points_about_choice")
        ),
        sa.CheckConstraint("length(answer_words) <= 500", name=op.f("ck_case_points_answer_words_length")),
        sa.CheckConstraint("kind <> 'date' OR promise_id IS NOT NULL", name=op.f("ck_case_points_date_of_a_promise")),
        sa.CheckConstraint("length(words) <= 500", name=op.f("ck_case_points_words_length")),
        sa.CheckConstraint(
            "kind <> 'dispute' OR answer IS NULL OR answer IN ('corrected', 'stands', 'taken_back')",
            name=op.f("ck_case_points_dispute_ends"),
        ),
        sa.CheckConstraint(
            "kind <> 'understanding' OR answer IS NULL OR answer IN ('confirmed', 'corrected', 'replaced')",
            name=op.f("ck_case_points_understanding_ends"),
        ),
        sa.CheckConstraint("kind IN ('understanding', 'date', 'dispute')", name=op.f("ck_case_points_kind_choice")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_case_points_answered_at_some_time")
        ),
        _key("case_points", "by_person_id", "people"),
        _key("case_points", "promise_id", "promises"),
        _key("case_points", "help_request_id", "help_requests"),
        _key("case_points", "answered_for_id", "organisations"),
        _key("case_points", "detail_id", "personal_details"),
        _key("case_points", "answered_by_id", "people"),
        _key("case_points", "by_organisation_id", "organisations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_points")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_case_points_disputed",
        "case_points",
        ["help_request_id"],
        sqlite_where=sa.text("kind = 'dispute' AND answer IS NULL"),
        postgresql_where=sa.text("kind = 'dispute' AND answer IS NULL"),
    )
    op.create_index(
        "ix_case_points_promise",
        "case_points",
        ["promise_id"],
    )
    op.create_index(
        "ix_case_points_request",
        "case_points",
        ["help_request_id", "id"],
    )
    op.create_index(
        "uq_case_points_date",
        "case_points",
        ["promise_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'date' AND answer IS NULL"),
        postgresql_where=sa.text("kind = 'date' AND answer IS NULL"),
    )
    op.create_index(
        "uq_case_points_understanding",
        "case_points",
        ["help_request_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'understanding' AND answer IS NULL"),
        postgresql_where=sa.text("kind = 'understanding' AND answer IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("case_points")
    op.drop_table("promises")
    op.drop_table("case_clocks")
    op.drop_table("service_levels")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
