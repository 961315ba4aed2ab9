"""Categories: making, ordering, closing and merging them, and what questions see of it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.community.compose import compose
from app.community.models.shelves import Category
from app.community.queries import lists, shelves
from app.community.services import asking, editing, ordering, shelving, undoing
from app.community.services.checks import checked_category
from app.errors import Conflict, Invalid, NotAllowed
from app.importers.shelves import Shelves
from tests.cast import acting, sign_in, submit
from tests.community import make

TEXTS = {
    "en": {"name": "Water & taps", "description": "All that drips.", "template": "Which tap is it?"},
    "nl": {"name": "Water en kranen", "description": "", "template": ""},
}


@pytest.fixture
def taps(app, database, cast) -> Category:
    return make.category("Taps")


@pytest.fixture
def pipes(app, database, cast) -> Category:
    return make.category("Pipes")


def ask(cast, category: Category):
    text = compose("It has been dripping since Monday.")
    return asking.ask_question(acting(cast.customer), title="Why does it drip?", text=text, category_id=category.id)


def test_operators_keep_categories(cast, taps):
    for person in (cast.moderator, cast.curator, cast.agent):
        for change in (
            lambda who: shelving.make_category(who, TEXTS, asks_for_version=False),
            lambda who: shelving.close_category(who, taps, is_closed=True),
            lambda who: shelving.place_category(who, taps, is_up=True),
        ):
            with pytest.raises(NotAllowed):
                change(acting(person))


def test_one_is_made_behind_the_others_with_an_address_of_its_own(cast, taps):
    operator = acting(cast.operator)
    first, second = (shelving.make_category(operator, TEXTS, asks_for_version=True).category for _ in range(2))

    assert (first.slug, second.slug) == ("water-taps", "water-taps-2")
    assert [each.id for each in shelves.categories()] == [taps.id, first.id, second.id]
    assert first.texts["en"]["template"] == "Which tap is it?\n\n"
    assert "template" not in first.texts["nl"]
    assert first.asks_for_version
    with pytest.raises(Invalid, match="name_missing"):
        shelving.change_category(operator, first, {"en": {"name": " "}}, asks_for_version=False)


def test_they_are_put_in_order(database, cast, taps, pipes):
    third = make.category("Wells", position=pipes.position)
    operator = acting(cast.operator)

    shelving.place_category(operator, third, is_up=True)
    shelving.place_category(operator, taps, is_up=True)
    database.flush()

    assert [each.id for each in shelves.categories()] == [taps.id, third.id, pipes.id]


def test_a_closed_one_takes_no_new_questions_and_keeps_the_old(database, cast, taps, pipes):
    question = ask(cast, taps)
    act = shelving.close_category(acting(cast.operator), taps, is_closed=True)
    database.expire_all()

    with pytest.raises(Invalid, match="category_closed"):
        ask(cast, taps)
    assert [each.id for each in shelves.open_categories()] == [pipes.id]
    editing.edit_question(
        acting(cast.customer),
        question,
        title="Why does it drip at night?",
        text=compose("It has been dripping since Tuesday."),
        tag_names=(),
        category_id=taps.id,
        reason="",
        seen_version=question.text_version,
    )
    with pytest.raises(Conflict, match="last_category"):
        shelving.close_category(acting(cast.operator), pipes, is_closed=True)
    undoing.undo(acting(cast.operator), act)
    database.expire_all()
    ask(cast, taps)


def test_one_with_questions_is_merged_and_nothing_is_lost(client, database, cast, taps, pipes):
    question, gone = ask(cast, taps), ask(cast, taps)
    make.deleted(gone, cast.moderator, reason="spam")
    follow = make.follow(cast.peer.id, category_id=taps.id)
    version = question.row_version

    act = shelving.merge_category(acting(cast.operator), taps, pipes)
    database.expire_all()

    assert {question.category_id, gone.category_id, follow.category_id} == {pipes.id}
    assert question.row_version == version + 1
    assert [each.id for each in shelves.categories()] == [pipes.id]
    assert ask(cast, taps).category_id == pipes.id
    assert Shelves().category(taps.slug) == pipes.id
    moved = client.get(f"/c/{taps.slug}?order=active")
    assert (moved.status_code, moved.location) == (301, f"/c/{pipes.slug}?order=active")
    with pytest.raises(Invalid, match="unknown_category"):
        ordering.move(acting(cast.curator), question, category_id=taps.id)
    with pytest.raises(NotAllowed):
        undoing.undo(acting(cast.curator), act)

    undoing.undo(acting(cast.operator), act)
    database.expire_all()

    assert {question.category_id, gone.category_id, follow.category_id} == {taps.id}
    assert [row.id for row in lists.questions_for(acting(cast.peer), category=taps).rows] == [question.id]


def test_one_that_is_merged_while_somebody_asks_takes_nothing_more(database, cast, taps, pipes):
    merged = update(Category).where(Category.id == taps.id).values(merged_into_id=pipes.id)
    database.execute(merged, execution_options={"synchronize_session": False})  # as another session does
    assert taps.merged_into_id is None

    assert checked_category(taps.id).id == pipes.id


def test_a_version_from_a_merged_category_can_be_brought_back(database, cast, taps, pipes):
    question = ask(cast, taps)
    make.revision(question, cast.customer, title="Why does it drip?", category_id=taps.id, tag_names=[])
    shelving.merge_category(acting(cast.operator), taps, pipes)
    database.expire_all()

    editing.edit_question(
        acting(cast.customer),
        question,
        title="Why does it drip again?",
        text=compose("It has been dripping since Sunday."),
        tag_names=(),
        category_id=taps.id,
        reason="",
        seen_version=question.text_version,
    )
    database.expire_all()

    assert question.category_id == pipes.id


def test_an_operator_keeps_them_in_the_browser(client, database, cast, taps, pipes):
    sign_in(client, cast.operator)
    fields = {f"{part}_{code}": text for code, words in TEXTS.items() for part, text in words.items()}

    looked = submit(client, "/admin/categories/make", **{**fields, "template_nl": "Welke **kraan**?"}, preview="1")
    assert looked.status_code == 200
    assert "Welke <strong>kraan</strong>?" in looked.text
    assert len(shelves.categories()) == 2
    made = submit(client, "/admin/categories/make", **fields, asks_for_version="y")
    assert made.status_code == 303
    page = client.get(made.location).text
    assert "Which tap is it?" in page
    assert submit(client, made.location, **{**fields, "name_nl": ""}).status_code == 422
    assert submit(client, made.location, **{**fields, "name_nl": "Natte zaken"}).status_code == 303
    assert "Natte zaken" in client.get("/admin/categories?lang=nl").text
    number = made.location.rpartition("/")[2]
    assert submit(client, f"/admin/categories/{number}/place", direction="up").status_code == 303
    assert submit(client, f"/admin/categories/{number}/close", on="1").status_code == 303
    closed = client.get("/c/water-taps?lang=en").text
    assert "Nobody can ask here now." in closed
    assert "Ask about this" not in closed
    assert submit(client, f"/admin/categories/{number}/merge", into=number).status_code == 422
    assert submit(client, f"/admin/categories/{number}/merge", into=pipes.id).status_code == 303
    assert client.get(f"/admin/categories/{number}").status_code == 404
