"""What the community does about its own facts: an edited question that needed details is put up for reopening."""

from __future__ import annotations

from app.community.events.posts import QuestionEdited
from app.community.services import petitioning
from app.outbox.record import Happening, Reaction


def ask_to_reopen(happening: Happening) -> None:
    """Ask moderators to look again, when the asker herself added something."""
    assert isinstance(happening.fact, QuestionEdited)
    if happening.actor_id is not None:
        petitioning.improved(happening.fact.question_id, happening.actor_id)


question_improved = Reaction("community.improved", ("question_edited",), ask_to_reopen)
