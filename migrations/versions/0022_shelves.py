"""shelves: tags have texts, synonyms and an end, categories can close and merge, and the log tells of both

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite makes a table anew to change it, and forgets what is not said again.
KEPT = {"sqlite_autoincrement": True}
KIND = "ck_acts_kind_choice"
KINDS = (
    "'deleted_question', 'deleted_answer', 'closed', 'reopened', 'locked', 'unlocked', 'pinned', 'unpinned', 'moved', "
    "'merged', 'split', 'deleted_comment'"
)
MORE_KINDS = (
    "'tag_described', 'synonym_added', 'synonym_removed', 'tag_renamed', 'tag_merged', 'tag_retired', "
    "'tag_used_again', 'category_made', 'category_changed', 'category_closed', 'category_opened', 'category_merged'"
)
ONE_SUBJECT = (
    "CASE WHEN question_id IS NULL THEN 0 ELSE 1 END + CASE WHEN tag_id IS NULL THEN 0 ELSE 1 END + "
    "CASE WHEN category_id IS NULL THEN 0 ELSE 1 END = 1"
)


def upgrade() -> None:
    with op.batch_alter_table("tags", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("texts", JSON, nullable=False, server_default="{}"))
        table.add_column(sa.Column("synonym_of_id", NUMBER, nullable=True))
        table.add_column(sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(op.f("fk_tags_synonym_of_id"), "tags", ["synonym_of_id"], ["id"])
        table.create_check_constraint(op.f("ck_tags_not_of_itself"), "synonym_of_id <> id")
    with op.batch_alter_table("tags", table_kwargs=KEPT) as table:
        table.alter_column("texts", existing_type=JSON, server_default=None)
        table.create_index("ix_tags_synonym_of", ["synonym_of_id"])
        table.create_index("ix_tags_popular", ["questions_count", "name"])
    with op.batch_alter_table("categories", table_kwargs=KEPT) as table:
        table.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("merged_into_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_categories_merged_into_id"), "categories", ["merged_into_id"], ["id"])
    with op.batch_alter_table("acts", table_kwargs=KEPT) as table:
        table.alter_column("question_id", existing_type=NUMBER, nullable=True)
        table.add_column(sa.Column("tag_id", NUMBER, nullable=True))
        table.add_column(sa.Column("category_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_acts_tag_id"), "tags", ["tag_id"], ["id"])
        table.create_foreign_key(op.f("fk_acts_category_id"), "categories", ["category_id"], ["id"])
        table.create_check_constraint(op.f("ck_acts_one_subject"), ONE_SUBJECT)
        table.drop_constraint(op.f(KIND), type_="check")
        table.create_check_constraint(op.f(KIND), f"kind IN ({KINDS}, {MORE_KINDS})")
        table.create_index("ix_acts_tag", ["tag_id", "id"])
        table.create_index("ix_acts_category", ["category_id", "id"])


def downgrade() -> None:
    op.execute("DELETE FROM acts WHERE question_id IS NULL")
    with op.batch_alter_table("acts", table_kwargs=KEPT) as table:
        table.drop_index("ix_acts_category")
        table.drop_index("ix_acts_tag")
        table.drop_constraint(op.f(KIND), type_="check")
        table.create_check_constraint(op.f(KIND), f"kind IN ({KINDS})")
        table.drop_constraint(op.f("ck_acts_one_subject"), type_="check")
        table.drop_constraint(op.f("fk_acts_category_id"), type_="foreignkey")
        table.drop_constraint(op.f("fk_acts_tag_id"), type_="foreignkey")
        table.drop_column("category_id")
        table.drop_column("tag_id")
        table.alter_column("question_id", existing_type=NUMBER, nullable=False)
    with op.batch_alter_table("categories", table_kwargs=KEPT) as table:
        table.drop_constraint(op.f("fk_categories_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
        table.drop_column("closed_at")
    with op.batch_alter_table("tags", table_kwargs=KEPT) as table:
        table.drop_index("ix_tags_popular")
        table.drop_index("ix_tags_synonym_of")
        table.drop_constraint(op.f("ck_tags_not_of_itself"), type_="check")
        table.drop_constraint(op.f("fk_tags_synonym_of_id"), type_="foreignkey")
        table.drop_column("retired_at")
        table.drop_column("synonym_of_id")
        table.drop_column("texts")
