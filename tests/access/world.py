"""What the matrix looks at: the cast, objects in every state, and a canary in every private field.

Nothing here says who may see what; matrix.toml says that for routes, and `Canary.known_to` for words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app import clock
from app.accounts.models import Login, MailProof, Person
from app.attachments.models import Attachment
from app.community.compose import compose
from app.community.links import slug_of
from app.community.models.comments import Comment
from app.community.models.posts import Answer, Question
from app.community.models.shelves import Tag
from app.db import db
from app.importers.addresses import digests_of
from app.importers.models import AuthorAddress
from app.mail import queue_letter
from app.notifications.models import Notice, NoticeItem, SearchAlert
from app.notifications.tokens import unsubscribe_token
from app.outbox.models import Delivery, DomainEvent
from app.privacy.audiences import organisation_audience
from app.providers.models import Provider
from app.ranking.model import default_model
from app.routing import modelstore
from app.routing import services as routing
from app.routing.models import Offer, RoutingDecision
from app.routing.ring_models import RingFinding, RingMember
from app.sitesettings.declare import forget_kept
from app.sitesettings.models import StoredSetting
from app.web.once import OnceKey
from tests.access.worlds import cases, knowledge, marketplace, privacy, promises, searching
from tests.access.worlds import organisations as seats
from tests.access.worlds.base import MISSING, World
from tests.accounts import make as accounts
from tests.attachments import make as attachments
from tests.cast import Cast, acting, make_cast
from tests.community import make as community
from tests.drafts import make as drafts
from tests.organisations import make as organisations


def make_world() -> World:
    """Make the rows in the current session."""
    world = World(make_cast())
    for part in PARTS:
        part(world)
    db.session.commit()
    forget_kept()
    return world


def _people(world: World) -> None:
    cast = world.cast
    for role, person in cast.people.items():
        login = db.session.get_one(Login, person.id)
        login.email = world.hide(f"canary-mail-{role}@example.org", f"mail address of {role}", role, "operator")
        login.email_key = login.email
        login.password_hash = world.hide(f"canary-password-hash-{role}", f"password hash of {role}")
        browser = world.hide(f"canary-browser-{role}", f"browser of {role}", role)
        session, token = accounts.session(person, user_agent=browser)
        world.hide(session.token_digest, f"session digest of {role}")
        world.hide(f"/sessions/{session.id}/end", f"button that ends a session of {role}", role)
        world.hide(token, f"session token of {role}")
        name = world.hide(f"canary-token-{role}", f"name of a token of {role}", role)
        row, secret = accounts.api_token(person, name=name)
        world.hide(row.token_digest, f"token digest of {role}")
        world.hide(secret, f"secret of a token of {role}")
        world.objects.setdefault("session", {})[role] = {"session_id": session.id}
        world.objects.setdefault("token", {})[role] = {"token_id": row.id}
    world.objects["person"] = {
        "there": {"handle": cast.peer.handle, "form": "atom"},
        "insider": {"handle": cast.agent.handle, "form": "atom"},
        "missing": {"handle": "nobody-is-called-this", "form": "atom"},
    }
    for kind, column in (("session", "session_id"), ("token", "token_id")):
        theirs = world.objects[kind]["customer"]
        world.objects[kind] = {"customers": theirs, "missing": {column: MISSING}}


def _organisations(world: World) -> None:
    closed = organisations.organisation("Closed down", closed_at=clock.now())
    world.objects["organisation"] = {
        "there": {"slug": world.cast.waterworks.slug},
        "closed": {"slug": closed.slug},
        "missing": {"slug": "nobody-founded-this"},
    }
    world.words["waterworks"] = str(world.cast.waterworks.id)


def _questions(world: World) -> None:
    cast = world.cast
    shelf, tag = community.category("Taps"), community.tag("taps")
    secret_tag = community.tag(world.hide("canary-tag", "tag of the waterworks' own question", "agent"))
    bystander = accounts.person("Bea Bystander")
    world.bystander_id, world.bystander_key = bystander.id, bystander.handle_key
    accounts.session(bystander)
    accounts.api_token(bystander)
    db.session.add(StoredSetting(name="community.author_edit_hours", value="24", changed_at=clock.now()))
    acts = world.objects["act"] = {}
    for state in ("open", "locked", "solved", "old", "deleted", "waterworks"):
        is_public = state != "waterworks"
        asker: Person = cast.customer if is_public else cast.agent
        helper: Person = cast.peer if is_public else cast.agent
        audience = "public" if is_public else organisation_audience(cast.waterworks.id)

        def text(what: str, state: str = state, is_public: bool = is_public) -> str:
            words = f"{what}-of-{state}"
            if state == "deleted":
                asker_too = ("customer", "moderator") if what == "title" else ()
                return world.hide(f"canary-{words}", f"{what} of the deleted question", *asker_too)
            return words if is_public else world.hide(f"canary-{words}", f"{what} of the waterworks' question", "agent")

        question = community.question(
            asker,
            title=f"The leaking tap {text('title')}",
            body=text("body"),
            excerpt=text("excerpt"),
            category=shelf,
            tags=(tag,) if is_public else (tag, secret_tag),
            audience=audience,
            locked_at=clock.now() if state == "locked" else None,
            pinned_at=None if is_public else clock.now(),
            created_at=clock.now() - timedelta(days=3 if state == "old" else 0),
        )
        answer = community.answer(question, helper, body=text("answer"), created_at=question.created_at)
        community.revision(question, asker, title=text("old-title"), body=text("old-body"), reason=text("reason"))
        community.revision(answer, helper, body=text("old-answer"))
        for voter in (cast.moderator, bystander):
            community.vote(answer, voter)
            community.vote(question, voter)
        warning = community.signal(answer, cast.outsider, "dangerous", reason=text("warning"))
        if state == "solved":
            community.accepted(answer)
        if state in {"open", "waterworks"}:
            world.objects.setdefault("warning", {})["there" if is_public else state] = {"warning_id": warning.id}
        if state == "open":
            secret = world.hide("canary-deleted-answer", "answer that was deleted")
            taken_away = community.deleted(
                community.answer(question, cast.agent, body=secret), cast.moderator, reason="private"
            )
        if state == "deleted":
            act = community.deleted(question, cast.customer)
            acts["customers"] = {"act_id": act.id}
            world.hide(f"/acts/{act.id}/undo", "button that puts a question back", "customer", "moderator")
            community.deleted(answer, cast.peer)
        ids = {"question_id": question.id, "request_id": question.id, "answer_id": answer.id, "number": 1}
        world.objects.setdefault("question", {})[state] = ids
    missing = {"question_id": MISSING, "request_id": MISSING, "answer_id": MISSING, "number": 1}
    world.objects["question"]["missing"] = missing
    world.objects["warning"]["missing"] = {"warning_id": MISSING}
    for right in ("moderator", "operator"):
        title = world.hide(f"canary-title-of-{right}s", f"question for {right}s", right)
        community.question(cast.customer, title=title, category=shelf, audience=f"{right}s")
    for _number in range(30):  # so many that the number tells something
        community.answer(question, cast.agent, body="Once more.")
    world.hide("<dd>31</dd>", "how often the agent answered her own organisation's question", "agent")
    for values in world.objects["question"].values():
        found = db.session.get(Question, values["question_id"])
        values["slug"] = slug_of(found.title) if found else "nothing"
    alone = community.question(cast.customer, category=shelf, tags=(community.tag("pipes"),))
    synonym = community.tag("faucets", synonym_of_id=tag.id)
    world.words["synonym"] = str(synonym.id)
    world.objects["unanswered"] = {"customers": {"question_id": alone.id}}
    closed, archived, asked = (community.question(cast.customer, category=shelf) for _turn in range(3))
    reason = world.hide("canary-petition", "what somebody asks of moderators", "moderator")
    other = db.session.get_one(Question, world.objects["question"]["waterworks"]["question_id"])
    community.closed(closed, cast.curator, reason="duplicate", target=other)
    community.closed(archived, None, reason="archived")
    community.closed(asked, cast.moderator, reason="off_topic")
    petition = community.petition(asked, cast.customer, "reopen", note=reason)
    world.objects["closed"] = {
        "closed": {"question_id": closed.id, "slug": slug_of(closed.title)},
        "archived": {"question_id": archived.id, "slug": slug_of(archived.title)},
    }
    survivor = community.question(cast.customer, category=shelf)
    for state, where in (("merged", survivor), ("waterworks", other)):
        gone = community.question(cast.customer, category=shelf, audience=where.audience)
        community.merged(gone, where)
        ids = {"question_id": gone.id, "request_id": gone.id, "slug": slug_of(gone.title), "form": "atom"}
        world.objects.setdefault("merged", {})[state] = ids
    nothing = {"question_id": MISSING, "request_id": MISSING, "slug": "nothing", "form": "atom"}
    world.objects["merged"]["missing"] = nothing
    told = world.hide("canary-report", "what somebody tells moderators", "moderator", "curator")
    report = community.report(archived, cast.curator, note=told)
    inside = community.report(other, cast.agent)
    world.objects["report"] = {"there": {"report_id": report.id}, "waterworks": {"report_id": inside.id}}
    world.objects["report"]["missing"] = {"report_id": MISSING}
    world.objects["petition"] = {"there": {"petition_id": petition.id}, "missing": {"petition_id": MISSING}}
    world.words["answer_to_open"] = f"a{world.objects['question']['open']['answer_id']}"
    world.words["other_question"] = str(alone.id)
    overruled = community.question(cast.customer, category=shelf)
    community.deleted(overruled, cast.moderator, reason="spam")
    acts["overruled"] = {"act_id": community.act(cast.customer, "deleted_question", overruled).id}
    acts["moderators"] = {"act_id": taken_away.id}
    acts["undone"] = {"act_id": community.act(cast.customer, "deleted_question", alone, undone_at=clock.now()).id}
    acts["suspendeds"] = {"act_id": community.deleted(community.question(cast.suspended), cast.suspended).id}
    details = {"synonym_id": synonym.id}
    acts["tags"] = {"act_id": community.act(cast.moderator, "synonym_added", tag=tag, details=details).id}
    acts["missing"] = {"act_id": MISSING}
    world.objects["category"] = {"there": {"slug": shelf.slug}, "missing": {"slug": "no-such-shelf"}}
    world.objects["tag"] = {
        "there": {"name": tag.name},
        "waterworks": {"name": secret_tag.name},
        "missing": {"name": "no-such-tag"},
    }
    world.objects["spare tag"] = {"there": {"name": "pipes"}, "missing": {"name": "no-such-tag"}}
    for kind in ("question", "category", "tag"):
        for values in world.objects[kind].values():
            values["form"] = "atom"
    world.objects["feed"] = {"atom": {"form": "atom"}, "rss": {"form": "rss"}, "missing": {"form": "html"}}
    world.objects["site map"] = {"there": {"page": 0}, "missing": {"page": MISSING}}
    world.words["category"] = str(shelf.id)
    spare = community.category("Pipes")
    world.words["other_shelf"] = str(spare.id)
    world.objects["kept category"] = {"there": {"category_id": spare.id}, "missing": {"category_id": MISSING}}
    wells = community.category("Wells", closed_at=clock.now())
    acts["categories"] = {"act_id": community.act(cast.operator, "category_closed", category=wells).id}


def _comments(world: World) -> None:
    """Somebody's, her own answer's, a deleted one with a reply, and one among the waterworks."""
    cast = world.cast

    def on(state: str, author: Person, words: str, **more: Any) -> int:
        ids = world.objects["question"][state]
        question = db.session.get_one(Question, ids["question_id"])
        answer_id = ids["answer_id"] if author is cast.agent else None
        made: int = community.comment(question, author, body=words, answer_id=answer_id, **more).id
        return made

    gone = on("open", cast.peer, world.hide("canary-deleted-comment", "comment that was deleted"))
    on("open", cast.customer, "Why?", parent_id=gone)
    community.deleted_comment(db.session.get_one(Comment, gone))
    secret = world.hide("canary-comment", "comment on the waterworks' question", "agent")
    made = {
        "there": on("open", cast.peer, "Which tap is it?"),
        "locked": on("locked", cast.peer, "Which tap is it?"),
        "old": on("open", cast.peer, "Once upon a time.", created_at=clock.now() - timedelta(days=3)),
        "deleted": gone,
        "waterworks": on("waterworks", cast.agent, secret),
        "missing": MISSING,
    }
    world.objects["comment"] = {state: {"comment_id": comment_id} for state, comment_id in made.items()}
    bystander = db.session.get_one(Person, world.bystander_id)
    question = db.session.get_one(Question, world.objects["question"]["open"]["question_id"])
    community.affected(question, bystander)


def _follows(world: World) -> None:
    """The bystander follows; who did nothing follows nothing."""
    cast, bystander = world.cast, world.bystander_id
    question = db.session.get_one(Question, world.objects["question"]["open"]["question_id"])
    tag = db.session.scalars(sa.select(Tag).where(Tag.name == "taps")).one()
    community.follow(bystander, question_id=question.id)
    community.follow(bystander, tag_id=tag.id)
    community.follow(bystander, category_id=question.category_id)
    community.follow(bystander, followed_person_id=cast.peer.id)
    for name in (question.title, tag.name, "Taps", cast.peer.name):
        world.hide(f'aloud"> {name}</span></span></button>', f"button of the bystander to leave {name}")
    world.hide('name="on" value="0"', "that somebody else follows it", "customer", "agent")  # both asked something


def _pictures(world: World) -> None:
    cast, questions = world.cast, world.objects["question"]

    def picture(owner: Person, state: str, *known_to: str) -> Attachment:
        post = db.session.get(Question, questions[state]["question_id"]) if state in questions else None
        words = f"{'canary-' if known_to else ''}description-{state}"
        description = world.hide(words, f"description of a picture: {state}", *known_to) if known_to else words
        return attachments.attachment(owner, post=post, alternative_text=description)

    made = {
        "unsent": picture(cast.customer, "unsent", "customer"),
        "open": picture(cast.customer, "open"),
        "waterworks": picture(cast.agent, "waterworks", "agent"),
    }
    world.objects["picture"] = {state: {"public_id": each.public_id, "name": each.name} for state, each in made.items()}
    world.objects["picture"]["missing"] = {"public_id": "0" * 32, "name": "picture.png"}


def _drafts(world: World) -> None:
    words = world.hide("canary-draft", "draft of the customer", "customer")
    drafts.draft(world.cast.customer, fields={"title": words, "body": words})
    bystander = db.session.get_one(Person, world.bystander_id)
    theirs = world.hide("canary-other-draft", "draft of the bystander")
    drafts.draft(bystander, fields={"title": theirs, "body": theirs})
    for state in ("open", "solved"):
        drafts.draft(bystander, f"answer.{world.objects['question'][state]['question_id']}")
    world.objects["draft"] = {"customers": {"place": "ask"}, "missing": {"place": "nowhere.1"}}


def _filters(world: World) -> None:
    words = world.hide("canary-filter", "filter of the customer", "customer")
    made = community.saved_filter(world.cast.customer, words, is_home=True)
    gone = community.saved_filter(world.cast.customer, "gone", deleted_at=clock.now())
    now = {"since": clock.now(), "next_at": clock.now()}
    community._kept(SearchAlert(filter_id=made.id, person_id=world.cast.customer.id, **now))
    bystander = db.session.get_one(Person, world.bystander_id)
    community.saved_filter(bystander, world.hide("canary-other-filter", "filter of the bystander"), is_home=True)
    world.objects["filter"] = {
        "customers": {"filter_id": made.id},
        "deleted": {"filter_id": gone.id},
        "missing": {"filter_id": MISSING},
    }


def _edits(world: World) -> None:
    """Suggested edits, and an answer that everybody may edit."""
    cast, posts = world.cast, world.objects["question"]

    def suggested(where: str, model: type[Question] | type[Answer], **more: Any) -> dict[str, int]:
        key = "question_id" if model is Question else "answer_id"
        post: Any = db.session.get_one(model, posts[where][key])
        return {"suggestion_id": community.suggestion(post, cast.outsider, **more).id}

    words = {
        name: world.hide(f"canary-suggested-{name}", f"{name} of a suggested edit", "peer", "outsider", "moderator")
        for name in ("body", "reason")
    }
    inner = {
        name: world.hide(f"canary-inner-{name}", f"{name} of an edit suggested to the waterworks", "agent")
        for name in ("body", "reason")
    }
    decided = {"state": "rejected", "decided_at": clock.now(), "decided_by_id": cast.peer.id}
    world.objects["suggestion"] = {
        "open": suggested("open", Answer, **words),
        "question": suggested("open", Question, body="A body that was suggested."),
        "locked": suggested("locked", Answer),
        "decided": suggested("solved", Answer, **decided),
        "waterworks": suggested("waterworks", Answer, **inner),  # by somebody who left them
        "missing": {"suggestion_id": MISSING},
    }
    wiki = community.answer(db.session.get_one(Question, posts["open"]["question_id"]), cast.peer, wiki_at=clock.now())
    world.objects["wiki"] = {"there": {"answer_id": wiki.id}, "missing": {"answer_id": MISSING}}


def _ring_of(cast: Cast) -> list[RingMember]:
    return [
        RingMember(person_id=one.id, confirms=one is not cast.peer, is_confirmed=one is cast.peer)
        for one in (cast.outsider, cast.customer, cast.peer)
    ]


def _routing(world: World) -> None:
    """Decisions and invitations: made by the service, and the invitations by hand, because chance has a say in them."""
    cast, shelf = world.cast, community.category("Meters")
    world.words["shelf"] = shelf.slug
    text = compose("It shows two numbers and I do not know which one to send.", title="", prior="en")
    asked = [
        routing.ask(acting(cast.customer), title=f"Which number do I send? {turn}", text=text, category_id=shelf.id)
        for turn in range(2)
    ]
    title = world.hide("canary-title-of-a-routed-question", "title of a routed question", "agent")
    hidden = routing.ask(
        acting(cast.agent, for_organisation=cast.waterworks),
        title=title,
        text=text,
        category_id=shelf.id,
        audience=organisation_audience(cast.waterworks.id),
    )
    decisions = {
        question.id: db.session.scalars(
            sa.select(RoutingDecision).where(RoutingDecision.help_request_id == question.id)
        ).one()
        for question in (*asked, hidden)
    }
    db.session.execute(sa.delete(Offer))

    def offer(question: Question, provider: Provider, state: str) -> dict[str, int]:
        made = Offer(
            decision=decisions[question.id],
            help_request_id=question.id,
            provider=provider,
            place=1,
            propensity=0.5,
            explored=False,
            state=state,
            state_since=clock.now(),
            offered_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=1),
        )
        db.session.add(made)
        db.session.flush()  # its id is the address
        return {"offer_id": made.id}

    world.objects["decision"] = {
        "open": {"decision_id": decisions[asked[0].id].id, "request_id": asked[0].id},
        "waterworks": {"decision_id": decisions[hidden.id].id, "request_id": hidden.id},
        "missing": {"decision_id": MISSING, "request_id": MISSING},
    }
    loop = {"inside": 10, "received": 100}
    ring = RingFinding(
        kind="loop", evidence=loop, found_at=clock.now(), seen_at=clock.now(), note="", members=_ring_of(cast)
    )
    db.session.add(ring)
    db.session.flush()  # pages are asked for by its id
    world.objects["ring"] = {"there": {"finding_id": ring.id}, "missing": {"finding_id": MISSING}}
    other = modelstore.add(replace(default_model(), version="learned-2"))
    world.objects["version"] = {
        "there": {"model_id": other.id},
        "in_force": {"model_id": decisions[asked[0].id].model_id},
        "missing": {"model_id": MISSING},
    }
    world.objects["offer"] = {
        "peers": offer(asked[0], cast.peer_provider, "offered"),
        "declined": offer(asked[1], cast.peer_provider, "declined"),
        "desk": offer(asked[0], cast.desk_provider, "offered"),
        "waterworks": offer(hidden, cast.agent_provider, "offered"),
        "unseen": offer(hidden, cast.peer_provider, "offered"),  # before the question was for the waterworks only
        "missing": {"offer_id": MISSING},
    }


def _machinery(world: World) -> None:
    """What the installation keeps for itself: letters, proofs, once-keys, errors."""
    now = clock.now()
    queue_letter(
        to=world.hide("canary-letter@example.org", "address of a letter", "operator"),
        subject=world.hide("canary-letter-subject", "subject of a letter"),
        body=world.hide("canary-letter-body", "body of a letter"),
        language="en",
        message_id="canary@example.org",
    )
    proof = MailProof(
        token_digest=world.hide("canary-proof-digest", "digest of a mail proof"),
        purpose="sign_up",
        email=world.hide("canary-proof@example.org", "address that is not proved yet"),
        name=world.hide("canary-proof-name", "name of somebody who is not here yet"),
        password_hash=world.hide("canary-proof-hash", "password hash of somebody who is not here yet"),
        created_at=now,
        expires_at=now + timedelta(hours=1),
    )
    kept = OnceKey(
        digest=world.hide("canary-once-digest", "digest of a once-key"),
        used_at=now,
        request_digest="x",
        status=200,
        body=world.hide("canary-once-body", "answer kept with a once-key"),
    )
    event = DomainEvent(
        kind="setting_changed",
        version=1,
        happened_at=now,
        recorded_at=now,
        actor_kind="system",
        channel="web",
        payload={"name": "tests.canary"},
    )
    db.session.add_all([proof, kept, event])
    db.session.flush()  # the delivery points to it
    error = world.hide("canary-delivery-error", "error of a delivery", "operator")
    dead = Delivery(event_id=event.id, reaction="tests.dead", due_at=now, dead_at=now, tries=8, error=error)
    db.session.add(dead)
    db.session.flush()  # its id is an address
    world.objects["delivery"] = {"dead": {"delivery_id": dead.id}, "missing": {"delivery_id": MISSING}}
    world.objects["setting"] = {"there": {"name": "community.page_size"}, "missing": {"name": "no.such_setting"}}
    world.hide("there is no index", "what is wrong with the search index", "operator")


def _ghosts(world: World) -> None:
    """People whose way in is over: an ended session, an erased person, a seat given up."""
    now, cast = clock.now(), world.cast
    former, homeless = accounts.person("Former"), accounts.person("Homeless")
    organisations.membership(former, cast.waterworks, ended_at=now)
    wound_up = organisations.organisation("Wound up")
    organisations.membership(homeless, wound_up)
    question = community.question(homeless, audience=organisation_audience(wound_up.id))
    wound_up.closed_at = now
    world.words["wound_up_question"] = str(question.id)
    world.words["waterworks_question"] = str(world.objects["question"]["waterworks"]["question_id"])
    known = {"customers": cast.customer, "operators": cast.operator, "suspendeds": cast.suspended}
    known["imported"] = accounts.person("Imported", email="", can_sign_in=False)
    world.objects["account"] = {state: {"person_id": person.id} for state, person in known.items()}
    world.objects["account"]["missing"] = {"person_id": MISSING}
    world.ghosts = {
        "ended": (cast.customer, {"ended_at": now}),
        "expired": (cast.customer, {"expires_at": now}),
        "erased": (accounts.person("Erased", erased_at=now), {}),
        "fallen": (accounts.person("Fallen", is_operator=True, suspended_at=now), {}),
        "barred": (accounts.person("Barred", can_sign_in=False), {}),
        "former": (former, {"acting_for_organisation_id": cast.waterworks.id}),
        "homeless": (homeless, {"acting_for_organisation_id": wound_up.id}),
        "revoked": (cast.customer, {"revoked_at": now}),
        "overdue": (cast.customer, {"expires_at": now}),
        "invented": (cast.customer, {}),
    }


def _imported(world: World) -> None:
    """Make an author elsewhere who had the customer's mail address, and the suspended person's too."""
    author = accounts.person("Author Elsewhere", email="", can_sign_in=False, source="elsewhere", source_key="1")
    for person in (world.cast.customer, world.cast.suspended):
        email = db.session.get_one(Login, person.id).email
        db.session.add(AuthorAddress(person_id=author.id, digest=digests_of(email)[1]))
    world.objects["author"] = {"customers": {"author_id": author.id}, "missing": {"author_id": MISSING}}


def _notices(world: World) -> None:
    """Everybody has unread news about the waterworks' own question, from before it was theirs alone; some have more."""
    cast, questions = world.cast, world.objects["question"]
    bystander = db.session.get_one(Person, world.bystander_id)
    for person in (*cast.people.values(), bystander):
        _news(person, questions["waterworks"])
    _news(cast.customer, questions["solved"])
    _news(cast.peer, questions["open"])
    _news(bystander, questions["locked"])
    read = _news(bystander, questions["solved"], read_at=clock.now())
    read.read_item_id = read.latest_item_id
    _news(bystander, questions["open"], muted_at=clock.now())
    secret = db.session.scalars(sa.select(Tag.id).where(Tag.name == "canary-tag")).one()
    _news(cast.agent, questions["old"], reason="follows_tag", reason_id=secret)
    world.hide("Notifications, 4 new", "how much unread news there is in all")
    token = unsubscribe_token(cast.customer.id, questions["open"]["question_id"])
    world.objects["unsubscription"] = {"customers": {"token": token}, "missing": {"token": "WzEsMV0.forged"}}


def _news(
    person: Person, about: dict[str, Any], *, reason: str = "asked", reason_id: int | None = None, **more: Any
) -> Notice:
    now, question_id = clock.now(), about["question_id"]
    fact = DomainEvent(
        kind="question_edited",
        version=1,
        happened_at=now,
        recorded_at=now,
        actor_kind="system",
        channel="web",
        payload={"question_id": question_id},
    )
    notice = Notice(person_id=person.id, help_request_id=question_id, changed_at=now, **more)
    db.session.add_all([fact, notice])
    db.session.flush()  # the item points to both
    why = {"kind": "answer", "reason": reason, "reason_id": reason_id, "told_at": now}
    item = NoticeItem(notice_id=notice.id, person_id=person.id, event_id=fact.id, **why)
    db.session.add(item)
    db.session.flush()  # the notice tells of it
    notice.latest_item_id = item.id
    return notice


PARTS: list[Callable[[World], None]] = [
    _people,
    _organisations,
    _questions,
    _comments,
    _edits,
    _follows,
    _pictures,
    _drafts,
    _filters,
    _routing,
    _machinery,
    _imported,
    _notices,
    seats.add,
    privacy.add,
    knowledge.add,
    marketplace.add,
    cases.add,
    promises.add,
    searching.add,
    _ghosts,
]
