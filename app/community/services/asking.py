"""Asking a question."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from app import clock
from app.actor import Actor
from app.attachments.services import show_in
from app.community import policy
from app.community.compose import Composed
from app.community.events.posts import QuestionAsked
from app.community.models.posts import Question
from app.community.services.checks import checked_body, checked_category, checked_template, checked_title
from app.community.services.following import follow_by_itself
from app.community.services.mentioning import keep_mentions
from app.community.tags import put_tags, standing_names
from app.db import db
from app.errors import Invalid
from app.outbox.record import record
from app.privacy.audiences import PUBLIC, may_know
from app.requests.models import HelpRequest
from app.verdict import require


def ask_question(
    actor: Actor,
    *,
    title: str,
    text: Composed,
    category_id: int,
    tag_names: Sequence[str] = (),
    audience: str = PUBLIC,
    channel: str = "web",
) -> Question:
    """Ask a question and announce it. Raises Invalid for an unknown category or an audience that is not the asker's."""
    require(policy.can_ask(actor))
    assert actor.person_id is not None
    assert actor.asker_id is not None
    title = checked_title(title)
    checked_body(text)
    category = checked_category(category_id)
    checked_template(text, category)
    if not may_know(actor, audience):
        raise Invalid("unknown_audience", _l("Choose who may read this from the list."), field="audience")
    tag_names = standing_names(tag_names)
    now = clock.now()
    request = HelpRequest(
        kind="question",
        asker_id=actor.asker_id,
        entered_by_id=actor.person_id if actor.representing_person_id else None,
        acting_for_organisation_id=actor.acting_for_organisation_id,
        through_organisation_id=actor.through_organisation_id,
        channel=channel,
        language=text.language,
        language_how=text.language_how,
        audience=audience,
        state="open",
        state_since=now,
        created_at=now,
    )
    question = Question(
        request=request,
        title=title,
        category_id=category.id,
        asker_id=actor.asker_id,
        audience=audience,
        tag_names=tag_names,
        created_at=now,
        last_activity_at=now,
        excerpt=text.excerpt,
        body=text.body,
        body_html=text.html,
        source_format=text.source_format,
        renderer_version=text.renderer_version,
    )
    db.session.add(question)
    db.session.flush()  # tags and the fact carry the id
    show_in(actor, text.html, help_request_id=question.id, place=f"question:{question.id}")
    put_tags(question.id, tag_names, asked_at=now, is_public=audience == PUBLIC)
    for each in {actor.asker_id, actor.person_id}:
        follow_by_itself(each, question.id, "asked")
    record(
        QuestionAsked(question_id=question.id, asker_id=actor.asker_id, category_id=category.id),
        by=actor,
        request_id=question.id,
        channel=channel,
    )
    keep_mentions(actor, question, question, text)
    return question
