"""Tags: what they are about, their other names, merging and retiring, and what their pages show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actor import VISITOR
from app.community import tags
from app.community.compose import compose
from app.community.models.follows import Follow
from app.community.models.posts import Question
from app.community.models.shelves import QuestionTag, Tag
from app.community.queries import log, shelves
from app.community.queries import tags as queries
from app.community.services import asking, editing, tag_merging, tagging, undoing
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.outbox.models import DomainEvent
from app.privacy.audiences import organisation_audience
from app.providers.queries import topics_in_capacity
from app.reactions.search import mark_relabelled
from app.search.models import StaleDocument
from app.search.queries import Asked
from app.search.standing import standing
from tests.cast import acting, sign_in, submit
from tests.community import make
from tests.providers import make as providers
from tests.support.clock import NOW


@pytest.fixture
def wifi(app, database, cast) -> Tag:
    return make.tag("wifi")


@pytest.fixture
def internet(app, database, cast) -> Tag:
    return make.tag("internet")


@pytest.fixture
def question(cast, wifi) -> Question:
    return make.question(cast.customer, title="Why is the wifi slow?", tags=(wifi,))


def carried(question: Question) -> set[str]:
    rows = select(Tag.name).join(QuestionTag, QuestionTag.tag_id == Tag.id)
    from app.db import db

    return set(db.session.scalars(rows.where(QuestionTag.question_id == question.id)))


def ask(actor, category, *names: str) -> Question:
    return asking.ask_question(
        actor, title="How do I get online?", text=compose("It does not work."), category_id=category.id, tag_names=names
    )


def test_who_keeps_tags(cast, question, wifi):
    for person in (cast.customer, cast.peer, cast.agent, cast.suspended):
        with pytest.raises(NotAllowed):
            tagging.add_synonym(acting(person), wifi, "wlan")
    for person in (cast.curator, cast.moderator, cast.operator):
        tagging.add_synonym(acting(person), wifi, f"wlan-{person.id}")


def test_another_name_gives_the_tag_when_asking_editing_and_searching(database, cast, question, wifi):
    tagging.add_synonym(acting(cast.curator), wifi, "Wireless LAN")

    made = ask(acting(cast.peer), question.category, "wireless-lan", "wifi", "router")
    assert made.tag_names == ["wifi", "router"]
    assert carried(made) == {"wifi", "router"}
    editing.edit_question(
        acting(cast.peer),
        made,
        title=made.title,
        text=compose("It does not work at all."),
        tag_names=["wireless-lan"],
        category_id=made.category_id,
        reason="",
        seen_version=made.text_version,
    )
    database.expire_all()
    assert made.tag_names == ["wifi"]
    assert wifi.questions_count == 2
    assert str(standing(Asked("slow tag:Wireless-LAN -tag:other").query())) == "slow tag:wifi -tag:other"


def test_a_name_in_use_leads_nowhere_else(cast, question, wifi, internet):
    make.question(cast.customer, tags=(internet,))
    curator = acting(cast.curator)
    tagging.add_synonym(curator, wifi, "wlan")

    for name in ("internet", "wifi", "wlan", "???", "a" * 41):
        with pytest.raises(Invalid):
            tagging.add_synonym(curator, wifi, name)
    with pytest.raises(Invalid, match="tag_name_taken"):
        tagging.add_synonym(curator, internet, "wlan")


def test_a_tag_is_renamed_and_back(database, cast, question, wifi):
    act = tagging.rename(acting(cast.curator), wifi, "wireless")
    database.expire_all()
    assert (question.tag_names, wifi.name) == (["wireless"], "wireless")
    assert shelves.tag_called(acting(cast.peer), "wifi").id == wifi.id

    undoing.undo(acting(cast.curator), act)
    database.expire_all()

    assert (question.tag_names, wifi.name) == (["wifi"], "wifi")
    with pytest.raises(NotFound):
        shelves.tag_called(acting(cast.peer), "wireless")


def test_only_the_last_name_is_taken_back_and_what_was_told_is_not(database, cast, question, wifi):
    curator = acting(cast.curator)
    first, second = tagging.rename(curator, wifi, "wireless"), tagging.rename(curator, wifi, "radio")
    told = tagging.describe(curator, wifi, {"en": {"description": "Nets without cables."}})

    with pytest.raises(Conflict, match="changed_since"), database.begin_nested():
        undoing.undo(curator, first)
    with pytest.raises(Conflict, match="no_reversal"):
        undoing.undo(curator, told)
    database.expire_all()
    assert (wifi.name, first.undone_at, told.undone_at) == ("radio", None, None)

    for act, name in ((second, "wireless"), (first, "wifi")):
        undoing.undo(curator, act)
        database.expire_all()
        assert wifi.name == name


def test_a_tag_that_is_merged_while_somebody_asks_is_put_on_as_what_it_is_now(
    database, cast, question, wifi, internet, monkeypatch
):
    make.question(cast.peer, tags=(internet,))
    look_up = tags._meant
    calls = []

    def then_merge(names):
        found = look_up(names)
        if not calls:
            calls.append(tag_merging.merge(acting(cast.curator), wifi, internet))
        return found

    monkeypatch.setattr(tags, "_meant", then_merge)
    made = asking.ask_question(
        acting(cast.peer),
        title="Why is there no wifi?",
        text=compose("It was there yesterday."),
        category_id=question.category_id,
        tag_names=["wifi"],
    )

    database.expire_all()
    assert made.tag_names == ["internet"]
    assert database.scalar(select(QuestionTag.tag_id).where(QuestionTag.question_id == made.id)) == internet.id


def test_two_tags_become_one_with_everything_on_them_and_two_again(database, cast, question, wifi, internet):
    both = make.question(cast.peer, tags=(wifi, internet))
    inside = make.question(cast.agent, tags=(wifi,), audience=organisation_audience(cast.waterworks.id))
    follow = make.follow(cast.outsider.id, tag_id=wifi.id)
    for tag in (wifi, internet):
        make.follow(cast.peer.id, tag_id=tag.id)
    providers.skill(cast.peer_provider, wifi)
    curator, version = acting(cast.curator), question.row_version
    tagging.add_synonym(curator, wifi, "wlan")

    act = tag_merging.merge(curator, wifi, internet)
    database.expire_all()

    assert [each.tag_names for each in (question, both, inside)] == [["internet"], ["internet"], ["internet"]]
    assert carried(both) == {"internet"}
    assert (wifi.questions_count, internet.questions_count) == (0, 2)
    assert {each.name for each in queries.synonyms_of(internet)} == {"wifi", "wlan"}
    assert (follow.tag_id, question.row_version) == (internet.id, version + 1)
    assert list(topics_in_capacity(acting(cast.peer))) == ["internet"]
    assert ask(curator, question.category, "wlan").tag_names == ["internet"]

    undoing.undo(curator, act)
    database.expire_all()

    assert [each.tag_names for each in (question, inside)] == [["wifi"], ["wifi"]]
    assert set(both.tag_names) == carried(both) == {"wifi", "internet"}
    assert (wifi.questions_count, internet.questions_count) == (2, 2)
    assert follow.tag_id == wifi.id
    assert [each.name for each in queries.synonyms_of(wifi)] == ["wlan"]
    assert len(database.scalars(select(Follow).where(Follow.tag_id == internet.id)).all()) == 1


def test_an_undone_merge_leaves_alone_what_changed_since(database, cast, question, wifi, internet):
    make.question(cast.peer, tags=(internet,))
    other = make.question(cast.peer, tags=(make.tag("net"),))
    curator = acting(cast.curator)
    act = tag_merging.merge(curator, wifi, internet)
    database.expire_all()
    onward = tag_merging.merge(curator, internet, shelves.tag_called(curator, other.tag_names[0]))
    database.expire_all()

    with pytest.raises(Conflict):
        undoing.undo(curator, act)
    database.refresh(act)
    act.undone_at = None
    undoing.undo(curator, onward)
    database.expire_all()
    undoing.undo(curator, act)
    database.expire_all()

    assert question.tag_names == ["wifi"]


def test_the_index_is_told_of_every_question(database, cast, question, wifi, internet):
    make.question(cast.peer, tags=(internet,))
    tag_merging.merge(acting(cast.curator), wifi, internet)
    event = database.scalars(select(DomainEvent).where(DomainEvent.kind == "tags_merged")).one()
    database.query(StaleDocument).delete()

    class Happened:
        fact = tag_merging.TagsMerged(**event.payload)

    mark_relabelled(Happened())

    assert {each.document_id for each in database.scalars(select(StaleDocument))} >= {question.id}


def test_a_retired_tag_is_put_on_nothing_new_and_stays_where_it_is(database, cast, question, wifi):
    act = tagging.retire(acting(cast.curator), wifi, is_retired=True)
    database.expire_all()

    with pytest.raises(Invalid, match="tag_retired"):
        ask(acting(cast.peer), question.category, "wifi")
    editing.edit_question(
        acting(cast.customer),
        question,
        title=question.title,
        text=compose("It is slow in the attic."),
        tag_names=["wifi"],
        category_id=question.category_id,
        reason="",
        seen_version=question.text_version,
    )
    undoing.undo(acting(cast.curator), act)
    database.expire_all()

    assert ask(acting(cast.peer), question.category, "wifi").tag_names == ["wifi"]


def test_a_name_that_is_not_everybodys_is_not_published(cast, database, wifi):
    cast.agent.is_curator = True
    inside = organisation_audience(cast.waterworks.id)
    make.question(cast.agent, tags=(secret := make.tag("merger-of-2027"),), audience=inside)
    make.question(cast.agent, tags=(wifi,))
    curator = acting(cast.agent)

    for change in (
        lambda: tag_merging.merge(curator, secret, wifi),
        lambda: tag_merging.merge(curator, wifi, secret),
        lambda: tagging.add_synonym(curator, secret, "reorganisation"),
        lambda: tagging.describe(curator, secret, {"en": {"description": "It will happen."}}),
    ):
        with pytest.raises(Invalid, match="tag_not_public"):
            change()


def test_the_list_is_searched_sorted_and_paged(database, cast, wifi, internet):
    for tag in (internet, internet, wifi, make.tag("router")):
        make.question(cast.customer, tags=(tag,))
    make.tag("never-used")
    tagging.add_synonym(acting(cast.curator), internet, "net")

    def pages(**how):
        found, after = [], None
        while True:
            page = queries.tag_page(size=2, after=after, **how)
            found += [each.name for each in page.rows]
            if (after := page.next_id) is None:
                return found

    assert pages() == ["internet", "router", "wifi"]
    assert pages(order="new") == ["router", "internet", "wifi"] or pages(order="new")[0] == "router"
    assert pages(order="name", text="I") == ["internet", "wifi"]
    assert pages(text="net") == ["internet"]
    with pytest.raises(NotFound):
        queries.tag_page(order="size")


def test_the_page_tells_what_it_is_about_and_who_helps(client, cast, question, wifi, count_queries, database):
    for _more in range(2):
        solved = make.question(cast.customer, tags=(wifi,))
        make.accepted(make.answer(solved, cast.agent, acting_for_organisation_id=cast.waterworks.id))
    make.accepted(make.answer(make.question(cast.peer, tags=(wifi,)), cast.peer))  # her own question
    texts = {"nl": {"description": "Draadloos internet.", "page": "", "page_html": "<p>Zet hem hoog.</p>"}}
    tagging.describe(acting(cast.curator), wifi, texts)
    tagging.add_synonym(acting(cast.curator), wifi, "wlan")
    sign_in(client, cast.curator)

    with count_queries() as ran:
        page = client.get("/tags/wifi?lang=en").text

    assert ran.count <= 12, ran
    assert '<div class="prose" lang="nl"><p>Zet hem hoog.</p>' in page.replace("\n", "")
    assert "Draadloos internet." in page
    assert "wlan" in page
    assert "solved 2 questions" in page
    assert "Agent, on behalf of Waterworks" in page
    assert "solved 1 question" not in page
    assert "/tags/wifi/edit" in page
    moved = client.get("/tags/wlan?order=active")
    assert (moved.status_code, moved.location) == (301, "/tags/wifi?order=active")
    assert client.get("/feeds/tags/wlan.atom").status_code == 301


def test_the_page_of_a_large_tag_looks_at_its_newest_questions_only(client, cast, wifi, database, monkeypatch):
    monkeypatch.setattr(queries, "MOST_LOOKED_AT", 3)
    for day in range(5):
        older = make.question(cast.customer, tags=(wifi,), created_at=NOW - timedelta(days=day + 1))
        make.accepted(make.answer(older, cast.agent if day > 1 else cast.peer))
    make.question(cast.customer, tags=(wifi,))

    about = queries.about(VISITOR, wifi)

    assert (about.questions, about.unanswered, about.newest) == (6, 1, 3)
    assert [(each.name, each.solved) for each in about.helpers] == [("Pete Peer", 2)]
    page = client.get("/tags/wifi").text
    assert "Without an answer, of the newest 3" in page
    assert "With the newest 3 questions" in page


def test_a_curator_keeps_a_tag_in_the_browser(client, cast, question, wifi, internet, database):
    make.question(cast.peer, tags=(internet,))
    sign_in(client, cast.curator)
    assert client.get("/tags/wifi/edit").status_code == 200

    sent = submit(client, "/tags/wifi/edit", description_en="Wireless <b>", page_en="Put it **high**.", page_nl="")
    assert sent.status_code == 303
    page = client.get("/tags/wifi").text
    assert "Wireless &lt;b&gt;" in page
    assert "<strong>high</strong>" in page
    assert submit(client, "/tags/wifi/edit", description_en="x" * 301).status_code == 422
    assert submit(client, "/tags/wifi/synonyms", synonym="internet").status_code == 422
    assert submit(client, "/tags/wifi/merge", into="nothing-like-it").status_code == 422
    assert submit(client, "/tags/wifi/rename", name="").status_code == 422
    done = submit(client, "/tags/wifi/merge", into="Internet")
    assert done.status_code == 303
    assert client.get(done.location).location == "/tags/internet"
    (act,) = [each for each in log.own_acts(acting(cast.curator)) if each.kind == "tag_merged"]
    assert "Merged the tag into another one" in client.get("/activity").text
    assert submit(client, f"/acts/{act.id}/undo").location == "/tags/wifi"
    assert client.get("/tags/wifi").status_code == 200
