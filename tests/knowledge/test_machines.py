"""Articles for machines: the API, feeds, the site map, structured data. Only what whoever asks may read."""

from __future__ import annotations

import json
import re

from flask import Flask
from flask.testing import FlaskClient

from app.privacy.audiences import organisation_audience
from tests.accounts import make as accounts
from tests.cast import Cast
from tests.knowledge import make


def test_programs_read_articles_with_their_evidence(app: Flask, client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, tags=("taps",))
    make.article(cast.peer, state="draft", title="Not ready")
    make.article(cast.agent, title="Our own", audience=organisation_audience(cast.waterworks.id))
    _row, secret = accounts.api_token(cast.outsider, "read")
    headers = {"Authorization": f"Bearer {secret}"}

    listed = client.get("/api/v1/articles?tag=taps", headers=headers).get_json()
    everything = client.get("/api/v1/articles", headers=headers).get_json()
    one = client.get(f"/api/v1/articles/{article.slug}", headers=headers).get_json()

    assert [each["slug"] for each in listed["items"]] == [article.slug]
    assert [each["title"] for each in everything["items"]] == [article.title]
    assert one["confidence"] == 0.9
    assert one["evidence"]["outdated"] == 0
    assert one["body"] == "Turn it off."


def test_feed_site_map_and_head_tell_of_public_articles_only(client: FlaskClient, cast: Cast) -> None:
    article = make.article(cast.peer, title="Mending a tap & more")
    secret = make.article(cast.agent, title="Our own", audience=organisation_audience(cast.waterworks.id))
    put_away = make.article(cast.peer, state="archived")

    feed, places = client.get("/feeds/knowledge.atom").text, client.get("/sitemaps/articles.xml").text

    assert "Mending a tap &amp; more" in feed
    assert f"/knowledge/{article.slug}" in places
    assert not any(each.slug in feed + places for each in (secret, put_away))
    assert "/sitemaps/articles.xml" in client.get("/sitemap.xml").text
    page = client.get(f"/knowledge/{article.slug}").text
    found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    assert (told["@type"], told["headline"]) == ("TechArticle", "Mending a tap & more")
    assert "application/ld+json" not in client.get(f"/knowledge/{put_away.slug}").text
