"""Following questions, tags and categories, and the page of everything one follows.

Following a person is on the pages of people, which stand to the right of the community.
"""

from __future__ import annotations

from flask import render_template, request, url_for

from app.community.forms.talk import FollowForm
from app.community.links import question_url
from app.community.queries import follows, lists, shelves, thread
from app.community.queries.follows import Followed
from app.community.services import following
from app.community.settings import PAGE_SIZE
from app.community.views.blueprint import Answered, bp, category_words, mark_news
from app.paging import Key
from app.web import throttle
from app.web.access import signed_in
from app.web.current_actor import actor
from app.web.forms import see_other
from app.web.own_path import own_path


@bp.post("/q/<int:question_id>/follow")
@signed_in
def follow_question(question_id: int) -> Answered:
    """Follow a question, or leave it."""
    throttle.count("follow_by_person", str(actor().person_id))
    found = thread.question_for(actor(), question_id)
    return followed(found, back=question_url(found.id, found.title))


@bp.post("/tags/<name>/follow")
@signed_in
def follow_tag(name: str) -> Answered:
    """Follow a tag, or leave it."""
    throttle.count("follow_by_person", str(actor().person_id))
    return followed(shelves.tag_called(actor(), name), back=url_for(".tag", name=name))


@bp.post("/c/<slug>/follow")
@signed_in
def follow_category(slug: str) -> Answered:
    """Follow a category, or leave it."""
    throttle.count("follow_by_person", str(actor().person_id))
    return followed(shelves.category_called(slug), back=url_for(".category", slug=slug))


def followed(subject: Followed, *, back: str) -> Answered:
    """Do what the form says and lead back to where it was sent from, else to `back`."""
    form = FollowForm()
    if form.on.data == "1":
        following.follow(actor(), subject)
    else:
        following.unfollow(actor(), subject)
    return see_other(own_path(form.next.data) or back)


@bp.get("/following")
@signed_in
def following_list() -> Answered:
    """Everything one follows, to look at and to leave."""
    viewer = actor()
    page = follows.followed_questions(viewer, after=Key.parse(request.args.get("after")), size=PAGE_SIZE.value)
    how = {each.id: each.how for each in page.rows}
    rows = lists.question_rows(viewer, list(how))
    mark_news(rows)
    return render_template(
        "community/following.html",
        rows=rows,
        how=how,
        older=url_for(".following_list", after=str(page.next_key)) if page.next_key else None,
        is_first="after" not in request.args,
        tags=follows.followed_tags(viewer),
        categories=follows.followed_categories(viewer),
        people=follows.followed_people(viewer),
        words=category_words,
    )
