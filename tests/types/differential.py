"""Thousands of random edges, decided by athena and by pyright: `python -m tests.types.differential --count 3000`.

athena and pyright must agree on every edge, but for the intended differences that `checkers.INTENDED` lists. Pyright is
asked twice. About the program as it is: that gives the edges on which the two differ. And about the program as athena's
own rules have it, all of them at once: there nothing may differ. Each difference of the first kind is then put down to
the one rule that explains it, by asking pyright with that rule alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.types.checkers import EVERY, INTENDED, Verdict, ask_athena, ask_pyright
from tests.types.paths import make_paths
from tests.types.worlds import Edge, Program, make_program, make_values

EDGES_PER_PROGRAM = 100
MAKERS = (make_values, make_program, make_paths, make_program)
"""What the edges of the programs, in turn, are from: values that are written down, steps, parts of results."""
SEVERAL = "only together do the rules above explain it"


@dataclass(frozen=True, slots=True)
class Case:
    """One edge of one program: `refused` is what athena says of it."""

    program: int
    index: int
    refused: bool


@dataclass(slots=True)
class Report:
    """What came out. `bugs` are the edges that nothing explains; `invalid` are programs that should not have been."""

    edges: int = 0
    accepted: int = 0
    agreed: int = 0
    intended: Counter[str] = field(default_factory=Counter)
    bugs: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [
            f"{self.edges} edges: athena accepts {self.accepted} and refuses {self.edges - self.accepted}",
            f"{self.agreed} decided as pyright does",
            *(f"{count} intended: {INTENDED.get(name, SEVERAL)}" for name, count in self.intended.most_common()),
            f"{len(self.bugs)} unexplained",
            *self.bugs,
            *(f"not a valid program: {each}" for each in self.invalid),
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Bench:
    """The programs of one comparison, by their seeds, and who decides."""

    seeds: Sequence[str]
    folder: Path
    checker: str

    def made(self, variant: frozenset[str], numbers: Sequence[int] | None = None) -> dict[int, tuple[Program, Verdict]]:
        """Programs, all or some, as a variant has them, and what pyright says of them."""
        numbers = range(len(self.seeds)) if numbers is None else numbers
        programs = [MAKERS[number % len(MAKERS)](self.seeds[number], EDGES_PER_PROGRAM, variant) for number in numbers]
        folder = self.folder / ("-".join(sorted(variant)).replace(" ", "-") or "plain")
        verdicts = ask_pyright(programs, folder, variant, self.checker) if programs else []
        return dict(zip(numbers, zip(programs, verdicts, strict=True), strict=True))


def compare(count: int, seed: str, checker: str, *, explain: bool) -> Report:
    """Decide at least that many edges, by athena, by pyright, and by pyright under athena's rules.

    With `explain`, each intended difference is put down to one rule; that takes a few more runs of pyright.
    """
    seeds = [f"{seed}-{number}" for number in range(-(-count // EDGES_PER_PROGRAM))]
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(seeds, Path(name), checker)
        plain, adapted = bench.made(frozenset()), bench.made(EVERY)
        differing: list[Case] = []
        for number, seed in enumerate(seeds):
            program, theirs = plain[number]
            other_program, other = adapted[number]
            ours = ask_athena(program)
            report.invalid += (f"{seed}: {each}" for verdict in (ours, theirs, other) for each in verdict.other)
            for index, (edge, twin) in enumerate(zip(program.edges, other_program.edges, strict=True)):
                if edge.line in ours.unasked:
                    continue
                refused = edge.line in ours.refused
                report.edges += 1
                report.accepted += not refused
                if refused != (twin.line in other.refused):
                    message = ours.refused.get(edge.line) or other.refused.get(twin.line, "")
                    report.bugs.append(_bug(seed, edge, refused, message))
                elif refused != (edge.line in theirs.refused):
                    differing.append(Case(number, index, refused))
                else:
                    report.agreed += 1
        if explain:
            _explain(report, bench, differing)
    return report


def _explain(report: Report, bench: Bench, differing: list[Case]) -> None:
    """Count each differing edge under the first rule that, alone, makes pyright decide as athena does."""
    for variant in INTENDED:
        made = bench.made(frozenset({variant}), sorted({case.program for case in differing}))
        left: list[Case] = []
        for case in differing:
            program, verdict = made[case.program]
            if (program.edges[case.index].line in verdict.refused) == case.refused:
                report.intended[variant] += 1
            else:
                left.append(case)
        differing = left
    if differing:
        report.intended["several"] += len(differing)


def _bug(seed: str, edge: Edge, refused: bool, message: str) -> str:
    who = "athena" if refused else "pyright"
    return f"{seed}: only {who} refuses\n  {edge.given}\n  {edge.taken}\n    " + message.replace("\n", "\n    ")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="how many edges, at least")
    parser.add_argument("--seed", default="athena", help="another seed gives other edges")
    parser.add_argument("--checker", default="basedpyright", choices=("basedpyright", "pyright"))
    given = parser.parse_args()
    report = compare(given.count, given.seed, given.checker, explain=True)
    print(report)
    return 1 if report.bugs or report.invalid else 0


if __name__ == "__main__":
    sys.exit(main())
