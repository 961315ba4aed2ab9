"""numbers of decisions: what a decision kept of its candidates, once more as a table that learning reads

Revision ID: 0046
Revises: 0045
"""

from __future__ import annotations

import json
import struct
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

RECORD = ("answers", "confirmed", "judged", "speed_sum", "speed_count")
DECISIONS = sa.table(
    "routing_decisions",
    sa.column("id", sa.BigInteger),
    sa.column("candidates", sa.JSON),
    sa.column("numbers", sa.LargeBinary),
)
AT_ONCE = 200


def upgrade() -> None:
    op.add_column("routing_decisions", sa.Column("numbers", sa.LargeBinary(), nullable=True))
    connection = op.get_bind()
    last = 0
    wanted = sa.select(DECISIONS.c.id, DECISIONS.c.candidates).order_by(DECISIONS.c.id).limit(AT_ONCE)
    while rows := connection.execute(wanted.where(DECISIONS.c.id > last)).all():
        for row in rows:
            change = sa.update(DECISIONS).where(DECISIONS.c.id == row.id)
            connection.execute(change.values(numbers=_table(row.candidates)))
        last = rows[-1].id
    with op.batch_alter_table("routing_decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("numbers", existing_type=sa.LargeBinary(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("routing_decisions", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_column("numbers")


def _table(candidates: dict[str, Any]) -> bytes:
    """Return a line of JSON with the names, and the numbers as little-endian doubles."""
    numbers: list[float] = []
    for row in candidates["rows"]:
        numbers += [row["provider"], row["score"], row["propensity"], row.get("uncertain", False)]
        numbers += [row["record"][name] for name in RECORD]
        numbers += [*row["features"], *row["minutes"]]
    head = json.dumps({"columns": candidates["columns"], "minutes": candidates["minutes"]})
    return head.encode() + b"\n" + struct.pack(f"<{len(numbers)}d", *numbers)
