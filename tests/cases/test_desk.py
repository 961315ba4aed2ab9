"""The desk: its views, what is done to many cases at once, and undoing it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app import clock as time
from app.actor import Actor
from app.cases.models.cases import Case
from app.cases.models.desk import DeskAct
from app.cases.models.holding import Handover
from app.cases.queries.desk import Asked, asked_of, counts_of, desk_page
from app.cases.services import desk_undoing, desking, talking
from app.cases.services.opening import open_case
from app.db import db
from app.drafts.services import save
from app.errors import Conflict, Invalid
from tests.accounts import make as accounts
from tests.cases import make, make_desk
from tests.cast import Cast, acting, sign_in, submit
from tests.organisations import make as organisations

TITLE = "The bill of May"


@pytest.fixture
def anna(cast: Cast) -> Actor:
    return acting(cast.agent, for_organisation=cast.waterworks)


def titles(viewer: Actor, view: str, **more) -> list[str]:
    return [row.title for row in desk_page(viewer, Asked(view=view, **more)).rows]


def done(viewer: Actor, act) -> DeskAct:
    assert act.act is not None, act.refused
    return act.act


def test_each_view_shows_its_cases_and_counts_them(cast: Cast, anna: Actor) -> None:
    bea = accounts.person("Bea Busy")
    organisations.membership(bea, cast.waterworks)
    mine = make.case(cast.customer, cast.waterworks, person=cast.agent, title="mine")
    make.case(cast.customer, cast.waterworks, person=cast.agent, title="waits", state="waiting")
    free = make.case(cast.customer, cast.waterworks, title="free")
    make.case(cast.customer, cast.waterworks, person=bea, title="hers")
    make.case(cast.customer, cast.waterworks, person=cast.agent, title="over", state="closed")
    make.case(cast.customer, cast.energy, title="elsewhere")
    make.case(cast.agent, cast.waterworks, title="my own question")
    make_desk.runs(mine, hours=0.5)
    make_desk.runs(free, hours=20)
    for each in db.session.scalars(sa.select(Case).where(Case.id.not_in([mine.id, free.id]))):
        each.first_due_at = each.first_due_at and time.now() + timedelta(hours=48)

    counts = counts_of(anna)

    assert titles(anna, "mine") == ["mine", "waits"]
    assert titles(anna, "unassigned") == ["free"]
    assert titles(anna, "waiting_on_me") == ["mine"]
    assert titles(anna, "waiting_on_customer") == ["waits"]
    assert titles(anna, "breaching") == ["mine"]
    assert titles(anna, "all") == ["mine", "free", "waits", "hers"]
    assert counts["mine"] == 2
    assert counts["all"] == 4
    assert {view: len(titles(anna, view)) for view in counts} == counts


def test_a_case_stands_where_the_first_of_its_clocks_does(cast: Cast, anna: Actor) -> None:
    for hours in (5, 1, 3, 2, 4):
        case = make.case(cast.customer, cast.waterworks, title=f"in {hours}")
        make_desk.runs(case, hours=hours)
        make_desk.runs(case, hours=hours + 10, kind="solution")

    first = desk_page(anna, Asked(view="unassigned"), size=2)
    second = desk_page(anna, asked_of({"view": "unassigned", "after": first.next_key}), size=3)

    assert [row.title for row in [*first.rows, *second.rows]] == [f"in {hours}" for hours in (1, 2, 3, 4, 5)]
    assert second.next_key is None


@pytest.mark.parametrize("order", ["due", "-due", "since", "asked", "-activity", "title", "-customer", "who"])
def test_every_order_pages_without_loss(cast: Cast, anna: Actor, order: str) -> None:
    for number in range(5):
        make_desk.runs(make.case(cast.customer, cast.waterworks, title=f"case {number % 3}"), hours=number % 2)
    given = {"view": "all", "sort": order}
    whole = [row.id for row in desk_page(anna, asked_of(given)).rows]

    seen, after = [], None
    while True:
        page = desk_page(anna, asked_of({**given, "after": after}), size=2)
        seen += [row.id for row in page.rows]
        if (after := page.next_key) is None:
            break

    assert seen == whole
    assert len(set(seen)) == 5


def test_taking_on_many_names_what_a_colleague_has_and_is_undone(cast: Cast, anna: Actor) -> None:
    bea = accounts.person("Bea Busy")
    organisations.membership(bea, cast.waterworks)
    free = [make.case(cast.customer, cast.waterworks) for _each in range(2)]
    hers = make.case(cast.customer, cast.waterworks, person=bea)

    result = desking.claim_all(anna, [*(each.id for each in free), hers.id])

    assert [each.holder_person_id for each in free] == [cast.agent.id] * 2
    assert hers.holder_person_id == bea.id
    assert result.refused == {hers.id: "Bea Busy took it on first."}
    assert desk_undoing.undo(anna, done(anna, result)) == (2, 0)
    assert [(each.holder_person_id, each.state) for each in free] == [(None, "received")] * 2
    with pytest.raises(Conflict, match="undone_already"):
        desk_undoing.undo(anna, done(anna, result))


def test_undoing_leaves_alone_what_changed_since(cast: Cast, anna: Actor) -> None:
    cases = [
        open_case(acting(cast.customer), title=TITLE, text=make.composed(), organisation_id=cast.waterworks.id)
        for _ in "ab"
    ]
    result = desking.claim_all(anna, [each.id for each in cases])
    talking.post_message(acting(cast.customer), cases[0], text=make.composed("And June too."))

    assert desk_undoing.undo(anna, done(anna, result)) == (1, 1)
    assert [each.holder_person_id for each in cases] == [cast.agent.id, None]


def test_a_case_is_offered_to_a_colleague_and_taken_back(cast: Cast, anna: Actor) -> None:
    bea = accounts.person("Bea Busy")
    organisations.membership(bea, cast.waterworks)
    case = make.case(cast.customer, cast.waterworks, person=cast.agent, title=TITLE)

    result = desking.offer_all(anna, [case.id], to_person_id=bea.id, reason="You know meters.")

    assert titles(acting(bea, for_organisation=cast.waterworks), "offered") == [TITLE]
    assert case.holder_person_id == cast.agent.id
    desk_undoing.undo(anna, done(anna, result))
    assert set(db.session.scalars(sa.select(Handover.state))) == {"withdrawn"}


def test_what_another_organisation_hands_over_is_announced_on_the_desk(client, cast: Cast) -> None:
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    before = client.get("/desk").text
    make.handover(make.case(cast.customer, cast.energy, person=cast.rival), cast.waterworks, cast.rival)

    after = client.get("/desk").text

    assert "Say yes or no" not in before
    assert re.search(r'href="/handovers"><strong>Say yes or no</strong> <span[^>]*>1<', after)


def test_what_is_put_off_comes_back_in_time_or_when_something_happens(cast: Cast, anna: Actor, clock) -> None:
    cases = [make.case(cast.customer, cast.waterworks, person=cast.agent, title=name) for name in ("a", "b")]
    result = desking.snooze_all(anna, [each.id for each in cases], until=time.now() + timedelta(hours=3))

    assert titles(anna, "mine") == []
    assert titles(anna, "asleep") == ["a", "b"]
    talking.post_message(acting(cast.customer), cases[1], text=make.composed("Any news?"))
    assert titles(anna, "mine") == ["b"]
    assert desk_undoing.undo(anna, done(anna, result)) == (1, 1)
    assert titles(anna, "mine") == ["a", "b"]
    desking.snooze_all(anna, [cases[0].id], until=time.now() + timedelta(hours=3))
    clock.shift(4 * 3600)
    assert titles(anna, "mine") == ["a", "b"]


def test_nothing_is_put_off_past_what_the_customer_was_told(cast: Cast, anna: Actor) -> None:
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)

    result = desking.snooze_all(anna, [case.id], until=time.now() + timedelta(hours=30))

    assert result.act is None
    assert case.id in result.refused
    with pytest.raises(Invalid, match="snooze_out_of_bounds"):
        desking.snooze_all(anna, [case.id], until=time.now() - timedelta(hours=1))


def test_closing_with_a_cause_is_undone_with_its_promise_and_clocks(cast: Cast, anna: Actor) -> None:
    case = open_case(acting(cast.customer), title=TITLE, text=make.composed(), organisation_id=cast.waterworks.id)
    cause = make.cause(cast.waterworks)
    desking.claim_all(anna, [case.id])
    news = case.request.next_update_at

    without = desking.close_all(anna, [case.id], cause_id=None, reason="It was paid back.")
    result = desking.close_all(anna, [case.id], cause_id=cause.id, reason="It was paid back.")

    assert without.act is None
    assert (case.state, case.cause_id) == ("closed", cause.id)
    desk_undoing.undo(anna, done(anna, result))
    assert (case.state, case.cause_id, case.over_at) == ("with_helper", None, None)
    assert case.request.next_update_at == news
    (row,) = desk_page(anna, Asked()).rows
    assert {each.kind for each in row.clocks} >= {"next_update", "solution"}


def test_who_is_replying_is_seen_by_the_others(client, cast: Cast, anna: Actor) -> None:
    bea = accounts.person("Bea Busy")
    organisations.membership(bea, cast.waterworks)
    case = make.case(cast.customer, cast.waterworks, title=TITLE)
    save(acting(bea), f"case.{case.public_id}", {"body": "Dear Carla"})
    save(acting(cast.customer), f"case.{case.public_id}", {"body": "One more thing"})
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    page = client.get("/desk?view=unassigned").text
    taken = submit(client, "/desk/acts", claim=case.public_id, view="unassigned")
    after = client.get(taken.location).text

    assert "Bea Busy is replying" in page
    assert "Carla Customer is replying" not in page
    assert taken.location == f"/cases/{case.public_id}"
    assert "Bea Busy is replying to it at this moment" in after


def test_the_desk_takes_twelve_statements_at_most_however_many_cases(client, cast: Cast, count_queries) -> None:
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    make_desk.view(cast.waterworks)
    make.cause(cast.waterworks)
    for number in range(25):
        make_desk.runs(make.case(cast.customer, cast.waterworks, person=cast.agent), hours=number - 3)

    for language in ("en", "nl"):
        for path in ("/desk", "/desk?view=all&sort=-customer&q=bill", "/desk/log", "/desk/texts"):
            with count_queries() as ran:
                answer = client.get(path, headers={"Accept-Language": language})
            assert answer.status_code == 200
            assert ran.count <= 12, ran
    first = client.get("/desk").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert first.count("desk-row") == 20
    assert older is not None
    assert client.get(older.group(1).replace("&amp;", "&")).text.count("desk-row") == 5


def test_what_is_sent_without_a_reason_or_a_case_is_kept(client, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks, person=cast.agent)
    make.cause(cast.waterworks)
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    nothing = submit(client, "/desk/acts", do="claim")
    no_reason = submit(client, "/desk/acts", close="0", case=case.public_id)
    no_moment = submit(client, "/desk/acts", snooze="until", case=case.public_id)
    no_act = submit(client, "/desk/acts", do="dance", case=case.public_id)

    assert [each.status_code for each in (nothing, no_reason, no_moment, no_act)] == [422] * 4
    assert re.search(rf'value="{case.public_id}"[^>]*checked', no_reason.text)
    assert "Say why" in no_reason.text


def test_undo_stands_on_the_page_and_in_the_log(client, cast: Cast) -> None:
    case = make.case(cast.customer, cast.waterworks)
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    submit(client, "/desk/acts", do="claim", case=case.public_id)
    page, log = client.get("/desk").text, client.get("/desk/log").text
    (undo,) = set(re.findall(r'action="(/desk/acts/\d+/undo)"', page))
    back = submit(client, undo)

    assert undo in log
    assert back.status_code == 303
    db.session.refresh(case)
    assert case.holder_person_id is None
    assert "Undone" in client.get("/desk/log").text


def test_the_console_shows_what_waits_and_what_is_due_first(client, cast: Cast, count_queries) -> None:
    for number in range(7):
        make_desk.runs(make.case(cast.customer, cast.waterworks, title=f"Case {number}"), hours=number - 1)
    waits = make.handover(make.case(cast.customer, cast.energy, person=cast.rival), cast.waterworks, cast.rival)
    sign_in(client, cast.agent)

    address = f"/console/{cast.waterworks.slug}"
    with count_queries() as ran:
        elsewhere = client.get(address).text
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    here = client.get(address).text
    taken = submit(client, f"/handovers/{waits.id}/accept")
    sign_in(client, cast.rival)

    assert ran.count <= 12, ran
    assert re.findall(r">(Case \d)</a>", here) == [f"Case {number}" for number in range(5)]
    assert here.count("Over time") == 1
    assert "Why not?" in here
    assert "To the desk, as Waterworks" in elsewhere
    assert 'href="/desk?view=breaching"' in here
    assert 'href="/desk?view=breaching"' not in elsewhere
    assert taken.status_code == 303
    assert client.get(address).status_code == 404
