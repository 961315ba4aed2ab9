"""Which services fit a request: the words of what is offered weighed against the words of what is asked, by BM25, times
how well each went so far.

The index is made of the whole catalogue, kept in the process and made anew when something in it changed; what it names
is loaded again, so that nothing is shown that is no longer offered. Words that a third of the services share say
nothing: a request with no other word in common fits none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.community.models.shelves import Tag
from app.db import db
from app.marketplace.models.services import Service, ServiceTag
from app.marketplace.queries.catalogue import offered
from app.ranking.bm25 import TextIndex
from app.ranking.text import words
from app.routing.service_records import ServiceRecord, records_of

EXTENSION = "samen.fitting_services"
MOST_INDEXED = 5_000
TITLE_COUNTS, TOPIC_COUNTS = 3, 3  # a word in the name of a service says more of it than one in its text
SHORTEST_WORD = 4
COMMON_SHARE = 1 / 3
# So many that fit by their words are held against each other by how they went.
LOOKED_AT = 12


@dataclass(frozen=True)
class Fitting:
    """A service that fits a request, and how it went so far."""

    service: Service
    record: ServiceRecord


@dataclass(frozen=True)
class Catalogue:
    """The words of every service on offer, under the mark of the rows they were made of."""

    mark: tuple[object, ...]
    ids: Sequence[int]
    index: TextIndex
    carriers: Counter[str]  # how many services have a word

    def telling(self, text: str) -> Counter[str]:
        """Return the words of a text that tell services apart."""
        most = max(1.0, len(self.ids) * COMMON_SHARE)
        counted = Counter(words(text))
        return Counter(
            {word: n for word, n in counted.items() if len(word) >= SHORTEST_WORD and 0 < self.carriers[word] <= most}
        )


def services_for(text: str, *, most: int = 3) -> Sequence[Fitting]:
    """Return the services on offer that fit a request best, best first; none where none does."""
    catalogue = _catalogue()
    asked = catalogue.telling(text)
    if not asked:
        return ()
    scores = catalogue.index.scores(catalogue.index.look_up(asked))
    best = [int(each) for each in np.argsort(-scores, kind="stable")[:LOOKED_AT] if scores[each] > 0]
    records = records_of([catalogue.ids[each] for each in best])
    # Sorted stably: what fits and went equally well stays in its order.
    best.sort(key=lambda each: -float(scores[each]) * records[catalogue.ids[each]].share)
    ids = [catalogue.ids[each] for each in best[:most]]
    rows = select(Service).join(Service.organisation).where(Service.id.in_(ids), offered())
    found = {each.id: each for each in db.session.scalars(rows.options(contains_eager(Service.organisation)))}
    return [Fitting(found[each], records[each]) for each in ids if each in found]


def _catalogue() -> Catalogue:
    counted = select(func.count(), func.max(Service.changed_at), func.max(Service.id), func.sum(Service.row_version))
    mark = tuple(db.session.execute(counted.where(Service.state == "published")).one())
    kept: Catalogue | None = current_app.extensions.get(EXTENSION)
    if kept is None or kept.mark != mark:
        kept = current_app.extensions[EXTENSION] = _made(mark)
    return kept


def _made(mark: tuple[object, ...]) -> Catalogue:
    rows = select(Service.id, Service.title, Service.body).join(Service.organisation).where(offered())
    topics: dict[int, list[str]] = {}
    tagged = select(ServiceTag.service_id, Tag.name).join(Tag, Tag.id == ServiceTag.tag_id)
    for service_id, name in db.session.execute(tagged):
        topics.setdefault(service_id, []).append(name.replace("-", " "))
    index, ids, carriers = TextIndex(), [], Counter[str]()
    for service_id, title, body in db.session.execute(rows.order_by(Service.id).limit(MOST_INDEXED)):
        counts = Counter(words(body))
        for word in words(title):
            counts[word] += TITLE_COUNTS
        for word in words(" ".join(topics.get(service_id, ()))):
            counts[word] += TOPIC_COUNTS
        index.add(counts)
        ids.append(service_id)
        carriers.update(counts.keys())
    return Catalogue(mark, ids, index, carriers)
