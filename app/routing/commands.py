"""`flask routing …`: explain a decision, learn, build the state anew. Measuring an archive is with the importers."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup, with_appcontext

from app.ranking.features import COLUMNS
from app.ranking.rank import MINUTE_PARTS
from app.routing import learning, queries, services, upkeep

routing_commands = AppGroup("routing", help="Who can help: decisions, learning, measuring.")


@routing_commands.command("explain")
@click.argument("question_id", type=int)
@click.option("--most", default=10, show_default=True, help="How many candidates to print.")
@with_appcontext
def explain(question_id: int, most: int) -> None:
    """Print the newest decision about a question: who, how many minutes, every part, every exclusion."""
    decision = services.latest_decision(question_id)
    if decision is None:
        raise click.ClickException("Nothing was decided about this question.")
    rows = decision.candidates["rows"][:most]
    helpers = queries.helpers_called(row["provider"] for row in rows)
    click.echo(
        f"decision {decision.id} ({decision.purpose}) of {decision.decided_at:%Y-%m-%d %H:%M:%S} UTC, "
        f"model {decision.model.version}, state {decision.state_key or 'none'}+{decision.state_number}, "
        f"{decision.candidates_count:,} candidates, T0 {decision.need['chance_minutes']:.0f} minutes"
    )
    for row in rows:
        helper = helpers[row["provider"]]
        click.echo(
            f"{row['place']:>3}. {helper.name} ({helper.capacity})  "
            f"{row['value']:+.1f} minutes, score {row['score']:.3f}, "
            f"P(1 h) {row['within_hour']:.3f}, P(24 h) {row['within_day']:.3f}, P(confirmed) {row['confirmed']:.3f}, "
            f"propensity {row['propensity']:.3f}"
        )
        click.echo("     minutes  " + _pairs(MINUTE_PARTS, row["minutes"], ".1f"))
        click.echo("     factors  " + _pairs(COLUMNS, row["features"], ".3f"))
        click.echo("     parts    " + _pairs(COLUMNS, row["parts"], ".3f"))
    for code, parts in decision.exclusions.items():
        count = sum(last - first + 1 for first, last in parts)
        click.echo(f"left out: {count:,} × {code}")


@routing_commands.command("refit")
@with_appcontext
def refit() -> None:
    """Learn from past decisions, and review the requests where something happened."""
    learned = learning.refit()
    click.echo(f"{learned.decisions:,} decisions, {learned.reviews:,} reviews")
    if not learned.version:
        click.echo("Too little to learn weights from; those in force stay.")
        return
    state = "in force from now on" if learned.is_promoted else "kept, not used: not better than the one in force"
    click.echo(f"model {learned.version}: {state}")
    click.echo("  " + _pairs(list(learned.metrics), list(learned.metrics.values()), ".4f"))


@routing_commands.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the community's state anew from all questions and answers, and store it."""
    started = time.monotonic()
    events = upkeep.rebuild()
    click.echo(f"{events:,} events in {time.monotonic() - started:.1f} s")


def _pairs(names: list[str] | tuple[str, ...], values: list[float], form: str) -> str:
    return ", ".join(f"{name} {value:{form}}" for name, value in zip(names, values, strict=True))
