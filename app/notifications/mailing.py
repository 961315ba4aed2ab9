"""Letters about what happened: one per request, or one a day about all of them.

A letter and the mark that it was written share a transaction. What it tells of is read again in that moment, as far
as the reader may see it then. Letters about one request are one thread in a mail program, by the ids they refer to.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from app import clock
from app.accounts.addresses import plain_form
from app.accounts.models import Login, Person
from app.accounts.queries import login_of
from app.community.models.comments import Comment
from app.community.models.posts import Answer
from app.community.models.suggestions import EditSuggestion
from app.config import Config
from app.db import db, own_session, transaction
from app.errors import NotFound
from app.mail import mail_host, write_letter
from app.notifications import policy
from app.notifications.models import Notice, NoticeItem
from app.notifications.queries.entries import Entry, entries_to_mail, names_of
from app.notifications.tokens import unsubscribe_token
from app.notifications.wishes import wish_of
from app.notifications.wording import lines_of, reasons_of
from app.organisations.identify import actor_of
from app.outbox.models import DomainEvent
from app.privacy.audiences import PUBLIC
from app.prose.extract import excerpt
from app.web.addresses import full_address

PEOPLE_A_RUN = 50
EXCERPT, LONGEST_TITLE = 400, 200
MOST_IN_A_DIGEST = 50


def write_due_letters() -> None:
    """Write the letters that are due, those of each person in a transaction of their own. A job."""
    with own_session() as session:
        due = select(Notice.person_id).where(Notice.mail_due_at <= clock.now()).distinct().limit(PEOPLE_A_RUN)
        person_ids = session.scalars(due).all()
    for person_id in person_ids:
        with transaction():
            _write_to(person_id)


def _write_to(person_id: int) -> None:
    now = clock.now()
    due = {
        notice.help_request_id: notice
        for notice in db.session.scalars(
            select(Notice)
            .where(Notice.person_id == person_id, Notice.mail_due_at <= now)
            .order_by(Notice.help_request_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    wish, login = wish_of(person_id), _login_of(person_id)
    if wish.mail == "immediately" and (later := policy.after_quiet(wish, now)) > now:
        for notice in due.values():
            notice.mail_due_at = later
        return
    if login is not None and wish.mail != "off":
        config: Config = current_app.extensions["samen.config"]
        language = login.person.interface_language or config.default_language
        entries = entries_to_mail(actor_of(login.person), list(due))
        with force_locale(language):
            if wish.mail == "daily":
                _write_digest(login, language, entries[:MOST_IN_A_DIGEST])
            else:
                for entry in entries:
                    _write_about(login, language, entry, is_first=due[entry.request_id].mailed_at is None)
        for entry in entries:
            due[entry.request_id].mailed_at = now
    for notice in due.values():
        notice.mail_due_at, notice.mailed_item_id = None, notice.latest_item_id


def _login_of(person_id: int) -> Login | None:
    """Return where a person's mail goes; None for who gets none: suspended, gone, or never here."""
    try:
        login = login_of(person_id)
    except NotFound:
        return None
    person: Person = login.person
    is_out = person.suspended_at is not None or person.erased_at is not None or not person.can_sign_in
    return None if is_out else login


def _write_about(login: Login, language: str, entry: Entry, *, is_first: bool) -> None:
    thread = f"request-{entry.request_id}.person-{login.person_id}@{mail_host()}"
    answering = {} if is_first else {"In-Reply-To": f"<{thread}>", "References": f"<{thread}>"}
    token = unsubscribe_token(login.person_id, entry.request_id)
    title = _title_of(entry)
    write_letter(
        "notifications/news",
        to=plain_form(login.email),
        language=language,
        message_id=thread if is_first else f"{secrets.token_hex(16)}@{mail_host()}",
        headers={**_list_headers(token), **answering},
        title=title if is_first else f"Re: {title}",
        name=login.person.name,
        lines=lines_of(entry),
        excerpt=_excerpt_of(entry),
        reasons=reasons_of(entry, names_of([entry]), language),
        link=_link_to(entry),
        stop=full_address("unsubscribing.page", token=token),
        settings=full_address("notifications.settings"),
    )


def _write_digest(login: Login, language: str, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    token = unsubscribe_token(login.person_id, 0)
    names = names_of(entries)
    write_letter(
        "notifications/digest",
        to=plain_form(login.email),
        language=language,
        headers=_list_headers(token),
        name=login.person.name,
        entries=[
            {
                "title": _title_of(entry),
                "lines": lines_of(entry),
                "reasons": reasons_of(entry, names, language),
                "link": _link_to(entry),
            }
            for entry in entries
        ],
        stop=full_address("unsubscribing.page", token=token),
        settings=full_address("notifications.settings"),
    )


def _title_of(entry: Entry) -> str:
    """Return what a letter calls a question: by its number where its words are not for everybody."""
    if entry.is_handed:
        return _("A case that was handed over")
    if entry.case_id is not None:
        return _("Your case, which only you and whoever helps you may read")
    if entry.audience != PUBLIC:
        return _("Question %(number)s, which not everybody may read", number=entry.request_id)
    return entry.title[:LONGEST_TITLE]


def _link_to(entry: Entry) -> str:
    endpoint, values = entry.place
    if entry.audience != PUBLIC:
        values = {name: value for name, value in values.items() if name != "slug"}  # it is made of the title
    return full_address(endpoint, **values)


def _list_headers(token: str) -> dict[str, str]:
    """Return the headers by which a mail program offers to stop these letters with one press (RFC 8058)."""
    return {
        "List-Id": f"<notices.{mail_host()}>",
        "List-Unsubscribe": f"<{full_address('unsubscribing.page', token=token)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _excerpt_of(entry: Entry) -> str:
    """Return the first words of the newest answer or comment, or why a question was closed or an edit not taken over.

    What is not for everybody stays out of mail boxes.
    """
    newest = entry.told[0]
    if entry.audience != PUBLIC or newest.kind not in {"answer", "comment", "mention", "closed", "suggestion_refused"}:
        return ""
    if newest.kind == "closed":
        return entry.closed.note if entry.closed else ""
    if newest.kind == "suggestion_refused":
        return _why_refused(newest.latest_item_id)
    body = select(Answer.body_html).where(Answer.id == newest.answer_id)
    if newest.comment_id is not None:
        body = select(Comment.body_html).where(Comment.id == newest.comment_id)
    html = db.session.scalar(body)
    return excerpt(html, EXCERPT) if html else ""


def _why_refused(item_id: int) -> str:
    """Return the reason that was given with a suggested edit that was turned down."""
    told = select(DomainEvent.payload).join(NoticeItem, NoticeItem.event_id == DomainEvent.id)
    payload = db.session.scalar(told.where(NoticeItem.id == item_id))
    suggestion = db.session.get(EditSuggestion, payload["suggestion_id"]) if payload else None
    return suggestion.decision_reason if suggestion else ""
