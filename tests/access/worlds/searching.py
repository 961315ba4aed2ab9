"""The part of the world about what people search for and save."""

from __future__ import annotations

from app import clock
from app.db import db
from app.search.models import NearDuplicate, Searched, Synonyms
from tests.access.worlds.base import MISSING, World


def add(world: World) -> None:
    """Make the rows."""
    secret = world.hide("canary-searched", "what people looked for", "curator")
    now = clock.now()
    counted = {"language": "en", "times": 3, "found": 0, "took_us": 900}
    db.session.add(Searched(day=now.date(), place="search", text=secret, **counted))
    same = Synonyms(language="en", words=["drain", "gully"], is_two_way=True, changed_at=now)
    db.session.add(same)
    questions = world.objects["question"]
    open_id, solved_id = questions["open"]["question_id"], questions["solved"]["question_id"]
    waterworks_id = questions["waterworks"]["question_id"]
    for younger, older in ((solved_id, open_id), (waterworks_id, open_id)):
        db.session.add(NearDuplicate(question_id=younger, older_id=older, likeness=0.8, found_at=now))
    db.session.flush()
    world.objects["synonyms"] = {"there": {"synonyms_id": same.id}, "missing": {"synonyms_id": MISSING}}
    world.objects["pair"] = {
        "there": {"question_id": solved_id, "older_id": open_id},
        "waterworks": {"question_id": waterworks_id, "older_id": open_id},
        "missing": {"question_id": MISSING, "older_id": open_id},
    }
