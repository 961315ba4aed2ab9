"""The directory of people: who is found, in which order, and what it says of each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app import clock
from app.errors import NotFound
from app.privacy.audiences import organisation_audience
from app.providers.counting import count_help
from app.providers.directory import Wanted, people_for
from tests.accounts import make as accounts
from tests.cast import acting, sign_in
from tests.community import make
from tests.organisations import make as organisations
from tests.providers import make as providers


def solve(cast, person, *tags, asker=None, **more):
    question = make.question(asker or cast.customer, tags=tags, **more)
    make.accepted(make.answer(question, person))
    count_help([person.id])
    return question


def names(viewer, **wanted):
    found, after = [], None
    while True:
        page = people_for(viewer, Wanted(**wanted), after=after, size=3)
        found += [each.name for each in page.rows]
        if (after := page.next_id) is None:
            return found


def test_who_helped_most_comes_first_page_by_page(app, database, cast):
    for _turn in range(2):
        solve(cast, cast.peer)
    solve(cast, cast.agent)
    solve(cast, cast.rival, asker=cast.rival)  # her own question
    found = names(acting(cast.customer))

    assert found[:3] == ["Pete Peer", "Anna Agent", "Carla Customer"]
    assert len(found) == len(set(found)) == 9
    assert sorted(found, key=str.lower) == names(acting(cast.customer), order="name")


def test_who_is_gone_or_suspended_is_absent(app, database, cast):
    gone, merged = accounts.person("Gone"), accounts.person("Merged")
    gone.erased_at, merged.merged_into_id = clock.now(), cast.peer.id
    new = accounts.person("Nora New", created_at=clock.now() + timedelta(days=1))
    database.flush()

    found = names(acting(cast.customer), order="newest")

    assert found[0] == new.name
    assert not {"Gone", "Merged", "Sven Suspended"} & set(found)


def test_help_counts_where_everybody_may_see_it(app, database, cast):
    wifi = make.tag("wifi")
    solve(cast, cast.agent, wifi, asker=cast.agent)
    solve(cast, cast.rival, wifi, asker=cast.agent, audience=organisation_audience(cast.waterworks.id))
    outside = people_for(acting(cast.customer), Wanted(text="rita")).rows[0]
    inside = people_for(acting(cast.agent), Wanted(text="rita")).rows[0]

    assert (outside.solved, list(outside.topics), outside.active_at) == (0, [], None)
    assert (inside.solved, list(inside.topics), inside.active_at) == (0, [], clock.now())


def test_found_by_name_topic_organisation_and_role(app, database, cast):
    wifi, leaks = make.tag("wifi"), make.tag("leaks")
    make.tag("wlan", synonym_of_id=wifi.id)
    for _turn in range(2):
        solve(cast, cast.peer, leaks)
    solve(cast, cast.agent, wifi, leaks)
    providers.skill(cast.partner_provider, wifi)
    organisations.membership(cast.outsider, organisations.organisation("Bakery", kind="customer"))
    viewer = acting(cast.customer)

    assert names(viewer, text="PETE") == names(viewer, text="@" + cast.peer.handle[:3]) == ["Pete Peer"]
    assert names(viewer, topic="wlan") == ["Anna Agent", "Pavel Partner"]
    assert names(viewer, topic="leaks") == ["Pete Peer", "Anna Agent"]
    assert names(viewer, topic="nothing-like-it") == []
    assert names(viewer, organisation=cast.waterworks.slug) == ["Anna Agent"]
    assert names(viewer, role="partner") == ["Pavel Partner"]
    assert set(names(viewer, role="agent")) == {"Anna Agent", "Rita Rival"}
    assert "Otto Outsider" in names(viewer, role="peer")
    for wrong in ({"order": "wealth"}, {"role": "king"}):
        with pytest.raises(NotFound):
            names(viewer, **wrong)


def test_the_page_shows_shape_topics_and_when_she_was_active(client, cast, count_queries, database):
    wifi = make.tag("wifi")
    for person in (cast.agent, cast.peer, cast.partner):
        for _turn in range(3):
            solve(cast, person, wifi)
    providers.skill(cast.peer_provider, make.tag("passport"))
    sign_in(client, cast.customer)

    with count_queries() as ran:
        page = client.get("/people?lang=en").text

    assert ran.count <= 12, ran
    assert "Agent, on behalf of Waterworks" in page
    assert "avatar--partner" in page
    assert "solved 3 questions" in page
    assert 'href="/people?topic=wifi"' in page
    assert "last active" in page
    assert client.get("/people?q=%25&topic=%27&after=x&organisation=%27").status_code == 200
    assert "Nobody found" in client.get("/people?q=zzz&lang=en").text
    assert client.get("/people?order=wealth").status_code == 404
