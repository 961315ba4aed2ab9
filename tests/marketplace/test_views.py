"""The pages of the catalogue: everybody looks, an organisation keeps its own."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.marketplace.models.services import BundlePart, Service, ServiceQuestion
from tests.cast import Cast, sign_in, submit
from tests.community import make as community
from tests.marketplace import make


def filled(category_id: int, **more: str) -> dict[str, str]:
    return {
        "title": "Visitor parking, arranged",
        "body": "We **arrange** it for you.",
        "category": str(category_id),
        "price": "12,50",
        "price_per": "month",
        "currency": "EUR",
        **more,
    }


def test_the_catalogue_shows_what_is_offered_and_nothing_else(client: FlaskClient, cast: Cast, count_queries) -> None:
    for number in range(5):
        make.service(cast.waterworks, f"Offered number {number}")
    make.service(cast.plumbers, "A draft nobody sees", state="draft")
    make.service(cast.plumbers, "Withdrawn long ago", state="withdrawn")
    for number in range(20):
        make.service(cast.energy, f"Another {number}")

    with count_queries() as ran:
        first = client.get("/services").text
    second = client.get("/services?organisation=" + cast.waterworks.slug).text

    assert ran.count <= 12, ran
    assert "Another 19" in first
    assert "Offered number 4" not in first  # on the next page
    assert "Offered number 4" in second
    assert "Another 19" not in second
    for page in (first, second):
        assert "nobody sees" not in page
        assert "long ago" not in page


def test_the_catalogue_is_narrowed_by_words_category_region_and_price(client: FlaskClient, cast: Cast) -> None:
    parking, water = community.category("Parking"), community.category("Water")
    make.service(cast.waterworks, "Leak search", category=water, region="Beekwaard", price_cents=None)
    make.service(cast.plumbers, "Tap repair", category=water, region="", price_cents=0)
    make.service(cast.energy, "Permit 100%", category=parking, region="Marsloo")

    def found(query: str) -> set[str]:
        page = client.get(f"/services?{query}").text
        return {title for title in ("Leak search", "Tap repair", "Permit 100%") if title in page}

    assert found("q=leak+waterworks") == {"Leak search"}
    assert found("q=100%25") == {"Permit 100%"}
    assert found(f"category={water.slug}") == {"Leak search", "Tap repair"}
    assert found("region=beekwaard") == {"Leak search", "Tap repair"}  # what is offered everywhere, too
    assert found("price=free") == {"Tap repair"}
    assert found("price=on_request") == {"Leak search"}
    assert found("price=told") == {"Permit 100%"}
    assert found("q=nothing+like+this&after=broken") == set()


def test_a_service_says_price_times_conditions_and_what_is_asked(client: FlaskClient, cast: Cast) -> None:
    service = make.service(
        cast.waterworks,
        "Parking permit",
        price_cents=1_250,
        price_per="month",
        price_from=True,
        answers_within_hours=4,
        done_within_days=5,
        conditions=["You live in Linderland"],
        region="Linderland",
    )
    make.question(service, "licence_plate", "Which car is it?", why="The permit is for one car.")

    page = client.get(f"/services/{service.id}/parking-permit").text

    for words in (
        "from €12.50 per month",
        "within 4 working hours",
        "within 5 days",
        "You live in Linderland",
        "Which car is it?",
        "The permit is for one car.",
    ):
        assert words in page
    moved = client.get(f"/services/{service.id}/other-words")
    assert (moved.status_code, moved.location) == (301, f"/services/{service.id}/parking-permit")
    assert client.get("/services/8999999/x").status_code == 404


def test_a_withdrawn_service_is_gone_and_a_draft_is_absent_but_for_its_people(client: FlaskClient, cast: Cast) -> None:
    draft = make.service(cast.waterworks, "Not yet", state="draft")
    over = make.service(cast.waterworks, "No longer", state="withdrawn")

    seen = [
        client.get(f"/services/{each.id}/{each.title.lower().replace(' ', '-')}").status_code for each in (draft, over)
    ]
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    own = [
        client.get(f"/services/{each.id}/{each.title.lower().replace(' ', '-')}").status_code for each in (draft, over)
    ]

    assert seen == [404, 410]
    assert own == [200, 200]


def test_a_member_writes_previews_publishes_and_withdraws(client: FlaskClient, cast: Cast, database: Session) -> None:
    shelf = community.category("Parking")
    sign_in(client, cast.agent, for_organisation=cast.waterworks)
    asked = {"question_kind_0": "licence_plate", "question_label_0": "Which car?", "question_required_0": "y"}
    form = filled(shelf.id, conditions="You live here\n\n  You have a car  ", **asked)

    assert client.get("/services/new").status_code == 200
    preview = submit(client, "/services/new", **form, preview="1")
    assert "<strong>arrange</strong>" in preview.text
    assert database.query(Service).count() == 0
    made = submit(client, "/services/new", **form)
    service = database.query(Service).one()
    assert (made.status_code, made.location) == (303, f"/services/{service.id}/visitor-parking-arranged")
    assert (service.state, service.price_cents, service.conditions) == (
        "draft",
        1_250,
        ["You live here", "You have a car"],
    )
    assert [(each.detail_kind, each.label) for each in database.query(ServiceQuestion)] == [
        ("licence_plate", "Which car?")
    ]

    edit = client.get(f"/services/{service.id}/edit").text
    assert 'value="12,50"' in edit
    assert 'value="Which car?"' in edit
    submit(client, f"/services/{service.id}/publish")
    submit(
        client,
        f"/services/{service.id}/edit",
        **filled(shelf.id, title="Guest parking", version=str(service.row_version)),
    )
    database.refresh(service)
    assert (service.state, service.title) == ("published", "Guest parking")
    submit(client, f"/services/{service.id}/withdraw")
    database.refresh(service)
    assert service.state == "withdrawn"
    assert "Guest parking" in client.get("/services/own").text


def test_what_was_typed_is_kept_when_somebody_else_was_first(
    client: FlaskClient, cast: Cast, database: Session
) -> None:
    service = make.service(cast.waterworks, "Parking permit", row_version=3)
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    late = submit(client, f"/services/{service.id}/edit", **filled(service.category_id, title="My words", version="2"))

    assert late.status_code == 422
    assert "Somebody else changed this service meanwhile" in late.text
    assert 'value="My words"' in late.text
    database.refresh(service)
    assert service.title == "Parking permit"


def test_bad_input_is_said_at_its_field(client: FlaskClient, cast: Cast, database: Session) -> None:
    shelf = community.category()
    sign_in(client, cast.agent, for_organisation=cast.waterworks)

    for more, words in (
        ({"price": "about ten"}, "Write an amount like 12 or 12,50."),
        ({"price": "-3"}, "This amount is too high, or below zero."),
        ({"title": "x"}, "Give it a name that can be understood."),
        ({"title": ""}, "This cannot be empty."),
        ({"category": "8999999"}, "Choose a category from the list."),
        ({"conditions": "a\n" * 9}, "At most 8 conditions"),
        ({"done_within_days": "0"}, "Write a whole number from 1 to 1000."),
        ({"question_kind_0": "shoe_size"}, "Not a valid choice"),
    ):
        answer = submit(client, "/services/new", **filled(shelf.id) | more)
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert database.query(Service).count() == 0


def test_a_bundle_is_made_of_services_in_an_order(client: FlaskClient, cast: Cast, database: Session) -> None:
    tax = make.service(cast.waterworks, "Road tax", done_within_days=2)
    permit = make.service(cast.energy, "Parking permit", done_within_days=5)
    draft = make.service(cast.energy, "Still a draft", state="draft")
    sign_in(client, cast.partner, for_organisation=cast.plumbers)
    shelf = community.category()
    parts = {
        "part_service_0": str(permit.id),
        "part_service_2": str(tax.id),
        "part_consequence_0": "You park far away.",
    }
    form = filled(shelf.id, title="Buying a car", kind="bundle", **parts)

    assert "Energy · Parking permit" in client.get("/services/new?kind=bundle").text
    for more, words in (
        ({"part_needs_0": "3", "part_needs_2": "1"}, "wait for each other in a circle"),
        ({"part_needs_0": "2"}, "Write numbers of parts"),
        ({"part_service_2": str(permit.id)}, "Each service can be a part once."),
        ({"part_service_2": str(draft.id)}, "Choose the services from the list."),
        ({"part_service_2": "0"}, "A bundle has from 2 to 8 parts."),
    ):
        answer = submit(client, "/services/new?kind=bundle", **form | more)
        assert (answer.status_code, words in answer.text) == (422, True), words
    made = submit(client, "/services/new?kind=bundle", **form | {"part_needs_0": "3"})

    bundle = database.query(Service).filter_by(kind="bundle").one()
    rows = database.query(BundlePart).order_by(BundlePart.position).all()
    assert [(row.service_id, row.needs) for row in rows] == [(permit.id, [1]), (tax.id, [])]
    submit(client, f"/services/{bundle.id}/publish")
    page = client.get(made.location).text
    assert "within 7 days" in page
    assert "You park far away." in page
    assert "Buying a car" in client.get(f"/services/{tax.id}/road-tax").text


def test_a_bundle_with_a_part_that_is_not_offered_is_neither_published_nor_asked_for(
    client: FlaskClient, cast: Cast, database: Session
) -> None:
    parts = [make.service(cast.waterworks, "Road tax"), make.service(cast.energy, "Permit", state="withdrawn")]
    bundle = make.bundle(cast.plumbers, parts, state="draft")
    sign_in(client, cast.partner, for_organisation=cast.plumbers)

    submit(client, f"/services/{bundle.id}/publish")

    database.refresh(bundle)
    assert bundle.state == "draft"
    assert "Not all parts are offered now: Permit" in client.get("/services").text
