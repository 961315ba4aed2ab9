"""Writing an article, and writing it over: every version is kept, and nobody writes over what she has not seen."""

from __future__ import annotations

from types import SimpleNamespace

from flask_babel import lazy_gettext as _l

from app import clock
from app.actor import Actor
from app.db import db
from app.errors import Conflict, Invalid
from app.knowledge import policy
from app.knowledge.confidence import Evidence, confidence_of
from app.knowledge.lengths import SIGNIFICANCES
from app.knowledge.models.articles import Article
from app.knowledge.models.versions import ArticleRevision
from app.knowledge.queries.licences import licence_of
from app.knowledge.queries.translations import languages_of
from app.knowledge.queries.versions import version_of
from app.knowledge.services.following import note_that_it_is_old, say_follows
from app.knowledge.services.holding import changed_meanwhile, hold
from app.knowledge.services.publishing import publish
from app.knowledge.services.storing import check_language, checked, free_slug, keep_version, put_tags, put_words
from app.knowledge.slips import is_slip
from app.knowledge.wording import ArticleText, changes_between
from app.privacy.audiences import PUBLIC, audiences_of, organisation_audience
from app.verdict import require


def write_article(
    actor: Actor,
    text: ArticleText,
    *,
    audience: str = PUBLIC,
    language: str,
    translation_of: Article | None = None,
) -> Article:
    """Begin an article, as a draft of the actor's. A translation has the readers and the shelf of what it translates.

    Raises Invalid where the words or the audience cannot be, Conflict where that translation is there already.
    """
    require(policy.can_write_article(actor))
    assert actor.person_id is not None
    text = checked(text)
    _check_audience(actor, audience)
    now = clock.now()
    made = Article(
        slug=free_slug(text.title),
        language=language,
        audience=audience,
        author_id=actor.person_id,
        acting_for_organisation_id=actor.acting_for_organisation_id,
        owner_id=actor.person_id,
        created_at=now,
        changed_at=now,
        confidence=confidence_of(Evidence()).value,
        confidence_at=now,
        translation_of_id=translation_of.id if translation_of else None,
        translated_number=translation_of.live_number if translation_of else None,
        translation_state="current" if translation_of else None,
        **text.columns(),
    )
    db.session.add(made)
    db.session.flush()  # its versions carry the id
    put_tags(made.id, text.tag_names)
    keep_version(actor, made, text, significance="major", change="", based_on=None)
    return made


def revise(
    actor: Actor,
    article: Article,
    text: ArticleText,
    *,
    significance: str,
    change: str,
    seen_number: int,
    restored_number: int | None = None,
    follows: int | None = None,
    language: str | None = None,
    audience: str | None = None,
) -> bool:
    """Write an article over, as a new version; return whether readers see it at once. With `follows` it is a
    translation that says what this version of the original says; its words may stay as they were. So may those of a
    draft whose `language` or `audience` is corrected; once it was published, neither changes.

    What nobody has published yet is simply the newer draft. Over what readers see lies a version that waits for a
    review, unless it corrects a slip and its author is a contributor. Raises Conflict "edited_meanwhile" when somebody
    else wrote since `seen_number`, Invalid when nothing differs, or more than a slip is called one.
    """
    hold(article)
    licence = licence_of(actor)
    require(policy.can_edit(actor, article, licence=licence))
    if significance not in SIGNIFICANCES:
        raise Invalid("significance", _l("Choose how much the meaning changes."), field="significance")
    if article.head_number != seen_number:
        raise edited_meanwhile()
    text = checked(text, had=article)
    head, new = version_of(article, article.head_number), SimpleNamespace(**text.columns())
    is_corrected = _correct(actor, article, language=language, audience=audience)
    if follows is None and not is_corrected and changes_between(head, new).are_none:
        raise Invalid("nothing_changed", _l("You have not changed anything yet."))
    if article.live_number is not None:
        _check_what_is_said(head, new, significance=significance, change=change)
    may_directly = policy.can_publish_directly(actor, article, licence=licence, significance=significance)
    article.head_number += 1
    made = keep_version(actor, article, text, significance=significance, change=change, based_on=seen_number)
    made.restored_number = restored_number
    article.row_version += 1
    if follows is not None:
        say_follows(article, follows)
    if restored_number is not None:
        note_that_it_is_old(article, version_of(article, restored_number))
    if may_directly and follows is None:
        publish(actor, article, made)
        return True
    if article.live_number is None:
        put_words(article, made)
    if article.review_number is not None:
        article.review_number = article.head_number
    article.publish_at = article.approved_by_id = None
    return False


def _correct(actor: Actor, article: Article, *, language: str | None, audience: str | None) -> bool:
    """Correct the language and the readers of what nobody has published yet; return whether that is another now."""
    if language in {None, article.language} and audience in {None, article.audience}:
        return False
    if article.live_number is not None:
        raise changed_meanwhile()
    if language is not None and language != article.language:
        check_language(language, taken=languages_of(article) if article.translation_of_id is not None else ())
        article.language = language
    if audience is not None and audience != article.audience:
        _check_audience(actor, audience)
        article.audience = audience
    return True


def _check_audience(actor: Actor, audience: str) -> None:
    offered = {PUBLIC, *(organisation_audience(seat.organisation_id) for seat in actor.seats)}
    if audience not in offered & audiences_of(actor):
        raise Invalid("unknown_audience", _l("Choose who may read this from the list."), field="audience")


def _check_what_is_said(head: ArticleRevision, new: SimpleNamespace, *, significance: str, change: str) -> None:
    """Raise Invalid where a change of what readers see is not said, or called less than it is."""
    if not change.strip():
        raise Invalid("change_missing", _l("Say in a few words what you changed."), field="change")
    if significance == "typo" and not is_slip(head, new):
        raise Invalid(
            "more_than_a_slip",
            _l(
                "This is more than a slip of the pen: that is a few letters, and no link, number or word of the title. "
                "Choose how much the meaning changes."
            ),
            field="significance",
        )


def edited_meanwhile() -> Conflict:
    """Return the conflict that the view answers with a page on which nothing is lost."""
    return Conflict(
        "edited_meanwhile",
        _l("Somebody else changed this meanwhile. Copy your text, load the page again and put the two together."),
    )
