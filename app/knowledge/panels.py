"""What other pages show of the knowledge base: the articles of a question."""

from __future__ import annotations

from typing import Any

from app.actor import Actor
from app.community.models.posts import Question
from app.knowledge.links import article_path
from app.knowledge.queries.about import articles_for_question
from app.web.language import current_language


def question_panel(viewer: Actor, question: Question) -> tuple[str, dict[str, Any]] | None:
    """Return the articles made of a question's answers or named there; None where there are none."""
    rows = articles_for_question(viewer, question, current_language())
    return ("knowledge/_question.html", {"rows": rows, "article_path": article_path}) if rows else None
