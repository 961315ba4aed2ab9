"""organisations: roles, invitations, domains, identity, and acting for somebody else

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
LIST = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite makes a table anew to change it, and forgets what is not said again.
KEPT = {"sqlite_autoincrement": True}
ROLES = "('owner', 'manager', 'member', 'reader')"
WRITTEN = ("answers", "comments")
WHO_FOR = ("through_organisation_id", "representing_person_id")


def upgrade() -> None:
    _change_roles({"admin": "owner"}, ROLES, adding="suspended_at")
    with op.batch_alter_table("organisations", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("website", WORDS, nullable=False, server_default=""))
        table.create_check_constraint(op.f("ck_organisations_website_length"), "length(website) <= 300")
    with op.batch_alter_table("organisations", table_kwargs=KEPT) as table:
        table.alter_column("website", existing_type=WORDS, server_default=None)
    for name in ("sessions", "domain_events"):
        for column in WHO_FOR:
            op.add_column(name, sa.Column(column, ID))
    for name in WRITTEN:
        with op.batch_alter_table(name, table_kwargs=KEPT) as table:
            for column, to in zip(WHO_FOR, ("organisations", "people"), strict=True):
                table.add_column(sa.Column(column, ID))
                table.create_foreign_key(op.f(f"fk_{name}_{column}"), to, [column], ["id"])
    with op.batch_alter_table("help_requests", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("through_organisation_id", ID))
        table.create_foreign_key(
            op.f("fk_help_requests_through_organisation_id"), "organisations", ["through_organisation_id"], ["id"]
        )
    _former_names()
    _invitations()
    _domains()
    _identity_checks()
    _engagements()
    _representations()


def downgrade() -> None:
    for name in (
        "representations",
        "engagements",
        "identity_checks",
        "organisation_domains",
        "invitations",
        "former_names",
    ):
        op.drop_table(name)
    with op.batch_alter_table("help_requests", table_kwargs=KEPT) as table:
        table.drop_constraint(op.f("fk_help_requests_through_organisation_id"), type_="foreignkey")
        table.drop_column("through_organisation_id")
    for name in WRITTEN:
        with op.batch_alter_table(name, table_kwargs=KEPT) as table:
            for column in WHO_FOR:
                table.drop_constraint(op.f(f"fk_{name}_{column}"), type_="foreignkey")
                table.drop_column(column)
    for name in ("sessions", "domain_events"):
        for column in WHO_FOR:
            op.drop_column(name, column)
    with op.batch_alter_table("organisations", table_kwargs=KEPT) as table:
        table.drop_constraint(op.f("ck_organisations_website_length"), type_="check")
        table.drop_column("website")
    _change_roles(
        {"owner": "admin", "manager": "admin", "reader": "member"}, "('member', 'admin')", dropping="suspended_at"
    )


def _change_roles(becomes: dict[str, str], roles: str, *, adding: str = "", dropping: str = "") -> None:
    check = op.f("ck_memberships_role_choice")
    with op.batch_alter_table("memberships", table_kwargs=KEPT) as table:
        table.drop_constraint(check, type_="check")
        if adding:
            table.add_column(sa.Column(adding, MOMENT))
    for old, new in becomes.items():
        op.execute(sa.text("UPDATE memberships SET role = :new WHERE role = :old").bindparams(old=old, new=new))
    with op.batch_alter_table("memberships", table_kwargs=KEPT) as table:
        table.create_check_constraint(check, f"role IN {roles}")
        if dropping:
            table.drop_column(dropping)


def _former_names() -> None:
    op.create_table(
        "former_names",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.CheckConstraint("length(name) <= 120", name=op.f("ck_former_names_name_length")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_former_names_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_names")),
        **KEPT,
    )
    op.create_index("ix_former_names_organisation", "former_names", ["organisation_id"])


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("email_key", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("token_digest", WORDS, nullable=False),
        sa.Column("invited_by_id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("accepted_by_id", ID),
        sa.Column("withdrawn_at", MOMENT),
        sa.CheckConstraint("length(email) <= 320", name=op.f("ck_invitations_email_length")),
        sa.CheckConstraint("length(email_key) <= 640", name=op.f("ck_invitations_email_key_length")),
        sa.CheckConstraint(f"role IN {ROLES}", name=op.f("ck_invitations_role_choice")),
        sa.CheckConstraint("length(token_digest) <= 64", name=op.f("ck_invitations_token_digest_length")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["people.id"], name=op.f("fk_invitations_invited_by_id")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["people.id"], name=op.f("fk_invitations_accepted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitations_token_digest")),
        **KEPT,
    )
    op.create_index("ix_invitations_organisation", "invitations", ["organisation_id"])
    _only_one("invitations", "open", ["organisation_id", "email_key"], "accepted_at IS NULL AND withdrawn_at IS NULL")


def _domains() -> None:
    name = "organisation_domains"
    results = "('found', 'not_found', 'other_text', 'unreachable', 'taken')"
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("domain", WORDS, nullable=False),
        sa.Column("record_token", WORDS, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("check_due_at", MOMENT),
        sa.Column("checks", ID, nullable=False),
        sa.Column("checked_at", MOMENT),
        sa.Column("check_result", WORDS),
        sa.Column("mail_token_digest", WORDS),
        sa.Column("mail_expires_at", MOMENT),
        sa.Column("verified_at", MOMENT),
        sa.Column("how", WORDS),
        sa.Column("removed_at", MOMENT),
        sa.CheckConstraint("length(domain) <= 253", name=op.f(f"ck_{name}_domain_length")),
        sa.CheckConstraint("length(record_token) <= 64", name=op.f(f"ck_{name}_record_token_length")),
        sa.CheckConstraint("length(mail_token_digest) <= 64", name=op.f(f"ck_{name}_mail_token_digest_length")),
        sa.CheckConstraint(f"check_result IN {results}", name=op.f(f"ck_{name}_check_result_choice")),
        sa.CheckConstraint("how IN ('dns', 'mail')", name=op.f(f"ck_{name}_how_choice")),
        sa.CheckConstraint("(verified_at IS NULL) = (how IS NULL)", name=op.f(f"ck_{name}_verified_somehow")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{name}_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("mail_token_digest", name=op.f(f"uq_{name}_mail_token_digest")),
        **KEPT,
    )
    op.create_index(f"ix_{name}_organisation", name, ["organisation_id"])
    op.create_index(f"ix_{name}_due", name, ["check_due_at"])
    _only_one(name, "claim", ["organisation_id", "domain"], "removed_at IS NULL")
    _only_one(name, "proved", ["domain"], "verified_at IS NOT NULL AND removed_at IS NULL")


def _identity_checks() -> None:
    name = "identity_checks"
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID),
        sa.Column("organisation_id", ID),
        sa.Column("name_then", WORDS, nullable=False),
        sa.Column("how", WORDS, nullable=False),
        sa.Column("checked_by_id", ID, nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("withdrawn_by_id", ID),
        sa.Column("withdrawn_at", MOMENT),
        sa.CheckConstraint("length(name_then) <= 120", name=op.f(f"ck_{name}_name_then_length")),
        sa.CheckConstraint("how IN ('register', 'document', 'in_person')", name=op.f(f"ck_{name}_how_choice")),
        sa.CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name=op.f(f"ck_{name}_one_subject")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{name}_organisation_id")),
        *_people(name, "person_id", "checked_by_id", "withdrawn_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        **KEPT,
    )
    op.create_index(f"ix_{name}_person", name, ["person_id"])
    op.create_index(f"ix_{name}_organisation", name, ["organisation_id"])


def _engagements() -> None:
    name, parties = "engagements", ("principal_organisation_id", "agency_organisation_id")
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        *(sa.Column(column, ID, nullable=False) for column in parties),
        sa.Column("scopes", LIST, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("offered_by_id", ID, nullable=False),
        sa.Column("offered_at", MOMENT, nullable=False),
        sa.Column("accepted_by_id", ID),
        sa.Column("accepted_at", MOMENT),
        sa.Column("ended_by_id", ID),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint(
            "principal_organisation_id <> agency_organisation_id", name=op.f(f"ck_{name}_two_organisations")
        ),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f(f"ck_{name}_until_after_since")),
        *(sa.ForeignKeyConstraint([each], ["organisations.id"], name=op.f(f"fk_{name}_{each}")) for each in parties),
        *_people(name, "offered_by_id", "accepted_by_id", "ended_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        **KEPT,
    )
    op.create_index(f"ix_{name}_agency", name, ["agency_organisation_id"])
    _only_one(name, "open", list(parties), "ended_at IS NULL")


def _representations() -> None:
    name = "representations"
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("by_person_id", ID, nullable=False),
        sa.Column("relation", WORDS, nullable=False),
        sa.Column("scopes", LIST, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("consented_at", MOMENT),
        sa.Column("ended_by_id", ID),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint(
            "relation IN ('family', 'friend', 'employee', 'other')", name=op.f(f"ck_{name}_relation_choice")
        ),
        sa.CheckConstraint("person_id <> by_person_id", name=op.f(f"ck_{name}_two_people")),
        sa.CheckConstraint("until > asked_at", name=op.f(f"ck_{name}_until_after_asked")),
        *_people(name, "person_id", "by_person_id", "asked_by_id", "ended_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        **KEPT,
    )
    op.create_index(f"ix_{name}_by_person", name, ["by_person_id"])
    _only_one(name, "open", ["person_id", "by_person_id"], "ended_at IS NULL")


def _people(name: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([each], ["people.id"], name=op.f(f"fk_{name}_{each}")) for each in columns]


def _only_one(name: str, what: str, columns: list[str], where: str) -> None:
    op.create_index(
        f"uq_{name}_{what}",
        name,
        columns,
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
