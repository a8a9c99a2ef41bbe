"""invalid-duration: an argument that is no positive, whole number of seconds."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.durations import DurationProblem, check_seconds, parse_duration
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import DurationShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Duration, Number, Text, Value
from athena_lsp.rules._options import Slot, describe, replaced, rewritten, slots
from athena_lsp.rules.base import Finding, Mend, rule

ADVICE = {
    "malformed": "write a number of seconds, or a text such as `90s`, `1h30m` or `2d`",
    "no-unit": "write the unit: `s`, `m`, `h` or `d`",
    "unknown-unit": "use the units `s`, `m`, `h` and `d`",
    "sub-second": "write whole seconds: Argo counts in them, and would cut the rest off",
    "zero": "leave the argument out where there is no limit, or write a second or more",
    "negative": "write a second or more",
    "too-large": "leave the argument out where there is no limit",
}


@rule("a time that is not a positive whole number of seconds", fixable=True, required=True)
def invalid_duration(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if isinstance(slot.shape, DurationShape):
            problem = _problem(slot.value)
            if isinstance(problem, DurationProblem):
                yield Finding(
                    span=slot.value.span,
                    message=f"{slot.title} takes whole seconds above 0, and {_shown(slot.value)} {problem.what}",
                    hints=(ADVICE[problem.kind],),
                    fixes=_fixes(slot, problem),
                )


def _problem(value: Value) -> int | DurationProblem | None:
    match value:
        case Text(value=text):
            return parse_duration(text)
        case Number(value=number):
            return check_seconds(number)
        case Duration(seconds=seconds):
            return check_seconds(seconds)
        case _:
            return None


def _shown(value: Value) -> str:
    match value:
        case Text(value=text) if text.strip() and "`" not in text:
            return f"`{text}`"
        case Duration(seconds=seconds):
            return f"a `timedelta` of {seconds:g} seconds"
        case _:
            return describe(value)


def _fixes(slot: Slot, problem: DurationProblem) -> tuple[Mend, ...]:
    better = problem.suggestion
    if not better:
        return ()
    if isinstance(slot.value, Text):
        edits = replaced(slot, better)
        # Argo, too, takes a number without a unit for seconds.
        return (Mend(f"Replace with `{better}`", edits, safe=problem.kind == "no-unit"),) if edits else ()
    seconds = parse_duration(better)
    edits = rewritten(slot, str(seconds))
    return (Mend(f"Replace with `{seconds}`", edits),) if edits and isinstance(seconds, int) else ()
