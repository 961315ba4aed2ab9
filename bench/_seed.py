"""Fill an empty, migrated installation with people who have API tokens, and with questions; print both as JSON.

    python -m bench._seed WRITERS QUESTIONS

Runs in the release that is measured, which may be an older one: so it uses only what has been there for long.
"""

import json
import secrets
import sys

from app import clock
from app.accounts.models import ApiToken, Person
from app.accounts.tokens import digest
from app.community.compose import compose
from app.community.models.shelves import Category
from app.community.services.asking import ask_question
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.organisations.identify import actor_of


def main() -> None:
    writers, questions = map(int, sys.argv[1:])
    with create_app(Config.from_environment()).app_context(), transaction() as session:
        shelf = Category(slug=f"shelf-{secrets.token_hex(3)}", texts={"en": {"name": "Things"}})
        session.add(shelf)
        session.flush()  # its id
        tokens, people = [], []
        for _ in range(writers):
            person, token = _person()
            people.append(person)
            tokens.append(token)
        ids = []
        for number in range(questions):
            text = compose(f"It worked yesterday, and today it does not. This is number {number}.")
            asker = actor_of(people[number % len(people)])
            ids.append(ask_question(asker, title=f"How does thing {number} work?", text=text, category_id=shelf.id).id)
    told = {"tokens": tokens, "questions": ids}
    print(json.dumps(told))


def _person() -> tuple[Person, str]:
    now, name = clock.now(), f"w{secrets.token_hex(4)}"
    person = Person(name=name, handle=name, handle_key=name, languages=["en"], can_sign_in=True, created_at=now)
    db.session.add(person)
    db.session.flush()  # its id
    secret = f"samen_{secrets.token_urlsafe(32)}"
    db.session.add(
        ApiToken(
            person_id=person.id,
            token_digest=digest(secret),
            scopes=["read", "write"],
            name="a program",
            hint=secret[-4:],
            created_at=now,
        )
    )
    return person, secret


if __name__ == "__main__":
    main()
