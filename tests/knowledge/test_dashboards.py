"""What who keeps knowledge reads of it: what was no help, what nobody verified, how much there is in each language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from app import clock
from app.actor import VISITOR
from app.knowledge.models.articles import Article
from app.knowledge.models.evidence import HelpfulMark
from app.knowledge.queries import care, translations
from app.organisations.identify import actor_of
from app.privacy.audiences import organisation_audience
from tests.cast import Cast, sign_in
from tests.knowledge import make


def mark(of: Article, reader: str, *, reason: str | None = None, **more: Any) -> None:
    defaults = {"visitor_digest": reader, "is_helpful": False, "number": 1, "marked_at": clock.now()}
    make.kept(HelpfulMark(article_id=of.id, reason=reason, **{**defaults, **more}))


def test_what_was_no_help_stands_first_by_how_many_say_so_of_what_readers_see_now_and_why(
    client: FlaskClient, cast: Cast
) -> None:
    once, often, mended = (make.article(cast.peer, title=f"The article {name}") for name in ("once", "often", "mended"))
    put_away = make.article(cast.peer, state="archived")
    of_energy = make.article(cast.rival, audience=organisation_audience(cast.energy.id))
    mark(once, "a", reason="other")
    for reader, reason in (("a", "unclear"), ("b", "wrong"), ("c", "unclear"), ("d", None), ("e", "outdated")):
        mark(often, reader, reason=reason)
    mark(often, "f", is_helpful=True)
    for hidden in (put_away, of_energy):
        mark(hidden, "a", reason="wrong")
    mark(mended, "a", reason="wrong")
    make.revision(mended, number=2)
    mended.head_number = mended.live_number = 2
    sign_in(client, cast.curator)

    found = care.most_unhelpful(actor_of(cast.curator))
    page = client.get("/knowledge/work").text

    assert [(each.row.id, each.count) for each in found] == [(often.id, 5), (once.id, 1)]
    assert found[0].reasons == [("unclear", 2), ("outdated", 1), ("wrong", 1)]
    assert "did not help 5 readers · It is not clear (2) · It is outdated · It does not work that way" in page
    assert "did not help 1 reader · Something else" in page


def test_what_nobody_verified_goes_by_verification_else_by_publication_the_least_sure_first(
    app: Any, database: Any, cast: Cast
) -> None:
    now = clock.now()
    old, lately = now - timedelta(days=200), now - timedelta(days=100)
    make.article(cast.peer, validation="not_validated", verified_at=None)
    make.article(cast.peer, validation="not_validated", verified_at=lately, now=old)
    make.article(cast.peer, verified_at=lately, published_at=old)
    make.article(cast.peer, state="archived", now=old)
    make.article(cast.rival, audience=organisation_audience(cast.energy.id), now=old)
    sure = make.article(cast.peer, verified_at=old, confidence=0.8)
    unsure = make.article(cast.peer, verified_at=None, published_at=old, confidence=0.5)
    changed = make.article(cast.peer, verified_at=old, changed_at=now, confidence=0.7)

    found = care.unreviewed(actor_of(cast.curator), care.long_ago(now))

    assert [row.id for row in found] == [unsure.id, changed.id, sure.id]


def test_coverage_counts_each_article_once_in_every_language_it_is_there_in(
    app: Any, database: Any, cast: Cast
) -> None:
    english = [make.article(cast.peer) for _ in range(3)]
    make.article(cast.peer, language="nl")
    for number, (original, state) in enumerate(zip(english, ("current", "out_of_date", "needs_update"), strict=True)):
        make.article(
            cast.peer,
            language="nl" if number < 2 else "de",
            translation_of_id=original.id,
            translation_state=state,
            translated_number=1,
        )
    draft = {"translation_of_id": english[2].id, "translation_state": "current", "translated_number": 1}
    make.article(cast.peer, language="nl", state="draft", **draft)
    make.article(cast.rival, audience=organisation_audience(cast.energy.id))

    found = {each.language: (each.there, each.behind, each.of, each.share) for each in translations.coverage(VISITOR)}

    assert found == {"en": (3, 0, 4, 0.75), "nl": (3, 1, 4, 0.75), "de": (1, 1, 4, 0.25)}
