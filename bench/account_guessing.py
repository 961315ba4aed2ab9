"""W10: can one tell by the time of an answer who has an account? Timed pairs of a known and an unknown address.

    ./dev bench account_guessing [--pairs 500]

For signing in, signing up and asking for a new password, known and unknown addresses take turns within one process, on
an empty installation of its own; limits are lifted. Fails when two medians differ by 5 % or more, or by 10 ms or more.
The control leaves out what an unknown address is checked against.
"""

import argparse
import itertools
import logging
import os
import random
import statistics
import tempfile
import time

import flask_migrate
import structlog
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from app import clock
from app.accounts.models import Login, Person
from app.accounts.passwords import hash_password, is_right
from app.accounts.views import signing_in
from app.cli import with_commands
from app.config import Config
from app.db import db, transaction
from app.factory import create_app
from app.web import throttle
from bench._figures import conclude, control, state

SEED = 20_261_122
MOST_SHARE, MOST_MS = 0.05, 10.0
KNOWN, PASSWORD = "known@example.org", "four quiet boats at noon"
FORMS = {
    "sign in": ("/sign-in", {"password": "not the password"}, 422),
    "sign up": ("/sign-up", {"name": "Nora", "password": PASSWORD}, 303),
    "new password": ("/reset", {}, 303),
}
_numbers = itertools.count(1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev bench account_guessing")
    parser.add_argument("--pairs", type=int, default=500)
    pairs = parser.parse_args().pairs
    throttle.LIMITS.update({name: throttle.Limit(10**9, 60) for name in throttle.LIMITS})
    with tempfile.TemporaryDirectory(prefix="samen-guessing-") as folder:
        os.environ.update(SAMEN_ENV="test", SAMEN_INSTANCE=folder, SAMEN_DATABASE_URL="")
        app = with_commands(create_app(Config.from_environment()))
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        with app.app_context():
            flask_migrate.upgrade()
            _make_known()
        client = FlaskClient(app)
        for name in FORMS:
            measured, tells = _measure(client, name, pairs)
            state("W10", f"{name}: {pairs} timed pairs", measured, "medians < 5% and < 10 ms apart", not tells)
        signing_in.is_right = lambda password, kept: kept is not None and is_right(password, kept)
        measured, tells = _measure(client, "sign in", 20)
        control("W10", "sign in without a check for nobody", measured, fails=tells)
    conclude()


def _measure(client: FlaskClient, name: str, pairs: int) -> tuple[str, bool]:
    """Return the medians of one form, and whether they tell known from unknown."""
    chance = random.Random(SEED)
    seconds: dict[str, list[float]] = {"known": [], "unknown": []}
    for round_number in range(pairs + 5):
        for which in chance.sample(sorted(seconds), 2):
            took = _time(client, name, KNOWN if which == "known" else f"nobody{next(_numbers)}@example.org")
            if round_number >= 5:  # the first ones fill caches
                seconds[which].append(took)
    known, unknown = (statistics.median(seconds[which]) * 1000 for which in ("known", "unknown"))
    apart = abs(known - unknown)
    tells = apart >= MOST_MS or apart / max(known, unknown) >= MOST_SHARE
    return f"known {known:.2f} ms, unknown {unknown:.2f} ms, apart {apart / max(known, unknown):.2%}", tells


def _time(client: FlaskClient, name: str, email: str) -> float:
    path, fields, expected = FORMS[name]
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie["csrf_token"] = "0123456789abcdef0123456789abcdef01234567"
    token = URLSafeTimedSerializer(str(client.application.secret_key), salt="wtf-csrf-token").dumps(
        "0123456789abcdef0123456789abcdef01234567"
    )
    data = {**fields, "email": email, "csrf_token": str(token), "once_key": f"key{next(_numbers)}"}
    began = time.perf_counter()
    answer = client.post(path, data=data)
    took = time.perf_counter() - began
    assert answer.status_code == expected, answer.status
    return took


def _make_known() -> None:
    now = clock.now()
    with transaction() as session:
        person = Person(name="Known", handle="known", handle_key="known", can_sign_in=True, created_at=now)
        session.add(person)
        session.flush()
        session.add(
            Login(
                person_id=person.id,
                email=KNOWN,
                email_key=KNOWN,
                password_hash=hash_password(PASSWORD),
                password_changed_at=now,
                confirmed_at=now,
            )
        )
    db.session.remove()


if __name__ == "__main__":
    main()
