"""invalid-schedule: a timetable that Argo does not read."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.cron import CronProblem, parse_cron
from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Construct, Text
from athena_lsp.rules._options import calls
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import Span, TextEdit

FIELDS = "write five fields: minute, hour, day of the month, month, day of the week"
ZONE_PREFIXES = ("TZ=", "CRON_TZ=")


@rule("a timetable that Argo does not read", fixable=True, required=True)
def invalid_schedule(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for call in calls(unit):
        schedule = call.construct.argument("schedule") if call.construct.name == "Cron" else None
        if isinstance(schedule, Text) and "{" not in schedule.value:
            problem = parse_cron(schedule.value)
            if isinstance(problem, CronProblem):
                yield _finding(call.construct, schedule, problem, spelled=call.spelled)


def _finding(cron: Construct, schedule: Text, problem: CronProblem, *, spelled: bool) -> Finding:
    start = schedule.content_start
    return Finding(
        span=problem.span.shift(start)
        if start is not None and problem.span.start < problem.span.end
        else schedule.span,
        message=f"this is no timetable: {problem.what}",
        hints=(_hint(schedule.value, problem),),
        fixes=_fixes(cron, schedule, problem) if spelled else (),
    )


def _hint(text: str, problem: CronProblem) -> str:
    if text.startswith(ZONE_PREFIXES):
        return f'write `timezone="{_zone(text)}"`, and the schedule without it'
    if problem.suggestion:
        return f"write `{problem.suggestion}`"
    if text.startswith("@"):
        return "write `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly` or `@every 90m`, or five fields"
    return FIELDS


def _fixes(cron: Construct, schedule: Text, problem: CronProblem) -> tuple[Mend, ...]:
    new = problem.suggestion
    if not new or isinstance(parse_cron(new), CronProblem) or schedule.content_start is None:
        return ()
    start = schedule.content_start
    edits = [TextEdit(Span(start, start + len(schedule.value)), new)]
    if schedule.value.startswith(ZONE_PREFIXES):
        if cron.argument("timezone") is not None:
            return ()
        end = schedule.span.end
        edits.append(TextEdit(Span(end, end), f', timezone="{_zone(schedule.value)}"'))
    return (Mend(f"Write `{new}`", tuple(edits)),)


def _zone(text: str) -> str:
    return text.partition(" ")[0].partition("=")[2]
