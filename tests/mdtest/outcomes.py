"""The `outcomes` fence: how a program ends when all goes well, and with each of its parts going wrong in turn.

`outcomes A=1 B=2 / A=0` runs the program once for each set of arguments, then again for each pod of that run and each
way in which a pod goes wrong. Parts that only begin after a failure, such as what an `except` calls, go wrong in their
turn with that failure. `--root` and `--answer` are as in a `run` fence. Every run has a bound, and one that does not
end in it is an error of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from checked import Checked
from pages import PageError
from running import arguments_of, options_of, program_to_run, root_of, simulated

from athena_lsp.cli.run_steps import ATTEMPT
from athena_lsp.engine.model import Outcome, StartPod
from athena_lsp.engine.program import step_path
from athena_lsp.engine.simulation import Simulated
from athena_runtime.contract import RETURN_NAME

MOST_PODS = 200
LONGEST = 7 * 86_400.0
SLOW = 7200.0
FAILED = Outcome("Failed", 1, "Error (exit code 1)")
LOST = Outcome("Error", None, "pod deleted")
NOTHING = Outcome("Succeeded", 0)
WAYS = ("fails", "fails once", "is lost", "gives nothing", "takes 2h")
MOST_LETTERS = 150
"""So much of a message is shown at most."""


@dataclass(frozen=True)
class Fault:
    """One part that goes wrong in one way."""

    part: str
    way: str


@dataclass
class Cluster:
    """What decides how pods end."""

    faults: tuple[Fault, ...]
    run: str
    has_failed: set[str] = field(default_factory=set)

    def outcome(self, start: StartPod) -> Outcome | None:
        """None: the pod runs."""
        match self._way(start):
            case "fails":
                return FAILED
            case "fails once" if (part := part_of(start, self.run)) not in self.has_failed:
                self.has_failed.add(part)
                return FAILED
            case "is lost":
                return LOST
            case "gives nothing":
                return NOTHING
            case _:
                return None

    def seconds(self, start: StartPod) -> float:
        """How long the pod takes."""
        return SLOW if self._way(start) == "takes 2h" else 0.0

    def _way(self, start: StartPod) -> str:
        part = part_of(start, self.run)
        return next((fault.way for fault in self.faults if fault.part == part), "")


Run = Callable[[tuple[Fault, ...]], Simulated]
Row = tuple[str, str, str, str]


def outcomes(checked: Checked) -> str:
    """What an `outcomes` fence holds."""
    rows: list[Row] = [("", "phase", "time", "result")]
    for given in checked.argument.split(" / "):
        options = options_of(given)
        root = root_of(checked, options.root)
        program = program_to_run(checked, root, options)
        arguments = arguments_of(checked, root, options)

        def run(faults: tuple[Fault, ...]) -> Simulated:
            cluster = Cluster(faults, program.name)  # noqa: B023 (called in this turn)
            with TemporaryDirectory() as folder:
                return simulated(
                    checked,
                    program,  # noqa: B023
                    arguments,  # noqa: B023
                    options,  # noqa: B023
                    Path(folder),
                    fails=cluster.outcome,
                    seconds=cluster.seconds,
                )

        rows += _rows(given or "succeeding", run, program.name)
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(row, [*widths, 0], strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def part_of(start: StartPod, run: str) -> str:
    """The step that a pod is an attempt of."""
    return step_path(ATTEMPT.sub("", start.node), run) or "the pod"


def _rows(title: str, run: Run, name: str) -> Iterator[Row]:
    plain = bounded(run(()), title)
    yield title, *_cells(plain)
    known = _parts(plain, name)
    for part in known:
        later: dict[str, str] = {}
        found: dict[tuple[str, str, str], list[str]] = {}
        for way in WAYS:
            ended = bounded(run((Fault(part, way),)), f"{title}: {part} {way}")
            found.setdefault(_cells(ended), []).append(way)
            for other in _parts(ended, name):
                if other not in known:
                    later.setdefault(other, way)
        yield from _grouped(f"  {part}", found)
        for other, way in later.items():
            first = Fault(part, way)
            after = {second: (first, Fault(other, second)) for second in WAYS}
            found = {}
            for second, faults in after.items():
                ended = bounded(run(faults), f"{title}: {part} {way}, {other} {second}")
                found.setdefault(_cells(ended), []).append(second)
            yield from _grouped(f"  {part} {way}, {other}", found)


def _grouped(label: str, found: Mapping[tuple[str, str, str], list[str]]) -> Iterator[Row]:
    for cells, ways in found.items():
        yield f"{label} {' or '.join(filter(None, (', '.join(ways[:-1]), ways[-1])))}", *cells


def bounded(ended: Simulated, what: str) -> Simulated:
    """The run, which is over. Raises PageError when it is not, or took more than its bound."""
    if ended.is_stuck:
        raise PageError(f"{what}: the run does not end: nothing that it waits for can come")
    if len(ended.pods) > MOST_PODS or ended.seconds > LONGEST:
        raise PageError(f"{what}: the run took {len(ended.pods)} pods and {ended.seconds:.0f} s")
    return ended


def _parts(ended: Simulated, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part_of(start, name) for start in ended.pods))


def _cells(ended: Simulated) -> tuple[str, str, str]:
    state = ended.state
    if state.phase == "Succeeded":
        return state.phase, _time(ended.seconds), ended.outputs.parameters.get(RETURN_NAME, "-")
    return state.phase, _time(ended.seconds), _why(ended)


def _why(ended: Simulated) -> str:
    """What the first step that went wrong says of it."""
    wrong = [node for node in ended.state.nodes.values() if node.phase in ("Failed", "Error") and node.message]
    pods = [node for node in wrong if node.kind == "Pod"] or wrong
    message = min(pods, key=lambda node: node.ended or 0).message if pods else ended.state.message or "-"
    return message if len(message) <= MOST_LETTERS else f"{message[:MOST_LETTERS]}…"


def _time(seconds: float) -> str:
    whole = round(seconds)
    parts = ((whole // 86_400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "m"), (whole % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
