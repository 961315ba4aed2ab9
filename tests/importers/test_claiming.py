"""Promises of claiming: who has proved an author's mail address gets what that author wrote; nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.actor import SYSTEM, VISITOR
from app.community.models.follows import Follow
from app.community.models.votes import Vote
from app.errors import NotAllowed, NotFound
from app.importers.addresses import digests_of, keep_addresses, md5_digest
from app.importers.claiming import claim, claimable_by
from app.importers.declining import decline, take_back
from app.importers.models import AuthorAddress, DeclinedClaim
from app.outbox.models import DomainEvent
from app.privacy.rights import erase_person, export_person
from app.routing.models import StoredState
from app.search.models import StaleDocument
from tests.cast import Cast, acting, sign_in, submit
from tests.importers.make import answer, archive, question
from tests.importers.test_archive import answer_of, found, run


@pytest.fixture
def helper(database: Session, tmp_path: Path, cast: Cast) -> Person:
    """Import a community whose author `helper` has the outsider's mail address; return him."""
    run(archive(tmp_path / "things", [question("1"), question("2", user="helper")], [answer("11", "1")]))
    author = database.scalars(sa.select(Person).where(Person.source_key == "helper")).one()
    keep_addresses([(author.id, digests_of(f"{cast.outsider.handle}@example.org")[0])])
    return author


def test_who_proved_the_address_is_offered_the_texts(helper: Person, cast: Cast) -> None:
    (offered,) = claimable_by(acting(cast.outsider))

    assert (offered.id, offered.name, offered.community) == (helper.id, "helper", "Things community")
    assert (offered.questions, offered.answers) == (1, 1)


def test_nobody_else_is(helper: Person, cast: Cast) -> None:
    others = [cast.customer, cast.operator, cast.suspended]

    assert [list(claimable_by(acting(other))) for other in others] == [[], [], []]
    assert list(claimable_by(VISITOR)) == []
    with pytest.raises(NotFound):
        claim(acting(cast.operator), helper.id)
    with pytest.raises(NotAllowed):
        claim(acting(cast.suspended), helper.id)


def test_claimed_texts_are_hers(database: Session, helper: Person, cast: Cast) -> None:
    claim(acting(cast.outsider), helper.id)
    database.expire_all()

    asked = found(database, "2")
    assert (asked.asker_id, asked.request.asker_id) == (cast.outsider.id, cast.outsider.id)
    assert answer_of(database, "11").author_id == cast.outsider.id
    assert helper.merged_into_id == cast.outsider.id
    assert list(claimable_by(acting(cast.outsider))) == []


def test_claim_is_a_fact_and_tells_search_and_ranking(database: Session, helper: Person, cast: Cast) -> None:
    claim(acting(cast.outsider), helper.id)

    fact = database.scalars(sa.select(DomainEvent).where(DomainEvent.kind == "author_claimed")).one()
    assert fact.payload == {"person_id": cast.outsider.id, "author_id": helper.id, "questions": 1, "answers": 1}
    stale = set(database.scalars(sa.select(StaleDocument.document_id)))
    assert {found(database, "1").id, found(database, "2").id} <= stale
    assert database.scalars(sa.select(StoredState.is_outdated).order_by(StoredState.id.desc())).first()


def test_what_she_said_about_herself_is_taken_back(database: Session, helper: Person, cast: Cast) -> None:
    mine, now = answer_of(database, "11"), helper.created_at
    mine.score += 1
    database.add(Vote(person_id=cast.outsider.id, answer_id=mine.id, value=1, cast_at=now))
    for follower in (cast.outsider, cast.customer):
        database.add(Follow(person_id=follower.id, followed_person_id=helper.id, how="chosen", since=now))
    database.add(Follow(person_id=cast.customer.id, followed_person_id=cast.outsider.id, how="chosen", since=now))
    database.flush()

    claim(acting(cast.outsider), helper.id)
    database.expire_all()

    assert answer_of(database, "11").score == 3
    assert database.scalars(sa.select(Vote)).all() == []
    follows = database.execute(sa.select(Follow.person_id, Follow.followed_person_id)).all()
    assert list(map(tuple, follows)) == [(cast.customer.id, cast.outsider.id)]


def test_later_import_gives_her_what_is_new(database: Session, tmp_path: Path, helper: Person, cast: Cast) -> None:
    claim(acting(cast.outsider), helper.id)

    run(archive(tmp_path / "things", [question("1"), question("2", user="helper")], [answer("12", "1")]))

    assert answer_of(database, "12").author_id == cast.outsider.id
    assert database.scalars(sa.select(Person.source_key).where(Person.source_key == "helper")).all() == []


def test_nothing_of_the_old_name_is_left(database: Session, helper: Person, cast: Cast) -> None:
    claim(acting(cast.outsider), helper.id)
    database.expire_all()

    assert (helper.name, helper.handle, helper.source_key) == ("–", f"gone-{helper.id}", None)


def test_whole_way_over_the_pages(client: FlaskClient, database: Session, helper: Person, cast: Cast) -> None:
    sign_in(client, cast.outsider)
    page = client.get(f"/people/{cast.outsider.handle}").text
    assert f"/claims/{helper.id}" in page
    assert "1 question and 1 answer" in client.get(f"/claims/{helper.id}").text

    done = submit(client, f"/claims/{helper.id}")

    assert done.status_code == 303
    assert f"/claims/{helper.id}" not in client.get(f"/people/{cast.outsider.handle}").text
    assert client.get("/people/helper").location == f"/people/{cast.outsider.handle}"
    assert client.get(f"/claims/{helper.id}").status_code == 404


def test_claim_that_is_declined_is_not_offered_again(
    database: Session, tmp_path: Path, helper: Person, cast: Cast
) -> None:
    me = acting(cast.outsider)

    decline(me, helper.id)
    run(archive(tmp_path / "things", [question("1"), question("3", user="helper")], [answer("12", "1")]))

    assert list(claimable_by(me)) == []
    with pytest.raises(NotFound):
        claim(me, helper.id)
    fact = database.scalars(sa.select(DomainEvent).where(DomainEvent.kind == "claim_declined")).one()
    assert fact.payload == {"person_id": cast.outsider.id, "author_id": helper.id, "is_declined": True}
    assert [row["author_id"] for row in export_person(cast.outsider.id)["says_she_is_not"]] == [helper.id]
    assert helper.name == "helper"


def test_declining_is_hers_alone(helper: Person, cast: Cast) -> None:
    keep_addresses([(helper.id, digests_of(f"{cast.customer.handle}@example.org")[0])])

    decline(acting(cast.outsider), helper.id)

    assert [one.id for one in claimable_by(acting(cast.customer))] == [helper.id]
    with pytest.raises(NotFound):
        take_back(acting(cast.customer), helper.id)


def test_only_what_is_offered_is_declined_and_only_what_is_declined_taken_back(helper: Person, cast: Cast) -> None:
    with pytest.raises(NotFound):
        decline(acting(cast.customer), helper.id)
    with pytest.raises(NotFound):
        take_back(acting(cast.outsider), helper.id)
    with pytest.raises(NotAllowed):
        decline(acting(cast.suspended), helper.id)


def test_declining_is_forgotten_with_either_of_both(database: Session, helper: Person, cast: Cast) -> None:
    decline(acting(cast.outsider), helper.id)

    erase_person(SYSTEM, helper.id)

    assert database.scalars(sa.select(DeclinedClaim)).all() == []


def test_declining_can_be_undone_on_the_page(client: FlaskClient, helper: Person, cast: Cast) -> None:
    sign_in(client, cast.outsider)
    assert f"/claims/{helper.id}/decline" in client.get(f"/claims/{helper.id}").text

    submit(client, f"/claims/{helper.id}/decline")
    page = client.get(f"/people/{cast.outsider.handle}").text
    assert f'href="/claims/{helper.id}"' not in page
    assert "data-undo" in page

    submit(client, f"/claims/{helper.id}/decline", given="0")
    assert f'href="/claims/{helper.id}"' in client.get(f"/people/{cast.outsider.handle}").text


def test_address_file_of_the_operator(database: Session, tmp_path: Path, cast: Cast) -> None:
    folder = archive(tmp_path / "things", [question("1")], [answer("11", "1")])
    addresses = tmp_path / "addresses.csv"
    addresses.write_text(f"email,user\n{cast.outsider.handle}@example.org,helper\nnonsense,asker\na@b.example,nobody\n")

    report = run(folder, addresses=addresses)

    assert [one.name for one in claimable_by(acting(cast.outsider))] == ["helper"]
    assert [(row.line, row.reason, row.row) for row in report.left_out.first] == [
        (3, "this is no mail address", ""),
        (4, "nobody here has this key", ""),
    ]
    assert cast.outsider.handle not in str(database.scalars(sa.select(AuthorAddress.digest)).all())


@pytest.mark.parametrize("given", [None, "", "abc", "d41d8cd98f00b204e9800998ecf8427e", "x" * 32])
def test_what_is_no_digest_of_an_address_is_not_kept(given: str | None) -> None:
    assert md5_digest(given) is None


def test_digests_do_not_depend_on_case_and_space() -> None:
    assert digests_of(" A@Example.org") == digests_of("a@example.ORG")
