"""Tell when a workflow's timetables start it next."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import merge
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from athena_lsp.analysis.cron import CronProblem, parse_cron, upcoming
from athena_lsp.argo.read import flag_of, items_of, text_of
from athena_lsp.cli import configured
from athena_lsp.cli.emit import CHOOSE
from athena_lsp.cli.erring import has_errors
from athena_lsp.cli.findings import existing
from athena_lsp.cli.process import CLEAN, FINDINGS, MisuseError, tell
from athena_lsp.cli.run_clock import time_of
from athena_lsp.cli.targets import chosen_root, split
from athena_lsp.ir.model import Definition
from athena_lsp.ir.values import Construct
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

COUNT = 5


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("target", nargs="?", default=".", metavar="TARGET", help="as of `athena emit` (default: here)")
    parser.add_argument("--root", metavar="NAME", help="the workflow, by its function's name")
    parser.add_argument("--after", default="", metavar="TIME", help="the time after which to look (default: now)")
    parser.add_argument("--count", type=int, default=COUNT, metavar="N", help=f"how many times (default: {COUNT})")
    parser.add_argument("--json", action="store_true", help="print a list of them")
    configured.argument(parser)


def run(options: Namespace) -> int:
    if options.count < 1:
        raise MisuseError("error: --count needs a number above 0")
    after = time_of("--after", options.after) if options.after else datetime.now(UTC)
    file, name = split(options.target)
    workspace = Workspace.open([existing(file) if file else "."], config=configured.chosen(options))
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    root = chosen_root(workspace, file, options.root or name, options.target, CHOOSE)
    if has_errors(workspace, root):
        tell(f"nothing is told: `{root.name}` reaches files with errors")
        return FINDINGS
    definition = workspace.project.facts.definition(root)
    assert definition is not None
    times = [time.isoformat() for time in islice(times_of(definition, after), options.count)]
    if options.json:
        print(json.dumps(times))
    else:
        print("\n".join(times) if times else f"no timetable starts `{root.name}`")
    return CLEAN


def times_of(definition: Definition, after: datetime) -> Iterator[datetime]:
    """When a workflow is started, each time once, whichever timetable does it. Raises MisuseError."""
    tables = [item for item in items_of(definition.option("schedule")) if isinstance(item, Construct)]
    last: datetime | None = None
    for time in merge(*(_of_table(table, after) for table in tables if not flag_of(table.argument("suspend")))):
        if time != last:
            yield time
        last = time


def _of_table(table: Construct, after: datetime) -> Iterator[datetime]:
    zone = text_of(table.argument("timezone")) or "UTC"
    schedule = parse_cron(text_of(table.argument("schedule")) or "")
    if isinstance(schedule, CronProblem):
        return iter(())  # then it has errors
    try:
        return upcoming(schedule, after.astimezone(ZoneInfo(zone)))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise MisuseError(f"error: this machine knows no time zone `{zone}`") from error
