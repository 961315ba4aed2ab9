"""What can happen in a community, as far as the ranking cares: small values in, in the order they became known.

`at` is always in seconds since 1970 UTC and is the moment the event became *visible*; ids are whole numbers of the
caller's choice. Evaluation makes these from an archive (protocol.py), the live product from its own facts; both feed
the same State.
"""

from typing import NamedTuple


class Asked(NamedTuple):
    """A request was placed. `topics` are tag ids; `judged` is False where the source does not record acceptance."""

    at: float
    request: int
    asker: int
    title: str
    body: str
    topics: tuple[int, ...] = ()
    judged: bool = True


class Answered(NamedTuple):
    """A provider replied. `person` is who wrote it: a reply by the asker is a follow-up and no help.

    `provider` and `person` differ where one person helps in several capacities.
    """

    at: float
    request: int
    answer: int
    provider: int
    person: int


class Accepted(NamedTuple):
    """Somebody who asked confirmed that this answer solved it. `person`: who; None where that is not known.

    Of whom it is not known, the word counts in full.
    """

    at: float
    answer: int
    person: int | None = None


class Unaccepted(NamedTuple):
    """The asker took a confirmation back."""

    at: float
    answer: int


class Voted(NamedTuple):
    """Readers found an answer useful (positive) or not (negative): `change` is what to add to its score."""

    at: float
    answer: int
    change: int


class Withdrawn(NamedTuple):
    """An answer was removed; everything it added is taken back."""

    at: float
    answer: int


class Joined(NamedTuple):
    """A provider came to be; it can be ranked from now on, without any record."""

    at: float
    provider: int


class Described(NamedTuple):
    """A provider says what it can help with: skills of a person, services of an organisation.

    Counts as topic evidence (one answered request with this text and these topics), never as activity.
    """

    at: float
    provider: int
    text: str
    topics: tuple[int, ...] = ()


Event = Asked | Answered | Accepted | Unaccepted | Voted | Withdrawn | Joined | Described
