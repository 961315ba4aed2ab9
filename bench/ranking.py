"""How good the ranking is on a real community, by the protocol of docs/ranking.md, and how well its promises are kept.

    ./dev bench ranking [--json FILE] [--plot FILE]

--json keeps all figures; --plot draws the promises against what came of them, as SVG.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from app.importers.archive_format import read_answers, read_questions, read_votes
from app.importers.rows import RowError
from app.routing import evaluation
from bench._figures import conclude, control, state
from devtools import places

AIMS = (("A", "mrr", 0.50), ("A", "ndcg10", 0.61), ("B", "ndcg10", 0.64), ("C", "mrr", 0.60))
MOST_ECE = 0.03
PROMISES = {
    "answers_1h": "Replies within an hour",
    "answers_24h": "Replies within a day",
    "accepted_given_answer": "Accepted, given a reply",
}
SIDE, GAP, MARGIN = 220, 40, 40


def main() -> None:
    """Play the archive, state what it gave."""
    parser = argparse.ArgumentParser(prog="./dev bench ranking", description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    folder = places.shared_data() / "data" / "thunderbird-support"
    if not folder.is_dir():
        raise SystemExit(f"no real community in {folder}")
    figures = evaluation.figures_of(
        (row for _, row in read_questions(folder) if not isinstance(row, RowError)),
        (row for _, row in read_answers(folder) if not isinstance(row, RowError)),
        (row for _, row in read_votes(folder) if not isinstance(row, RowError)),
    )
    for line in evaluation.lines(figures):
        print(line)
    state_figures(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if options.plot:
        options.plot.write_text(plot(figures["calibration"]), encoding="utf-8")
    conclude()


def state_figures(figures: dict[str, Any]) -> None:
    """State the figures that are aimed at, the promises, and what the best simple order reaches."""
    for kind, name, aim in AIMS:
        mean, last = figures["over_splits"][kind], figures[kind]
        low, high = mean[f"{name}_ci"]
        told = f"{mean[name]:.3f} ({low:.3f} to {high:.3f}); test from 0.8: {last[name]:.3f}"
        state("ranking", f"{kind} {name}, mean over the splits", told, f">= {aim}", mean[name] >= aim)
    for name, words in PROMISES.items():
        fit, flat = figures["calibration"][name], figures["calibration"][name]["constant"]
        told = f"{fit['ece']:.4f}, Brier {fit['brier']:.4f} (constant: {flat['ece']:.4f}, {flat['brier']:.4f})"
        state("ranking", f"calibration error, {words.lower()}", told, f"<= {MOST_ECE}", fit["ece"] <= MOST_ECE)
    best = max(each["A"]["mrr"] for each in figures["baselines"].values())
    control("ranking", "the best simple order, A mrr from 0.8", f"{best:.3f}", fails=best < figures["A"]["mrr"])
    for name, saved in figures["minutes_saved"].items():
        told = ", ".join(f"{each['minutes']:.0f} against {other}" for other, each in saved["saved_against"].items())
        state("ranking", f"minutes saved until the {name.replace('_', ' ')}", told)


def plot(calibration: dict[str, Any]) -> str:
    """Return a drawing: per promise a square, what was said to the right, what came of it upwards, 15 dots."""
    width = MARGIN + len(PROMISES) * (SIDE + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {SIDE + 2 * MARGIN}">',
        '<g font-family="sans-serif" font-size="11"><title>What was promised, and what came of it</title>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for number, (name, words) in enumerate(PROMISES.items()):
        left = MARGIN + number * (SIDE + GAP)
        bins = calibration[name]["bins"]
        most = max([0.01, *(max(said, was) for said, was, _ in bins)]) * 1.05
        dots = "".join(
            f'<circle cx="{left + SIDE * said / most:.1f}" cy="{MARGIN + SIDE * (1 - was / most):.1f}" r="3.5"/>'
            for said, was, _ in bins
        )
        parts.append(
            f'<text x="{left}" y="{MARGIN - 14}" font-weight="bold">{words}</text>'
            f'<rect x="{left}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>'
            f'<path d="M{left} {MARGIN + SIDE}L{left + SIDE} {MARGIN}" stroke="#888" stroke-dasharray="4 4"/>'
            f'<g fill="#0b6e6e">{dots}</g>'
            f'<text x="{left}" y="{MARGIN + SIDE + 16}">promised: 0 to {most:.0%}</text>'
            f'<text x="{left + SIDE}" y="{MARGIN + SIDE + 16}" text-anchor="end">'
            f"error {calibration[name]['ece']:.3f}, constant {calibration[name]['constant']['ece']:.3f}</text>"
        )
    return "\n".join([*parts, "</g></svg>", ""])


if __name__ == "__main__":
    main()
