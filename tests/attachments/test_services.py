"""Pictures in posts, their files, and what is forgotten when."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import func, select

from app import clock as app_clock
from app.actor import SYSTEM
from app.attachments import files, jobs, queries, services
from app.attachments.addresses import address_of, ids_in, markdown_for
from app.attachments.making import Picture
from app.attachments.models import Attachment, AttachmentUse
from app.community.compose import compose
from app.community.services import answering, deleting, editing
from app.db import db
from app.errors import Invalid, NotAllowed, NotFound
from app.privacy.rights import erase_person, export_person
from tests.attachments import make
from tests.attachments.make import image
from tests.cast import acting
from tests.community import make as community

PICTURE = Picture(image(), "image/png", 40, 30)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def sees(person, picture: Attachment) -> bool:
    try:
        queries.picture_for(acting(person), picture.public_id)
    except NotFound:
        return False
    return True


def test_picture_is_kept_under_a_name_of_ours(cast):
    made = services.add_picture(acting(cast.peer), PICTURE, alternative_text=" The upper\nnumber ")

    assert files.path_of(made.public_id).read_bytes() == PICTURE.content
    assert markdown_for(made) == f"![The upper number](/files/{made.public_id}/picture.png)"
    assert ids_in(markdown_for(made) * 2) == [made.public_id]


def test_brackets_in_a_description_do_not_end_it(cast):
    made = make.attachment(cast.peer, alternative_text=r"a [b] \c")

    assert f'alt="a [b] \\c"' in compose(markdown_for(made)).html  # noqa: F541


def test_name_of_a_file_is_nobody_elses_path(app):
    for name in ("../../secret_key", "a" * 31, "A" * 32, ""):
        with app.app_context(), pytest.raises(ValueError):
            files.path_of(name)


def test_suspended_person_adds_nothing(cast):
    with pytest.raises(NotAllowed):
        services.add_picture(acting(cast.suspended), PICTURE)


def test_text_shows_a_picture_of_ours_with_its_size_and_links_to_others(cast):
    made = make.attachment(cast.peer, alternative_text="The meter")
    address = address_of(made)

    html = compose(f"![]({address}) ![My words]({address}) ![Far](https://e.org/a.png) ![No](/files/x/a.png)").html

    assert html.count("<img ") == 2
    assert f'src="{address}" alt="The meter" width="40" height="30" loading="lazy"' in html
    assert 'alt="My words"' in html
    assert '<a href="https://e.org/a.png"' in html


def test_unsent_picture_is_for_its_owner_and_a_posts_picture_for_its_readers(cast):
    question = community.question(cast.agent, audience=f"org:{cast.waterworks.id}")
    made = make.attachment(cast.agent)
    assert [sees(each, made) for each in (cast.agent, cast.peer, cast.operator)] == [True, False, False]

    answering.post_answer(acting(cast.agent), question, text=compose(f"Look here: {markdown_for(made)}"))

    assert [sees(each, made) for each in (cast.agent, cast.peer, cast.rival)] == [True, False, False]
    public = community.question(cast.agent)
    answering.post_answer(acting(cast.agent), public, text=compose(f"And here: {markdown_for(made)}"))
    assert sees(cast.peer, made)
    assert queries.picture_for(acting(cast.peer), made.public_id).is_public


def test_somebody_elses_picture_is_not_made_public_by_quoting_it(cast):
    made = make.attachment(cast.agent)

    answering.post_answer(acting(cast.peer), community.question(cast.customer), text=compose(markdown_for(made)))

    assert not sees(cast.customer, made)


def test_history_still_shows_a_picture_that_was_edited_out(cast):
    question, made = community.question(cast.customer), make.attachment(cast.peer)
    answer = answering.post_answer(acting(cast.peer), question, text=compose(f"See {markdown_for(made)}"))

    editing.edit_answer(
        acting(cast.peer), answer, text=compose("Words are enough."), reason="", seen_version=answer.row_version
    )

    assert sees(cast.customer, made)


def test_deleted_post_withdraws_its_pictures_and_takes_them_back(cast, clock):
    question, moderator = community.question(cast.customer), acting(cast.moderator)
    answers = [community.answer(question, cast.peer) for _number in range(2)]
    made = [make.attachment(post.author, post=post) for post in answers]
    made.append(make.attachment(cast.customer, post=question))

    deleting.delete_answer(moderator, answers[0], reason="spam")
    clock.shift(60)
    assert [sees(cast.outsider, each) for each in made] == [False, True, True]
    deleting.delete_question(moderator, question, reason="spam")
    assert [sees(cast.outsider, each) for each in made] == [False, False, False]

    deleting.restore_question(moderator, question)
    assert [sees(cast.outsider, each) for each in made] == [False, True, True]
    deleting.restore_answer(moderator, answers[0])
    assert [sees(cast.outsider, each) for each in made] == [True, True, True]


def test_moved_post_takes_its_pictures_along(cast):
    question, inner = community.question(cast.customer), community.question(cast.agent, audience="operators")
    answer = community.answer(question, cast.peer)
    made = make.attachment(cast.peer, post=answer)

    services.move([f"answer:{answer.id}"], inner.id)

    assert not sees(cast.customer, made)


def test_text_with_too_many_pictures_is_refused(cast):
    many = " ".join(markdown_for(make.attachment(cast.peer)) for _number in range(11))

    with pytest.raises(Invalid) as refused:
        answering.post_answer(acting(cast.peer), community.question(cast.customer), text=compose(many))

    assert refused.value.code == "too_many_pictures"


def test_text_without_pictures_costs_no_statement(cast, count_queries):
    peer = acting(cast.peer)

    with count_queries() as ran:
        services.show_in(peer, "<p>Words</p>", help_request_id=1, place="answer:1")

    assert ran.count == 0, ran


def test_picture_nobody_used_is_forgotten_after_a_day_unless_a_draft_holds_it(cast, clock):
    used = make.attachment(cast.peer, post=community.question(cast.peer))
    held, unused = make.attachment(cast.peer), make.attachment(cast.peer)
    services.keep_until(acting(cast.peer), markdown_for(held), app_clock.now().replace(year=2027))
    clock.shift(25 * 3600)

    jobs.forget_unused()

    assert {each.public_id for each in db.session.scalars(select(Attachment))} == {used.public_id, held.public_id}
    assert not files.path_of(unused.public_id).exists()
    assert files.path_of(held.public_id).exists()


def test_files_without_a_picture_are_swept_away(cast):
    kept, stray, fresh = make.attachment(cast.peer), "f" * 32, "e" * 32
    for name in (stray, fresh):
        files.keep(name, b"x")
    long_ago = app_clock.now().timestamp() - 7200
    for name in (kept.public_id, stray):
        os.utime(files.path_of(name), (long_ago, long_ago))
    now = app_clock.now().timestamp()
    os.utime(files.path_of(fresh), (now, now))

    jobs.sweep_files()

    assert [files.path_of(name).exists() for name in (kept.public_id, stray, fresh)] == [True, False, True]
    files.remove(fresh)


def test_deleting_a_picture_leaves_neither_row_nor_file(cast):
    made = make.attachment(cast.peer, post=community.question(cast.peer))

    services.remove(acting(cast.peer), made)

    assert (count(Attachment), count(AttachmentUse)) == (0, 0)
    assert not files.path_of(made.public_id).exists()


def test_person_can_read_and_take_back_her_pictures(cast):
    made = make.attachment(cast.peer, post=community.question(cast.peer), alternative_text="My hall")
    other = make.attachment(cast.agent)

    assert [each["alternative_text"] for each in export_person(cast.peer.id)["pictures"]] == ["My hall"]
    erase_person(SYSTEM, cast.peer.id)

    assert db.session.scalars(select(Attachment.public_id)).all() == [other.public_id]
    assert not files.path_of(made.public_id).exists()
