"""`flask routing …`: explain a decision, learn, choose a version, build the state anew.

Measuring an archive is with the importers.
"""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup, with_appcontext

from app.db import transaction
from app.errors import Conflict
from app.routing import choosing, learning, modelqueries, services, upkeep
from app.routing.queries.providers import helpers_called

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
    columns, minutes = decision.candidates["columns"], decision.candidates["minutes"]
    rows = decision.candidates["rows"][:most]
    helpers = helpers_called(row["provider"] for row in rows)
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
        click.echo("     minutes  " + _pairs(minutes, row["minutes"], ".1f"))
        click.echo("     factors  " + _pairs(columns, row["features"], ".3f"))
        click.echo("     parts    " + _pairs(columns, row["parts"], ".3f"))
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
    state = (
        "in force from now on" if learned.is_promoted else "kept, not used: " + (", ".join(learned.against) or "late")
    )
    click.echo(f"model {learned.version}: {state}")
    numbers = {name: value for name, value in learned.metrics.items() if isinstance(value, (int, float))}
    click.echo("  " + _pairs(list(numbers), list(numbers.values()), ".4f"))


@routing_commands.command("models")
@with_appcontext
def models() -> None:
    """List every version of the weights, the newest first, and which is in force."""
    versions = modelqueries.versions()
    for each in versions:
        mark = "*" if each.is_in_force else " " if each.is_usable else "-"
        since = "" if each.last is None else f", {each.last.reason} {each.last.promoted_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"{mark} {each.row.version}  made {each.row.made_at:%Y-%m-%d %H:%M} UTC{since}")
        numbers = {name: value for name, value in each.row.metrics.items() if isinstance(value, (int, float))}
        if numbers:
            click.echo("    " + _pairs(list(numbers), list(numbers.values()), ".4g"))
        if each.row.metrics.get("against"):
            click.echo("    not used: " + ", ".join(each.row.metrics["against"]))
    if not versions:
        click.echo("Nothing was routed yet: the first question brings the default in force.")


@routing_commands.command("promote")
@click.argument("version")
@with_appcontext
def promote(version: str) -> None:
    """Put a version of the weights in force; also to go back to one of before."""
    with transaction():
        row = modelqueries.version_called(version)
        if row is None:
            raise click.ClickException(f"There is no version {version}. `flask routing models` lists them.")
        try:
            before = choosing.choose_model_at_the_machine(row)
        except Conflict as error:
            raise click.ClickException(error.sentence()) from error
    click.echo(f"{version} is in force from now on" + (f", instead of {before.version}." if before else "."))


@routing_commands.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the community's state anew from all questions and answers, and store it."""
    started = time.monotonic()
    events = upkeep.rebuild()
    click.echo(f"{events:,} events in {time.monotonic() - started:.1f} s")


def _pairs(names: list[str] | tuple[str, ...], values: list[float], form: str) -> str:
    return ", ".join(f"{name} {value:{form}}" for name, value in zip(names, values, strict=True))
