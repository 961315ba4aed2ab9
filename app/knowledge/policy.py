"""What an actor may do with articles. Loaded objects in, a verdict out. `licence` is the actor's own."""

from __future__ import annotations

from collections.abc import Collection

from app.actor import Actor
from app.knowledge.licences import covers
from app.knowledge.models.articles import Article
from app.privacy.audiences import PUBLIC, may_know
from app.trust.standing import can_write
from app.verdict import ALLOWED, Verdict


def can_write_article(actor: Actor) -> Verdict:
    """Everybody who may write: what she writes is a draft until somebody else has reviewed it."""
    return _can_write(actor)


def can_edit(actor: Actor, article: Article, *, licence: str) -> Verdict:
    """Its author and owner, who keeps knowledge, and every contributor; what is for one organisation, all there."""
    if not (verdict := _can_write(actor)):
        return verdict
    if is_hers(actor, article) or keeps(actor) or covers(licence, "contributor"):
        return ALLOWED
    return ALLOWED if article.audience != PUBLIC else Verdict("licence_missing")


def can_publish_directly(actor: Actor, article: Article, *, licence: str, significance: str) -> Verdict:
    """A slip in an article that readers see, corrected by a contributor, needs no second pair of eyes. Whether it is no
    more than one, `slips.is_slip` measures.
    """
    if not (verdict := can_edit(actor, article, licence=licence)):
        return verdict
    is_slip = significance == "typo" and article.live_number == article.head_number and article.state == "published"
    return ALLOWED if is_slip and covers(licence, "contributor") else Verdict("review_first")


def can_ask_review(actor: Actor, article: Article, *, licence: str) -> Verdict:
    """Whoever may edit it, when there is something new to review."""
    if not (verdict := can_edit(actor, article, licence=licence)):
        return verdict
    if article.is_put_away:
        return Verdict("put_away")
    if article.review_number is not None or article.publish_at is not None:
        return Verdict("in_review_already")
    return ALLOWED if article.head_number != article.live_number else Verdict("nothing_to_review")


def can_review(actor: Actor, article: Article, *, licence: str, authors: Collection[int]) -> Verdict:
    """Nobody her own words. Publishers what is for everybody, contributors what is for one organisation.

    `authors` are those who wrote versions that readers do not see yet, or what the article was made of.
    """
    if not (verdict := _can_write(actor)):
        return verdict
    if article.is_put_away:
        return Verdict("put_away")
    if article.review_number is None:
        return Verdict("not_in_review")
    if actor.person_id in authors:
        return Verdict("own_article")
    needed = "publisher" if article.audience == PUBLIC else "contributor"
    return ALLOWED if covers(licence, needed) else Verdict("licence_missing")


def can_verify(actor: Actor, article: Article, *, licence: str, authors: Collection[int]) -> Verdict:
    """Say that it still holds: not who wrote what readers see, or what that was made of (`authors`), but its owner and
    every contributor.
    """
    if not (verdict := _can_write(actor)):
        return verdict
    if article.state != "published":
        return Verdict("not_published")
    if actor.person_id in authors:
        return Verdict("own_article")
    is_owner = article.owner_id == actor.person_id
    return ALLOWED if is_owner or covers(licence, "contributor") else Verdict("licence_missing")


def can_archive(actor: Actor, article: Article) -> Verdict:
    """Put it away, or back: its owner, and who keeps knowledge; what was never published, its author too."""
    if not (verdict := _can_write(actor)):
        return verdict
    is_draft_of_hers = article.live_number is None and is_hers(actor, article)
    may = is_draft_of_hers or article.owner_id == actor.person_id or keeps(actor)
    return ALLOWED if may else Verdict("owner_only")


def can_hand_over(actor: Actor, article: Article) -> Verdict:
    """Give it to another owner: its owner, and who keeps knowledge."""
    if not (verdict := _can_write(actor)):
        return verdict
    return ALLOWED if article.owner_id == actor.person_id or keeps(actor) else Verdict("owner_only")


def can_own(actor: Actor, article: Article) -> Verdict:
    """Look after an article: whoever may write, and may know it."""
    if not (verdict := _can_write(actor)):
        return verdict
    return ALLOWED if may_know(actor, article.audience) else Verdict("owner_only")


def can_signal(actor: Actor, article: Article) -> Verdict:
    """Everybody who may write says whether it worked, but nobody of her own article."""
    if not (verdict := _can_write(actor)):
        return verdict
    if article.state != "published":
        return Verdict("not_published")
    return Verdict("own_article") if article.author_id == actor.person_id else ALLOWED


def can_mark(actor: Actor, article: Article) -> Verdict:
    """Everybody says whether it helped, visitors too."""
    if actor.is_suspended:
        return Verdict("account_suspended")
    return ALLOWED if article.state == "published" else Verdict("not_published")


def can_keep(actor: Actor, *, licence: str) -> Verdict:
    """Curators, moderators and publishers keep the glossary, the work list and the dashboards."""
    if not (verdict := _can_write(actor)):
        return verdict
    return ALLOWED if keeps(actor) or covers(licence, "publisher") else Verdict("publishers_only")


def _can_write(actor: Actor) -> Verdict:
    return can_write(actor, work="knowledge")


def is_hers(actor: Actor, article: Article) -> bool:
    """Say whether she wrote its first version, or owns it."""
    return actor.person_id is not None and actor.person_id in {article.author_id, article.owner_id}


def keeps(actor: Actor) -> bool:
    """Say whether she keeps knowledge in order by her right."""
    return actor.is_curator or actor.is_moderator
