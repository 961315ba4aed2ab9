"""Adding and fetching pictures over HTTP."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.attachments import making, reencode
from app.attachments.addresses import address_of
from app.attachments.models import Attachment
from app.db import db
from app.errors import Invalid
from app.web import once, throttle
from tests.attachments import make
from tests.attachments.make import image
from tests.cast import csrf_token, sign_in, sign_out, submit
from tests.community import make as community


@pytest.fixture(autouse=True)
def made_at_once(monkeypatch):
    """Make pictures in the test's own process; that it is a process of its own, test_making looks at."""

    def in_this_process(sent: bytes) -> making.Picture:
        try:
            return making.Picture(*reencode.remade(sent))
        except reencode.Refused as refused:
            raise Invalid(str(refused), making.REFUSALS[str(refused)], field="picture") from refused

    monkeypatch.setattr("app.attachments.views.made_anew", in_this_process)


def send(client, content: bytes, name: str = "../../My street 12.png", **fields: str):
    """Send the form as bytes: werkzeug's own way leaves a file of its own open for large ones."""
    form = {"csrf_token": csrf_token(client), once.FIELD: once.new_key(), **fields}
    boundary, body = encode_multipart({**form, "picture": FileStorage(io.BytesIO(content), name)})
    return client.post("/files", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_picture_is_added_without_scripts_and_its_page_shows_the_line_to_paste(client, cast):
    sign_in(client, cast.peer)

    answer = send(client, image(), alternative_text="The meter")

    made = db.session.scalars(select(Attachment)).one()
    assert (answer.status_code, answer.location) == (303, f"/files/{made.public_id}")
    page = client.get(answer.location)
    assert f"![The meter]({address_of(made)})" in page.text
    assert "street" not in page.text


def test_editor_gets_what_to_put_into_the_text(client, cast):
    sign_in(client, cast.peer)
    data = {"picture": (io.BytesIO(image("JPEG")), "x.jpg"), "csrf_token": csrf_token(client)}

    answer = client.post("/files", data=data, headers={"X-Fragment": "1"})

    assert answer.status_code == 201
    assert answer.json["markdown"] == f"![]({answer.json['address']})"


@pytest.mark.parametrize("language, words", [("en", "not a picture"), ("nl", "geen afbeelding")])
def test_what_is_no_picture_is_refused_in_the_persons_language(client, cast, language, words):
    sign_in(client, cast.peer)

    for content in (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a", b"", b"%PDF-1.7"):
        answer = client.post(
            "/files",
            data={"picture": (io.BytesIO(content), "a.png"), "csrf_token": csrf_token(client)},
            headers={"Accept-Language": language, "X-Fragment": "1"},
        )
        assert answer.status_code == 422
    assert words in answer.json["sentence"]
    assert db.session.scalars(select(Attachment)).all() == []


def test_no_file_and_too_long_a_description_are_said_at_their_fields(client, cast):
    sign_in(client, cast.peer)

    assert "Choose a picture first" in submit(client, "/files").text
    assert "too long" in send(client, image(), alternative_text="x" * 501).text


def test_only_this_address_takes_large_bodies_and_only_from_people(client, cast):
    large = image() + b"\0" * 2_000_000
    assert send(client, large).status_code == 413
    sign_in(client, cast.peer)
    assert send(client, large).status_code == 303
    assert send(client, image() + b"\0" * 10_100_000).status_code == 413
    assert submit(client, "/preview", text="x" * 1_100_000).status_code == 413


def test_pictures_a_day_are_limited(client, cast, monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "picture_by_person", throttle.Limit(1, 86_400))
    sign_in(client, cast.peer)

    assert [send(client, image()).status_code for _number in range(2)] == [303, 429]


def test_public_picture_is_served_where_nothing_runs(client, cast):
    made = make.attachment(cast.peer, post=community.question(cast.peer))

    answer = client.get(address_of(made))

    assert answer.status_code == 200
    assert answer.data == image()
    assert answer.content_type == "image/png"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'inline; filename="picture.png"'
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(address_of(made), headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.head(address_of(made)).status_code == 200
    assert client.get(f"/files/{made.public_id}/other.html").status_code == 404


def test_other_pictures_are_kept_by_no_cache_and_checked_each_time(client, cast):
    question = community.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    inner, unsent = make.attachment(cast.agent, post=question), make.attachment(cast.agent)
    sign_in(client, cast.agent)
    for picture in (inner, unsent):
        answer = client.get(address_of(picture))
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")

    sign_out(client)

    for picture in (inner, unsent):
        assert client.get(address_of(picture)).status_code == 404
        assert client.get(address_of(picture), headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404


def test_owner_describes_and_deletes(client, cast):
    made = make.attachment(cast.peer)
    path, address = f"/files/{made.public_id}", address_of(made)
    sign_in(client, cast.peer)

    submit(client, path, alternative_text="Two numbers")
    assert "![Two numbers]" in client.get(path).text
    assert submit(client, path, alternative_text="x" * 501).status_code == 422
    assert submit(client, f"{path}/delete").status_code == 303
    assert client.get(address).status_code == 404
