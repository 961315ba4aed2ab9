"""knowledge: articles, their versions, reviews, evidence and care

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "articles",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", WORDS, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("audience", WORDS, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("validation", WORDS, nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("summary", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("body_html", WORDS, nullable=False),
        sa.Column("renderer_version", KEY, nullable=False),
        sa.Column("tag_names", JSON, nullable=False),
        sa.Column("category_id", KEY, nullable=True),
        sa.Column("product", WORDS, nullable=False),
        sa.Column("product_version", WORDS, nullable=False),
        sa.Column("applies_organisation_id", KEY, nullable=True),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("head_number", KEY, nullable=False),
        sa.Column("live_number", KEY, nullable=True),
        sa.Column("review_number", KEY, nullable=True),
        sa.Column("review_asked_at", MOMENT, nullable=True),
        sa.Column("review_asked_by_id", KEY, nullable=True),
        sa.Column("publish_at", MOMENT, nullable=True),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("translation_of_id", KEY, nullable=True),
        sa.Column("translated_number", KEY, nullable=True),
        sa.Column("translation_state", WORDS, nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("verified_by_id", KEY, nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("confidence_at", MOMENT, nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column("is_suggested", sa.Boolean(), nullable=False),
        sa.Column("helpful_count", KEY, nullable=False),
        sa.Column("unhelpful_count", KEY, nullable=False),
        sa.Column("reads_count", KEY, nullable=False),
        sa.Column("row_version", KEY, nullable=False),
        sa.CheckConstraint("length(audience) <= 40", name=op.f("ck_articles_audience_length")),
        sa.CheckConstraint("length(body_html) <= 500000", name=op.f("ck_articles_body_html_length")),
        sa.CheckConstraint("length(body) <= 30000", name=op.f("ck_articles_body_length")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("ck_articles_confidence_is_a_share")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_articles_language_length")),
        sa.CheckConstraint("translation_of_id <> id", name=op.f("ck_articles_not_of_itself")),
        sa.CheckConstraint("length(product) <= 80", name=op.f("ck_articles_product_length")),
        sa.CheckConstraint("length(product_version) <= 40", name=op.f("ck_articles_product_version_length")),
        sa.CheckConstraint(
            "live_number IS NOT NULL OR state IN ('draft', 'in_review')", name=op.f("ck_articles_published_has_words")
        ),
        sa.CheckConstraint(
            "(review_number IS NULL) = (review_asked_at IS NULL)", name=op.f("ck_articles_review_asked_sometime")
        ),
        sa.CheckConstraint(
            "(publish_at IS NULL) = (approved_by_id IS NULL)", name=op.f("ck_articles_scheduled_by_somebody")
        ),
        sa.CheckConstraint("length(slug) <= 80", name=op.f("ck_articles_slug_length")),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'published', 'archived')", name=op.f("ck_articles_state_choice")
        ),
        sa.CheckConstraint("length(summary) <= 500", name=op.f("ck_articles_summary_length")),
        sa.CheckConstraint("length(title) <= 200", name=op.f("ck_articles_title_length")),
        sa.CheckConstraint(
            "translation_state IN ('current', 'needs_update', 'out_of_date')",
            name=op.f("ck_articles_translation_state_choice"),
        ),
        sa.CheckConstraint(
            "(translation_of_id IS NULL) = (translation_state IS NULL)",
            name=op.f("ck_articles_translations_have_a_state"),
        ),
        sa.CheckConstraint(
            "validation IN ('work_in_progress', 'not_validated', 'validated', 'archived')",
            name=op.f("ck_articles_validation_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"], ["organisations.id"], name=op.f("fk_articles_acting_for_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["applies_organisation_id"], ["organisations.id"], name=op.f("fk_articles_applies_organisation_id")
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["people.id"], name=op.f("fk_articles_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_articles_author_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_articles_category_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["people.id"], name=op.f("fk_articles_owner_id")),
        sa.ForeignKeyConstraint(["review_asked_by_id"], ["people.id"], name=op.f("fk_articles_review_asked_by_id")),
        sa.ForeignKeyConstraint(["translation_of_id"], ["articles.id"], name=op.f("fk_articles_translation_of_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["people.id"], name=op.f("fk_articles_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("slug", name=op.f("uq_articles_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_category", "articles", ["category_id", "id"])
    op.create_index("ix_articles_owner", "articles", ["owner_id", "id"])
    op.create_index(
        "ix_articles_publish_at",
        "articles",
        ["publish_at"],
        sqlite_where=sa.text("publish_at IS NOT NULL"),
        postgresql_where=sa.text("publish_at IS NOT NULL"),
    )
    op.create_index("ix_articles_published", "articles", ["state", "published_at", "id"])
    op.create_index(
        "uq_articles_translation",
        "articles",
        ["translation_of_id", "language"],
        unique=True,
        sqlite_where=sa.text("translation_of_id IS NOT NULL"),
        postgresql_where=sa.text("translation_of_id IS NOT NULL"),
    )
    op.create_table(
        "article_addresses",
        sa.Column("slug", WORDS, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("given_up_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(slug) <= 80", name=op.f("ck_article_addresses_slug_length")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_addresses_article_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_article_addresses")),
    )
    op.create_index("ix_article_addresses_article", "article_addresses", ["article_id"])
    op.create_table(
        "article_tags",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.CheckConstraint("length(name) <= 60", name=op.f("ck_article_tags_name_length")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_tags_article_id")),
        sa.PrimaryKeyConstraint("article_id", "name", name=op.f("pk_article_tags")),
    )
    op.create_index("ix_article_tags_name", "article_tags", ["name", "article_id"])
    op.create_table(
        "article_revisions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("based_on", KEY, nullable=True),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("summary", WORDS, nullable=False),
        sa.Column("body", WORDS, nullable=False),
        sa.Column("tag_names", JSON, nullable=False),
        sa.Column("category_id", KEY, nullable=True),
        sa.Column("product", WORDS, nullable=False),
        sa.Column("product_version", WORDS, nullable=False),
        sa.Column("applies_organisation_id", KEY, nullable=True),
        sa.Column("significance", WORDS, nullable=False),
        sa.Column("change", WORDS, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("restored_number", KEY, nullable=True),
        sa.CheckConstraint("based_on < number", name=op.f("ck_article_revisions_based_on_an_earlier_one")),
        sa.CheckConstraint("length(body) <= 30000", name=op.f("ck_article_revisions_body_length")),
        sa.CheckConstraint("length(change) <= 300", name=op.f("ck_article_revisions_change_length")),
        sa.CheckConstraint("length(product) <= 80", name=op.f("ck_article_revisions_product_length")),
        sa.CheckConstraint("length(product_version) <= 40", name=op.f("ck_article_revisions_product_version_length")),
        sa.CheckConstraint(
            "significance IN ('typo', 'medium', 'major')", name=op.f("ck_article_revisions_significance_choice")
        ),
        sa.CheckConstraint("length(summary) <= 500", name=op.f("ck_article_revisions_summary_length")),
        sa.CheckConstraint("length(title) <= 200", name=op.f("ck_article_revisions_title_length")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_article_revisions_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["applies_organisation_id"], ["organisations.id"], name=op.f("fk_article_revisions_applies_organisation_id")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_revisions_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_article_revisions_author_id")),
        sa.ForeignKeyConstraint(["category_id"], ["categories.id"], name=op.f("fk_article_revisions_category_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_revisions")),
        sa.UniqueConstraint("article_id", "number", name=op.f("uq_article_revisions_article_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_revisions_author", "article_revisions", ["author_id", "id"])
    op.create_table(
        "article_reviews",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("author_id", KEY, nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("decision", WORDS, nullable=False),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint("decision <> 'needs_change' OR note <> ''", name=op.f("ck_article_reviews_change_is_named")),
        sa.CheckConstraint("decision IN ('approved', 'needs_change')", name=op.f("ck_article_reviews_decision_choice")),
        sa.CheckConstraint("length(note) <= 1000", name=op.f("ck_article_reviews_note_length")),
        sa.CheckConstraint("reviewer_id <> author_id", name=op.f("ck_article_reviews_reviewer_is_not_the_author")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_reviews_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_article_reviews_author_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_article_reviews_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_reviews")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_reviews_article", "article_reviews", ["article_id", "id"])
    op.create_index("ix_article_reviews_author", "article_reviews", ["author_id", "decision"])
    op.create_index("ix_article_reviews_reviewer", "article_reviews", ["reviewer_id", "id"])
    op.create_table(
        "article_signals",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('worked', 'outdated')", name=op.f("ck_article_signals_kind_choice")),
        sa.CheckConstraint("length(reason) <= 300", name=op.f("ck_article_signals_reason_length")),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_article_signals_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_signals_article_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_article_signals_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_signals")),
        sa.UniqueConstraint("person_id", "article_id", name=op.f("uq_article_signals_person_id_article_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_signals_article", "article_signals", ["article_id", "kind"])
    op.create_table(
        "helpful_marks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("visitor_digest", WORDS, nullable=True),
        sa.Column("is_helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", WORDS, nullable=True),
        sa.Column("note", WORDS, nullable=False),
        sa.Column("number", KEY, nullable=False),
        sa.Column("marked_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(note) <= 300", name=op.f("ck_helpful_marks_note_length")),
        sa.CheckConstraint(
            "(person_id IS NULL) <> (visitor_digest IS NULL)", name=op.f("ck_helpful_marks_person_or_visitor")
        ),
        sa.CheckConstraint(
            "reason IN ('unclear', 'incomplete', 'wrong', 'outdated', 'not_my_question', 'other')",
            name=op.f("ck_helpful_marks_reason_choice"),
        ),
        sa.CheckConstraint("length(visitor_digest) <= 64", name=op.f("ck_helpful_marks_visitor_digest_length")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_helpful_marks_article_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_helpful_marks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpful_marks")),
        sa.UniqueConstraint("article_id", "person_id", name=op.f("uq_helpful_marks_article_id_person_id")),
        sa.UniqueConstraint("article_id", "visitor_digest", name=op.f("uq_helpful_marks_article_id_visitor_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article_reads",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", KEY, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_reads_article_id")),
        sa.PrimaryKeyConstraint("article_id", "day", name=op.f("pk_article_reads")),
    )
    op.create_table(
        "article_sources",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=True),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("acting_for_organisation_id", KEY, nullable=True),
        sa.Column("text_version", KEY, nullable=True),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["acting_for_organisation_id"],
            ["organisations.id"],
            name=op.f("fk_article_sources_acting_for_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_article_sources_answer_id")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_sources_article_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_article_sources_author_id")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name=op.f("fk_article_sources_help_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_sources")),
        sa.UniqueConstraint("article_id", "answer_id", name=op.f("uq_article_sources_article_id_answer_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_sources_answer", "article_sources", ["answer_id"])
    op.create_index("ix_article_sources_author", "article_sources", ["author_id"])
    op.create_index("ix_article_sources_request", "article_sources", ["help_request_id"])
    op.create_table(
        "article_uses",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("help_request_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("used_by_id", KEY, nullable=True),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "kind IN ('source', 'linked', 'asked_about', 'answered')", name=op.f("ck_article_uses_kind_choice")
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_article_uses_article_id")),
        sa.ForeignKeyConstraint(
            ["help_request_id"], ["help_requests.id"], name=op.f("fk_article_uses_help_request_id")
        ),
        sa.ForeignKeyConstraint(["used_by_id"], ["people.id"], name=op.f("fk_article_uses_used_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_uses")),
        sa.UniqueConstraint("article_id", "help_request_id", name=op.f("uq_article_uses_article_id_help_request_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_uses_request", "article_uses", ["help_request_id"])
    op.create_table(
        "knowledge_licences",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("level", WORDS, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.CheckConstraint(
            "level IN ('candidate', 'contributor', 'publisher')", name=op.f("ck_knowledge_licences_level_choice")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_knowledge_licences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_knowledge_licences")),
    )
    op.create_table(
        "knowledge_tasks",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("for_person_id", KEY, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("closed_by_id", KEY, nullable=True),
        sa.CheckConstraint(
            "kind IN ('outdated', 'low_confidence', 'source_changed', 'contradicted', 'translation')",
            name=op.f("ck_knowledge_tasks_kind_choice"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_knowledge_tasks_article_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["people.id"], name=op.f("fk_knowledge_tasks_closed_by_id")),
        sa.ForeignKeyConstraint(["for_person_id"], ["people.id"], name=op.f("fk_knowledge_tasks_for_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_tasks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_knowledge_tasks_person", "knowledge_tasks", ["for_person_id", "closed_at"])
    op.create_index(
        "uq_knowledge_tasks_open",
        "knowledge_tasks",
        ["article_id", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "knowledge_gaps",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.Column("people", KEY, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("dismissed_at", MOMENT, nullable=True),
        sa.Column("dismissed_by_id", KEY, nullable=True),
        sa.CheckConstraint("kind IN ('searched', 'asked')", name=op.f("ck_knowledge_gaps_kind_choice")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_knowledge_gaps_language_length")),
        sa.CheckConstraint("length(words) <= 200", name=op.f("ck_knowledge_gaps_words_length")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_knowledge_gaps_article_id")),
        sa.ForeignKeyConstraint(["dismissed_by_id"], ["people.id"], name=op.f("fk_knowledge_gaps_dismissed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_gaps")),
        sa.UniqueConstraint("kind", "language", "words", name=op.f("uq_knowledge_gaps_kind_language_words")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_knowledge_gaps_people", "knowledge_gaps", ["people", "id"])
    op.create_table(
        "knowledge_terms",
        sa.Column("id", KEY, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("term", WORDS, nullable=False),
        sa.Column("term_key", WORDS, nullable=False),
        sa.Column("definition", WORDS, nullable=False),
        sa.Column("article_id", KEY, nullable=True),
        sa.Column("written_by_id", KEY, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(definition) <= 600", name=op.f("ck_knowledge_terms_definition_length")),
        sa.CheckConstraint("length(language) <= 8", name=op.f("ck_knowledge_terms_language_length")),
        sa.CheckConstraint("length(term_key) <= 160", name=op.f("ck_knowledge_terms_term_key_length")),
        sa.CheckConstraint("length(term) <= 80", name=op.f("ck_knowledge_terms_term_length")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_knowledge_terms_article_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["people.id"], name=op.f("fk_knowledge_terms_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_terms")),
        sa.UniqueConstraint("language", "term_key", name=op.f("uq_knowledge_terms_language_term_key")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("knowledge_terms")
    op.drop_table("knowledge_gaps")
    op.drop_table("knowledge_tasks")
    op.drop_table("knowledge_licences")
    op.drop_table("article_uses")
    op.drop_table("article_sources")
    op.drop_table("article_reads")
    op.drop_table("helpful_marks")
    op.drop_table("article_signals")
    op.drop_table("article_reviews")
    op.drop_table("article_revisions")
    op.drop_table("article_tags")
    op.drop_table("article_addresses")
    op.drop_table("articles")
