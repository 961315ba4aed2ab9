"""The licences of Knowledge-Centered Service and what earns them. Pure.

A candidate writes, and others review. A contributor has shown that what she writes holds: she improves articles of
others, reviews for one organisation, and corrects slips without a review. A publisher has shown that she judges well
too: she reviews what everybody reads. Nobody reviews her own words, whatever her licence.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.knowledge.lengths import LICENCES

# As shares below count, so that nobody is held back for ever by how she began.
CONTRIBUTOR_ARTICLES, CONTRIBUTOR_SHARE = 3, 0.7
PUBLISHER_ARTICLES, PUBLISHER_SHARE, PUBLISHER_REVIEWS = 8, 0.8, 3


@dataclass(frozen=True)
class Record:
    """What somebody did: versions of hers that reviewers approved or sent back, and reviews she gave."""

    approved: int = 0
    sent_back: int = 0
    reviews: int = 0

    @property
    def share(self) -> float:
        """The share of her versions that was approved, in [0, 1]; 0 where there are none."""
        judged = self.approved + self.sent_back
        return self.approved / judged if judged else 0.0


def licence_for(record: Record) -> str:
    """Return the highest licence this record earns."""
    if record.approved >= PUBLISHER_ARTICLES and record.share >= PUBLISHER_SHARE:
        if record.reviews >= PUBLISHER_REVIEWS:
            return "publisher"
        return "contributor"
    if record.approved >= CONTRIBUTOR_ARTICLES and record.share >= CONTRIBUTOR_SHARE:
        return "contributor"
    return "candidate"


def covers(has: str, needs: str) -> bool:
    """Say whether one licence includes another."""
    return LICENCES.index(has) >= LICENCES.index(needs)
