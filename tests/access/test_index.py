"""A2: canaries in what the real index finds: the matrix asks with the database's own search, which cuts otherwise."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.web.throttle import LIMITS, Limit
from tests.access.world import make_world
from tests.access.worlds.base import ROLES
from tests.cast import sign_in
from tests.search.make import fill

ASKED = (
    "/search?q=canary",
    "/search?q=canar*&sort=newest",
    "/search?q=title+question&state=unanswered",
    "/feeds/search.atom?q=canary",
    "/ask/similar?q=canary+title+of+a+question",
)


@pytest.mark.usefixtures("index")
def test_search_finds_for_each_role_what_she_may_know_and_nothing_else(
    app: Flask, database: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("search_by_network", "similar_by_network"):
        monkeypatch.setitem(LIMITS, name, Limit(1_000, 60))
    world = make_world()
    fill()
    assert app.extensions["samen.search"].status().documents

    leaks, found = [], set()
    for role in ROLES:
        client = app.test_client()
        if role in world.cast.people:
            sign_in(client, world.cast.people[role])
        for path in ASKED:
            answer = client.get(path)
            assert (answer.status_code, "Search is being repaired" in answer.text) == (200, False), path
            sung = [
                each
                for each in world.canaries
                if each.words in answer.text.replace("<mark>", "").replace("</mark>", "")
            ]
            leaks += [f"{role} {path}: {each.what}" for each in sung if role not in each.known_to]
            found |= {(role, each.what) for each in sung}

    assert not leaks, "\n".join(leaks)
    assert any(role == "agent" for role, _what in found), (
        "what nobody is found to see would be silent in a leak as well"
    )
