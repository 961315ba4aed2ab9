"""Authors from elsewhere whom somebody says she is not

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "import_declined",
        sa.Column("person_id", _Id, nullable=False),
        sa.Column("author_id", _Id, nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_import_declined_author_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_import_declined_person_id")),
        sa.PrimaryKeyConstraint("person_id", "author_id", name=op.f("pk_import_declined")),
    )


def downgrade() -> None:
    op.drop_table("import_declined")
