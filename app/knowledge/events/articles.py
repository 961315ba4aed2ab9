"""Facts about articles: written, reviewed, published, put away, and how sure one is of them."""

from __future__ import annotations

from typing import Literal

from app.outbox.facts import Code, Fact, fact

Significance = Literal["typo", "medium", "major"]


@fact("article_written")
class ArticleWritten(Fact):
    """A new version of an article; the first one is number 1."""

    article_id: int
    number: int
    author_id: int
    significance: Significance


@fact("article_review_asked")
class ArticleReviewAsked(Fact):
    """Somebody asks for a review of a version."""

    article_id: int
    number: int


@fact("article_reviewed")
class ArticleReviewed(Fact):
    """A reviewer's word on a version."""

    article_id: int
    number: int
    author_id: int
    reviewer_id: int
    is_approved: bool


@fact("article_published")
class ArticlePublished(Fact):
    """Readers see this version from now on."""

    article_id: int
    number: int
    author_id: int
    significance: Significance


@fact("article_archived")
class ArticleArchived(Fact):
    """An article was put away: it can be read, and is found no more."""

    article_id: int


@fact("article_unarchived")
class ArticleUnarchived(Fact):
    """An article that was put away is back."""

    article_id: int


@fact("article_verified")
class ArticleVerified(Fact):
    """Somebody looked and says that the article still holds."""

    article_id: int
    number: int
    verified_by_id: int


@fact("article_signal_given")
class ArticleSignalGiven(Fact):
    """Somebody who tried an article says that it worked, or that it is outdated."""

    article_id: int
    person_id: int
    says: Code


@fact("article_signal_withdrawn")
class ArticleSignalWithdrawn(Fact):
    """Somebody takes back what she said of an article."""

    article_id: int
    person_id: int
    says: Code


@fact("article_confidence_changed")
class ArticleConfidenceChanged(Fact):
    """How sure one may be of an article passed a limit, up or down. `confidence` is in [0, 1]."""

    article_id: int
    confidence: float
    is_doubtful: bool
    is_suggested: bool


@fact("article_used")
class ArticleUsed(Fact):
    """A request and an article have to do with each other."""

    article_id: int
    used_for_id: int
    how: Code


@fact("knowledge_task_opened")
class KnowledgeTaskOpened(Fact):
    """Somebody is asked to look after an article."""

    task_id: int
    article_id: int
    for_person_id: int
    about: Code


@fact("knowledge_task_closed")
class KnowledgeTaskClosed(Fact):
    """What an article asked for was done, or is no longer needed."""

    task_id: int
    article_id: int
    about: Code


@fact("knowledge_licence_earned")
class LicenceEarned(Fact):
    """Somebody's record earned her another licence."""

    person_id: int
    level: Code
