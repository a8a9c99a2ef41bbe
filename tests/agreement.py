"""What comparisons with Argo's real engine share: the outcome of many random cases, and a program that prints it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_SHOWN = 20


@dataclass
class Outcome:
    """How many cases came out in which way, and every disagreement."""

    counts: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)


def report(about: str | None, run: Callable[[int, int], Outcome]) -> int:
    """Runs as many cases as the command line says and prints the outcome; the exit code, 1 for a disagreement."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    outcome = run(options.count, options.seed)
    for word, number in outcome.counts.most_common():
        print(f"{number:>7}  {word}")
    print(f"{len(outcome.disagreements):>7}  disagreements")
    for line in outcome.disagreements[:MOST_SHOWN]:
        print(line)
    return 1 if outcome.disagreements else 0
