"""Measure the ranking on an archive: hand its rows to app.ranking.evaluate, print what comes out.

The rows come from whoever can read archives; any objects with these attributes will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Protocol

from app.ranking.evaluate import evaluate
from app.ranking.model import default_model
from app.ranking.protocol import AnswerRecord, QuestionRecord, Timeline, VoteRecord, plain, timeline


class GivenQuestion(Protocol):
    """A question of an archive."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def user(self) -> str | None: ...
    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def format(self) -> str: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def accepted(self) -> str | None: ...
    @property
    def accepted_known(self) -> bool: ...
    @property
    def accepted_at(self) -> date | None: ...


class GivenAnswer(Protocol):
    """An answer of an archive."""

    @property
    def id(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def user(self) -> str | None: ...
    @property
    def score(self) -> int: ...


class GivenVote(Protocol):
    """A vote of an archive."""

    @property
    def post(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...


def figures_of(
    questions: Iterable[GivenQuestion],
    answers: Iterable[GivenAnswer],
    votes: Iterable[GivenVote],
    *,
    test_from: float = 0.8,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the figures of the default model on an archive, as docs/ranking.md describes them.

    Raises ValueError where ids occur twice or there is nothing to test on.
    """
    made = records(questions, answers, votes)
    return evaluate(made.events, made.helpers, model=default_model(), test_from=test_from, progress=progress)


def records(questions: Iterable[GivenQuestion], answers: Iterable[GivenAnswer], votes: Iterable[GivenVote]) -> Timeline:
    """Return an archive as events of the ranking, in the order they became visible."""
    return timeline(map(_question, questions), map(_answer, answers), map(_vote, votes))


def lines(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield the figures as tables for a terminal."""
    yield (
        f"{figures['questions']:,} questions; tested on the last {figures['n']:,} (from {figures['test_from']}), "
        f"model {figures['model']}, {figures['candidates']:,.0f} candidates (median), "
        f"{figures['ms_per_question']:.1f} ms per question"
    )
    yield ""
    yield _HEAD
    yield _row(f"model {figures['model']}", figures)
    yield _row("  after capacity, fairness, exploration", figures["after_capacity_fairness_exploration"])
    yield _row("  untrained", figures["untrained"])
    for name, each in figures["learned"].items():
        yield _row(f"  {name} (step {each['metrics'].get('step', 0):.2f})", each)
    for name, each in figures["baselines"].items():
        yield _row(name, each)
    yield ""
    for cut, each in figures["splits"].items():
        yield _row(f"test from {cut}, learned before it", each["learned"])
        yield _row("  untrained", each["untrained"])
    for kind, each in figures["over_splits"].items():
        (low, high), (ndcg_low, ndcg_high) = each["mrr_ci"], each["ndcg10_ci"]
        yield (
            f"mean of the splits, {kind}: MRR {each['mrr']:.3f} [{low:.3f}, {high:.3f}], "
            f"nDCG@10 {each['ndcg10']:.3f} [{ndcg_low:.3f}, {ndcg_high:.3f}]"
        )
    yield ""
    yield "95 % intervals: " + ", ".join(
        f"{kind} MRR {figures[kind]['mrr_ci'][0]:.3f} to {figures[kind]['mrr_ci'][1]:.3f}"
        for kind in "ABC"
        if figures[kind]["n"]
    )
    yield "only newcomers knew: " + ", ".join(f"{kind} {share:.1%}" for kind, share in figures["cold"].items())
    for name, each in figures["calibration"].items():
        yield (
            f"{name}: ECE {each['ece']:.4f}, Brier {each['brier']:.4f} "
            f"(constant {each['constant']['p']:.3f}: ECE {each['constant']['ece']:.4f}, "
            f"Brier {each['constant']['brier']:.4f}), n {each['n']:,}"
        )
    for name, each in figures["minutes_saved"].items():
        against = ", ".join(
            f"{saved['minutes']:.0f} [{saved['ci'][0]:.0f}, {saved['ci'][1]:.0f}] against {baseline}"
            for baseline, saved in each["saved_against"].items()
        )
        yield f"minutes to the {name} (at most {each['limit']:.0f}): {each['wait']:.0f}; saved: {against}"


_HEAD = f"{'':<40}" + "".join(f"{f'{kind} MRR':>8}{'Hit@1':>7}{'@5':>6}{'@10':>6}{'nDCG':>7}" for kind in "ABC")


def _row(name: str, kinds: Mapping[str, Any]) -> str:
    return f"{name:<40}" + "".join(_cells(kinds[kind]) for kind in "ABC")


def _cells(figures: Mapping[str, Any]) -> str:
    if not figures["n"]:
        return f"{'–':>34}"
    return (
        f"{figures['mrr']:>8.3f}{figures['hit1']:>7.3f}{figures['hit5']:>6.3f}{figures['hit10']:>6.3f}"
        f"{figures['ndcg10']:>7.3f}"
    )


def _question(given: GivenQuestion) -> QuestionRecord:
    return QuestionRecord(
        id=given.id,
        at=given.at.timestamp(),
        user=given.user,
        title=given.title,
        body=plain(given.body, given.format),
        topics=given.topics,
        accepted=given.accepted,
        accepted_known=given.accepted_known,
        accepted_on=None if given.accepted_at is None else _start(given.accepted_at),
    )


def _answer(given: GivenAnswer) -> AnswerRecord:
    return AnswerRecord(given.id, given.question, given.at.timestamp(), given.user, given.score)


def _vote(given: GivenVote) -> VoteRecord:
    return VoteRecord(given.post, given.kind, _start(given.on))


def _start(day: date) -> float:
    """Return a moment, or the start of a day, in seconds since 1970."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, time(), tzinfo=UTC)
    return moment.timestamp()
