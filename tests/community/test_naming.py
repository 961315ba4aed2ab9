"""What is proposed while one types: people after an "@", as far as they may read it, and tags in use."""

from __future__ import annotations

import pytest

from app.community.models.posts import Question
from app.community.queries.naming import MOST, people_to_name
from app.community.queries.tags import MOST_TO_NAME, tags_to_name
from app.community.services import tagging
from app.privacy.audiences import organisation_audience
from tests.accounts import make as accounts
from tests.cast import Cast, acting, sign_in
from tests.community import make
from tests.organisations import make as organisations


@pytest.fixture
def question(database, cast: Cast) -> Question:
    return make.question(cast.customer)


def named(viewer, typed: str, question: Question | None = None) -> list[str]:
    return [each.name for each in people_to_name(acting(viewer), typed, question)]


def test_people_of_the_page_come_first_and_before_anything_is_typed(cast, question):
    make.comment(question, cast.partner, answer_id=make.answer(question, cast.peer).id)
    make.deleted_comment(make.comment(question, cast.rival))

    assert named(cast.agent, "", question) == ["Carla Customer", "Pavel Partner", "Pete Peer"]
    assert named(cast.agent, "c", question) == ["Carla Customer", "Cor Curator"]
    assert named(cast.agent, "", None) == []


def test_handles_and_all_parts_of_a_name_are_looked_at(cast, question):
    someone = accounts.person("Zoë van Loon", handle="zvl-77")

    for typed in ("zvl", "ZOË", "loo", "van"):
        assert named(cast.agent, typed, question) == [someone.name]
    assert named(cast.agent, "oon", question) == []


def test_nobody_is_proposed_who_may_not_read_it_is_gone_or_is_the_writer(cast, database):
    hidden = make.question(cast.agent, audience=organisation_audience(cast.waterworks.id))
    colleague = accounts.person("Carl Colleague")
    organisations.membership(colleague, cast.waterworks)
    erased = accounts.person("Carlo Gone")
    erased.erased_at = erased.created_at

    assert named(cast.agent, "car", hidden) == ["Carl Colleague"]
    assert named(cast.agent, "ann", hidden) == []
    assert sorted(named(cast.agent, "car")) == ["Carl Colleague", "Carla Customer"]
    assert named(cast.agent, "sven") == [], "who is suspended"


@pytest.mark.parametrize("typed", ["%", "_", "\x00", "\ud800", "x" * 5000, " "])
def test_what_nobody_is_called_proposes_nobody(cast, question, typed):
    assert named(cast.agent, typed, question) == []


def test_at_most_six_are_proposed_as_options_in_two_statements(client, cast, question, count_queries):
    for number in range(8):
        make.comment(question, accounts.person(f"Walter {number}"))
    sign_in(client, cast.peer)

    with count_queries() as ran:
        page = client.get(f"/q/{question.id}/mentions?q=walter").text

    assert page.count('role="option"') == MOST
    assert ran.count <= 5, ran
    assert 'data-completion="people"' in client.get(f"/q/{question.id}/comment").text


def test_tags_in_use_are_proposed_those_that_begin_so_first(cast):
    for name, uses in (("import", 1), ("address-import", 3), ("imports-of-cars", 2), ("export", 4)):
        tag = make.tag(name)
        for _number in range(uses):
            make.question(cast.customer, tags=(tag,))
    make.tag("import-nobody-uses")

    assert [each.name for each in tags_to_name("Import")] == ["imports-of-cars", "import", "address-import"]
    assert [each.name for each in tags_to_name("address im")] == ["address-import"]


def test_another_name_proposes_the_tag_itself_and_a_retired_one_nothing(cast):
    wifi, modem = make.tag("wifi"), make.tag("modem")
    make.question(cast.customer, tags=(wifi, modem))
    tagging.add_synonym(acting(cast.curator), wifi, "wlan")
    tagging.retire(acting(cast.curator), modem, is_retired=True)

    assert [each.name for each in tags_to_name("wla")] == ["wifi"]
    assert tags_to_name("mod") == []


def test_tags_of_questions_that_are_not_public_are_not_proposed(cast):
    make.question(cast.agent, tags=(make.tag("merger"),), audience=organisation_audience(cast.waterworks.id))

    assert tags_to_name("merger") == []


@pytest.mark.parametrize("typed", ["%", "_", "\x00", "\ud800", "x" * 5000, " ", ""])
def test_what_no_tag_is_called_proposes_none(cast, typed):
    make.question(cast.customer, tags=(make.tag("wifi"),))

    assert tags_to_name(typed) == []


def test_tags_are_options_few_and_in_few_statements(client, cast, count_queries):
    make.question(cast.customer, tags=tuple(make.tag(f"water-{number}") for number in range(MOST_TO_NAME + 3)))
    sign_in(client, cast.customer)

    with count_queries() as ran:
        page = client.get("/tag-names?q=wat").text

    assert page.count('role="option"') == MOST_TO_NAME
    assert 'data-text="water-0, "' in page
    assert ran.count <= 4, ran
    assert 'data-completion="tags"' in client.get("/ask").text
