"""Addresses that machines read: feeds, site maps, robots.txt, security.txt, the service worker. All for everybody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import ServiceUnavailable

from app import clock
from app.actor import VISITOR
from app.community.links import person_url, question_url
from app.community.queries import shelves
from app.community.queries.tags import tag_page
from app.community.views.blueprint import category_names, category_words, moved
from app.community.views.filters import words_of
from app.config import Config
from app.errors import Moved, NotFound
from app.feeds import knowledge, queries, sitemaps, syndication
from app.feeds.syndication import Channel, Item
from app.providers.queries import person_for
from app.search.backend import IndexBusy, IndexUnusable
from app.search.documents import ARTICLE, QUESTION
from app.search.queries import asked_in
from app.web import throttle
from app.web.access import public
from app.web.assets import asset
from app.web.language import LANGUAGES, current_language

bp = Blueprint("feeds", __name__)

SEARCHED = ("q", "kind", "state", "category", "tag", "language")
NOT_FOR_ROBOTS = ("/search", "/ask", "/sign-in", "/sign-up", "/reset", "/api/", "/preview", "/feeds/search")


@bp.get("/feeds/questions.<form>")
@public
def questions(form: str) -> Response:
    """The newest questions, or with `?order=` the active or the unanswered ones."""
    order = request.args.get("order", "newest")
    titles = {"active": _("Active questions"), "unanswered": _("Unanswered questions")}
    link = url_for("community.question_list", order=None if order == "newest" else order)
    return _questions(form, titles.get(order, _("Newest questions")), link, queries.question_entries(order=order))


@bp.get("/feeds/c/<slug>.<form>")
@public
def category(slug: str, form: str) -> Response:
    """The newest questions of a category."""
    shelf = shelves.category_called(slug)
    if shelf.slug != slug:
        return moved(url_for(".category", slug=shelf.slug, form=form))
    words = category_words(shelf)
    link = url_for("community.category", slug=shelf.slug)
    return _questions(form, words["name"], link, queries.question_entries(category=shelf), words["description"])


@bp.get("/feeds/tags/<name>.<form>")
@public
def tag(name: str, form: str) -> Response:
    """The newest questions with a tag."""
    found = shelves.tag_called(VISITOR, name)
    if found.name != name:
        return moved(url_for(".tag", name=found.name, form=form))
    link = url_for("community.tag", name=found.name)
    return _questions(form, _("Tag: %(name)s", name=found.name), link, queries.question_entries(tag=found))


@bp.get("/feeds/people/<handle>.<form>")
@public
def person(handle: str, form: str) -> Response:
    """The questions somebody answered, or with `?show=questions` those she asked, the newest first."""
    found, show = person_for(handle), request.args.get("show", "answers")
    if found.handle != handle:
        return moved(url_for(".person", handle=found.handle, form=form))
    if show not in {"answers", "questions"}:
        raise NotFound
    asked = show == "questions"
    title = _("Asked by %(name)s", name=found.name) if asked else _("Answered by %(name)s", name=found.name)
    link = url_for("people.person", handle=found.handle, show=show)
    return _questions(
        form,
        title,
        link,
        queries.question_entries(asker_id=found.id if asked else None, answered_by_id=None if asked else found.id),
    )


@bp.get("/feeds/search.<form>")
@public
def found(form: str) -> Response:
    """The questions and articles that have all words of a search, asked for as on its page, the newest first."""
    asked = asked_in(request.args)
    if form not in syndication.FORMATS or asked.is_empty:
        raise NotFound
    throttle.count_look("search_by_network", throttle.network())
    said = {name: value for name, value in asked.address().items() if value}
    title = _("Search: %(words)s", words=words_of("search", said, category_names()))
    values: dict[str, Any] = {name: request.args[name] for name in SEARCHED if name in request.args}
    link = url_for("search.search", **values)
    try:
        keys = queries.found_keys(asked, language=current_language())
    except (IndexUnusable, IndexBusy) as error:
        # A reader that hears of what does not match shows it as new; one that is told to come again does.
        raise ServiceUnavailable(retry_after=60) from error
    entries = queries.entries_of([number for kind, number in keys if kind == QUESTION])
    articles = queries.articles_of([number for kind, number in keys if kind == ARTICLE])
    known = {(QUESTION, each.id): _item(each) for each in entries}
    known |= {(ARTICLE, each.id): knowledge.article_item(each, _base()) for each in articles}
    items = [known[key] for key in keys if key in known]
    return _feed(form, title, "", _base() + link, items, language=current_language())


@bp.get("/feeds/q/<int:question_id>.<form>")
@public
def question(question_id: int, form: str) -> Response:
    """A question's answers, the newest first."""
    try:
        thread = queries.thread_for(question_id)
    except Moved as moved:
        return redirect(url_for(".question", question_id=moved.into_id, form=form), 301)  # type: ignore[return-value]
    asked = thread.question
    link = question_url(asked.id, asked.title, external=True)
    rows = sorted(thread.answers, key=lambda row: (row.answer.created_at, row.answer.id), reverse=True)
    items = [
        Item(
            guid=f"{_base()}/a/{row.answer.id}",
            link=question_url(asked.id, asked.title, answer_id=row.answer.id, external=True),
            title=_("%(name)s answered “%(title)s”", name=row.author_name, title=asked.title),
            html=row.answer.body_html,
            author_name=row.author_name,
            author_link=_base() + person_url(row.author_handle),
            created_at=row.answer.created_at,
            changed_at=row.answer.edited_at or row.answer.created_at,
        )
        for row in rows[: queries.LONGEST_FEED]
    ]
    count = ngettext("%(num)s answer", "%(num)s answers", thread.page.count)
    return _feed(form, asked.title, count, link, items, language=asked.request.language)


@bp.get("/feeds/knowledge.<form>")
@public
def articles(form: str) -> Response:
    """The articles that changed last."""
    link = _base() + url_for("knowledge.article_list")
    words = _("Articles made of answers that worked. Each one shows how sure it is, and why.")
    items = [knowledge.article_item(each, _base()) for each in queries.latest_articles()]
    return _feed(form, _("Knowledge"), words, link, items, language=current_language())


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The index of the site maps."""
    pages = [(_base() + url_for(endpoint), None) for endpoint in (".sitemap_of_places", ".sitemap_of_articles")]
    numbered = [(_base() + url_for(".sitemap_page", page=page), at) for page, at in queries.site_map_pages()]
    return _xml(sitemaps.write_index([*pages, *numbered]))


@bp.get("/sitemaps/places.xml")
@public
def sitemap_of_places() -> Response:
    """The pages that are always there, the categories and the tags most used."""
    fixed = (
        "community.home",
        "community.question_list",
        "community.tags",
        "knowledge.article_list",
        "knowledge.glossary_page",
        "people.directory",
        "pages.help",
        "pages.ranking",
    )
    paths = [url_for(endpoint) for endpoint in fixed]
    paths += [url_for("community.category", slug=each.slug) for each in shelves.categories()]
    paths += [url_for("community.tag", name=each.name) for each in tag_page(size=1_000).rows]
    return _xml(sitemaps.write_urls([(_base() + path, None) for path in paths], list(LANGUAGES)))


@bp.get("/sitemaps/articles.xml")
@public
def sitemap_of_articles() -> Response:
    """The articles everybody may read."""
    return _xml(sitemaps.write_urls(knowledge.articles_on_site_map(), list(LANGUAGES)))


@bp.get("/sitemaps/questions-<int:page>.xml")
@public
def sitemap_page(page: int) -> Response:
    """One page of the questions everybody may read; an empty one where there are none."""
    places = queries.questions_on_site_map(page)
    found = [(question_url(each.id, each.title, external=True), each.changed_at) for each in places]
    return _xml(sitemaps.write_urls(found, list(LANGUAGES)))


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What robots should leave alone, and where the site map is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS), f"Sitemap: {_base()}/sitemap.xml", ""]
    return _text("\n".join(lines))


@bp.get("/.well-known/security.txt")
@public
def security() -> Response:
    """Where to report a weakness (RFC 9116)."""
    config: Config = current_app.extensions["samen.config"]
    # A date in the file and not the moment of asking, so that the file stays the same for a week.
    monday = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=clock.now().weekday())
    lines = [
        f"Contact: mailto:{config.contact_address}",
        f"Expires: {(monday + timedelta(days=180)).isoformat()}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {_base()}/.well-known/security.txt",
        "",
    ]
    return _text("\n".join(lines))


@bp.get("/favicon.ico")
@public
def favicon() -> Response:
    """For browsers that ask before they have read the page."""
    return redirect(asset("img/favicon-32.png"), 302)  # type: ignore[return-value]


@bp.get("/service-worker.js")
@public
def service_worker() -> Response:
    """The script that keeps the offline page; it stands at the root, because it serves what lies below itself."""
    script = render_template("feeds/service_worker.js", version=asset("").split("/")[2])
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.get("/offline")
@public
def offline() -> str:
    """What a browser shows when it reaches nobody."""
    return render_template("feeds/offline.html")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    """How Samen looks when it is put on a phone's screen."""
    said = {
        "name": "Samen",
        "short_name": "Samen",
        "description": _("Samen finds the person who can help, and shows why."),
        "lang": current_language(),
        "start_url": "/",
        "display": "browser",
        "background_color": "#fcfaf7",
        "theme_color": "#ffffff",
        "icons": [
            {"src": asset("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": asset("img/apple-touch-icon.png"), "sizes": "180x180", "type": "image/png"},
        ],
    }
    return Response(json.dumps(said), mimetype="application/manifest+json")


def _questions(form: str, title: str, path: str, found: list[queries.Entry], description: str = "") -> Response:
    items = [_item(each) for each in found]
    return _feed(form, title, description, _base() + path, items, language=current_language())


def _item(entry: queries.Entry) -> Item:
    return Item(
        guid=f"{_base()}/q/{entry.id}",
        link=question_url(entry.id, entry.title, external=True),
        title=entry.title,
        html=entry.html,
        author_name=entry.asker_name,
        author_link=_base() + person_url(entry.asker_handle),
        created_at=entry.created_at,
        changed_at=entry.changed_at,
        topics=entry.tag_names,
    )


def _feed(form: str, title: str, description: str, link: str, items: list[Item], *, language: str) -> Response:
    if form not in syndication.FORMATS:
        raise NotFound
    channel = Channel(
        title=f"{title} · Samen",
        description=description or _("Questions and answers on Samen"),
        link=link,
        own_link=_base() + request.full_path.rstrip("?"),
        language=language,
        base_url=_base(),
    )
    return _kept(Response(syndication.write(form, channel, items), mimetype=syndication.FORMATS[form][1]))


def _xml(written: bytes) -> Response:
    return _kept(Response(written, mimetype="application/xml"))


def _text(written: str) -> Response:
    return _kept(Response(written, mimetype="text/plain"))


def _kept(answer: Response) -> Response:
    """Let whoever asked keep it, and be told when it is still the same."""
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _base() -> str:
    config: Config = current_app.extensions["samen.config"]
    return config.base_url
