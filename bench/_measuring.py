"""What a page costs: statements, milliseconds by the clock and of the processor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from flask.testing import FlaskClient


@contextmanager
def counted() -> Iterator[list[str]]:
    """Gather the statements that run inside, without the beginnings of transactions."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


def cost(client: FlaskClient, path: str) -> tuple[float, float]:
    """Return the milliseconds by the clock and those of the processor. Raises RuntimeError where no page comes."""
    began, used = time.perf_counter(), time.process_time()
    answer = client.get(path)
    spent = (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000
    if answer.status_code >= 400:
        raise RuntimeError(f"{path}: {answer.status}")
    return spent
