"""The time of a run that is to take none: `--clock` and `--took`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from athena_lsp.analysis.durations import DurationProblem, parse_duration
from athena_lsp.cli.inputs import pair
from athena_lsp.cli.process import MisuseError
from athena_lsp.cli.run_steps import ATTEMPT, checked, means
from athena_lsp.cli.run_targets import Wanted
from athena_lsp.engine.clock import Clock
from athena_lsp.engine.model import StartPod

NOW = "now"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--clock",
        nargs="?",
        const=NOW,
        default="",
        metavar="TIME",
        help="make the time up: it begins at TIME (default: now) and jumps over every wait",
    )
    parser.add_argument(
        "--took", action="append", default=[], metavar="STEP=DURATION", help="with --clock: how long it takes"
    )


def clock_of(options: Namespace, wanted: Wanted) -> Clock:
    """The time that the options ask for. Raises MisuseError."""
    if not options.clock:
        if options.took:
            raise MisuseError("error: --took needs --clock: without it the time is that of this machine")
        return Clock()
    pairs = dict(pair(text, "--took") for text in options.took)
    steps = checked(wanted.program, wanted.functions, "--took", pairs)
    seconds = {name: _seconds(name, text) for name, text in pairs.items()}

    def took(start: StartPod) -> float:
        node = ATTEMPT.sub("", start.node)
        meant = (seconds[name] for name in pairs if means(node, wanted.program.name, steps[name]))
        return float(next(meant, 0))

    begin = datetime.now(UTC) if options.clock == NOW else time_of("--clock", options.clock)
    return Clock(begin.timestamp(), took)


def time_of(option: str, text: str) -> datetime:
    """A point in time that somebody types; without a zone it is UTC. Raises MisuseError."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise MisuseError(f"error: `{option} {text}` is no time: write it as `2024-03-31T01:30:00+01:00`") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _seconds(name: str, text: str) -> int:
    found = parse_duration(text)
    if isinstance(found, DurationProblem):
        raise MisuseError(f"error: --took {name}: `{text}` {found.what}")
    return found
