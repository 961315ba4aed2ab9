"""The next case of an agent: where it is known who is good at what, each gets the case where she adds most."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.accounts.models import Person
from app.cases.models.cases import Case
from app.community.models.shelves import Tag
from app.organisations.models import Organisation
from app.routing import desk
from tests.accounts import make as accounts
from tests.cases import make, make_desk
from tests.cast import Cast, acting, sign_in, submit
from tests.community import make as community
from tests.organisations import make as organisations
from tests.providers import make as providers
from tests.routing.make import learn_history

METERS = ("The water meter shows two numbers", "Which number on my meter do I read and send you?")
LEAKS = ("A pipe drips behind the kitchen wall", "The pipe under my sink leaks and the floor is wet. Who repairs it?")


class Waterworks:
    """Mia confirmed much about meters and Leo about leaks; each tried the other's subject in vain. Nia is new."""

    def __init__(self, cast: Cast) -> None:
        self.house: Organisation = cast.waterworks
        self.tags = {"meters": community.tag("meters"), "leaks": community.tag("leaks")}
        self.mia, self.leo, self.nia = (self._agent(name) for name in ("Mia Meters", "Leo Leaks", "Nia New"))
        for number in range(12):
            for person, good_at in ((self.mia, "meters"), (self.leo, "leaks")):
                for subject, words in (("meters", METERS), ("leaks", LEAKS)):
                    self._past(cast, person, number, words, self.tags[subject], is_confirmed=subject == good_at)
        learn_history()
        self.leak = self._case(cast, LEAKS, hours=5)
        self.meter = self._case(cast, METERS, hours=50)

    def _agent(self, name: str) -> Person:
        person = accounts.person(name)
        organisations.membership(person, self.house)
        providers.provider(person, self.house)
        return person

    def _past(
        self, cast: Cast, by: Person, number: int, words: tuple[str, str], tag: Tag, *, is_confirmed: bool
    ) -> None:
        if not is_confirmed and number % 4:
            return  # now and then she tried
        asked_at = clock.now() - timedelta(days=3 + number)
        question = community.question(
            cast.outsider, title=f"{words[0]} ({number})", body=words[1], tags=(tag,), created_at=asked_at
        )
        at = asked_at + timedelta(minutes=20)
        answer = community.answer(question, by, created_at=at, acting_for_organisation_id=self.house.id)
        if is_confirmed:
            question.accepted_answer_id, question.accepted_at, answer.accepted_at = answer.id, at, at

    def _case(self, cast: Cast, words: tuple[str, str], *, hours: float, warn_hours: float = 1) -> Case:
        case = make.case(cast.customer, self.house, title=words[0])
        make.message(case, cast.customer, body=words[1])
        make_desk.runs(case, hours=hours, warn_hours=warn_hours)
        return case


@pytest.fixture
def world(cast: Cast) -> Waterworks:
    return Waterworks(cast)


@pytest.mark.parametrize("who, gets", [("mia", "meter"), ("leo", "leak"), ("nia", "leak")])
def test_each_gets_the_case_where_she_adds_most_and_a_newcomer_what_is_due_first(
    world: Waterworks, who: str, gets: str
) -> None:
    agent = acting(getattr(world, who), for_organisation=world.house)
    expected: Case = getattr(world, gets)
    other = world.leak if expected is world.meter else world.meter

    taken = desk.take_next(agent)

    assert taken is not None
    assert (taken.public_id, taken.is_urgent) == (expected.public_id, False)
    assert expected.holder_person_id == agent.person_id
    assert (taken.minutes is None) == (who == "nia")
    then = desk.take_next(agent)
    assert then is not None
    assert then.public_id == other.public_id
    if taken.minutes is not None:
        assert then.minutes is not None
        assert taken.minutes > then.minutes
    assert desk.take_next(agent) is None


def test_what_is_nearly_late_comes_before_what_one_is_good_at(world: Waterworks, cast: Cast) -> None:
    late = world._case(cast, LEAKS, hours=1, warn_hours=2)

    taken = desk.take_next(acting(world.mia, for_organisation=world.house))

    assert taken is not None
    assert (taken.public_id, taken.is_urgent) == (late.public_id, True)


def test_the_page_says_why_it_is_this_case(client, world: Waterworks) -> None:
    for person, words in (
        (world.mia, "you are expected to save its customer most"),
        (world.nia, "its time runs out first"),
    ):
        sign_in(client, person, for_organisation=world.house)
        answer = submit(client, "/desk/next")
        assert answer.status_code == 303
        assert words in client.get(answer.location).text
