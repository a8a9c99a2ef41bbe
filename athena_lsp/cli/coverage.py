"""Tell which branches of workflows runs and tests have taken, and which never."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path

from athena_lsp.cli import configured
from athena_lsp.cli.emit import write
from athena_lsp.cli.findings import Asked, open_workspaces, shown_path
from athena_lsp.cli.process import CLEAN, FINDINGS
from athena_lsp.cli.ways import Key, Workflow, read_taken, taken_json, workflow_of
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders with workflows (default: here)")
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="what `athena run --coverage` has written",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same as JSON there; `-` prints it instead")
    parser.add_argument("--fail-under", type=float, default=0.0, metavar="PERCENT", help="exit with 1 below this share")
    configured.argument(parser)


def run(options: Namespace) -> int:
    taken: dict[Key, int] = {}
    for path in options.data:
        for key, count in read_taken(path).items():
            taken[key] = taken.get(key, 0) + count
    asked = open_workspaces(options.paths or ["."], configured.chosen(options))
    workflows = sorted((each for one in asked for each in _workflows(one)), key=lambda each: (each.path, each.line))
    text = json.dumps(taken_json(workflows, taken), indent=1) + "\n"
    if options.json is not None and options.json != Path("-"):
        write(text, options.json)
    sys.stdout.write(text if options.json == Path("-") else "".join(f"{line}\n" for line in _lines(workflows, taken)))
    counts = [_counts(each, taken) for each in workflows]
    share = _share(sum(count for count, _ in counts), sum(total for _, total in counts))
    if share < options.fail_under:
        sys.stderr.write(f"{share:.0f}% of the branches were taken, less than {options.fail_under:g}%\n")
        return FINDINGS
    return CLEAN


def _workflows(asked: Asked) -> Iterator[Workflow]:
    workspace = asked.workspace
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    project = workspace.project
    for face in project.signatures():
        definition = project.facts.definition(face.declaration)
        if face.kind is Kind.WORKFLOW and face.declaration.path in asked.paths and definition is not None:
            yield workflow_of(project, workspace.root, definition)


def _lines(workflows: list[Workflow], taken: Mapping[Key, int]) -> Iterator[str]:
    longest = max((len(workflow.name) for workflow in workflows), default=0)
    names = {workflow.name: f"{workflow.name:<{longest}}  {shown_path(workflow.path)}" for workflow in workflows}
    width = max(map(len, names.values()), default=0)
    for workflow in workflows:
        count, total = _counts(workflow, taken)
        if not taken.get(workflow.key) and not count:
            yield f"{names[workflow.name]:<{width}}  never run"
            continue
        yield f"{names[workflow.name]:<{width}}  {count:>4} of {total:<4} {_share(count, total):>4.0f}%"
        for _, shown in workflow.ways:
            if not taken.get(shown.key(workflow.path)):
                yield f"  never taken: {shown.text} at {shown_path(workflow.path)}:{shown.line}"
    if not workflows:
        yield "there are no workflows"
        return
    counts = [_counts(workflow, taken) for workflow in workflows]
    count, total = sum(one for one, _ in counts), sum(all_ for _, all_ in counts)
    yield f"{'all':<{width}}  {count:>4} of {total:<4} {_share(count, total):>4.0f}%"


def _counts(workflow: Workflow, taken: Mapping[Key, int]) -> tuple[int, int]:
    """How many of the ways were taken, and how many there are; that it ran at all is one."""
    ran = bool(taken.get(workflow.key))
    return ran + sum(bool(taken.get(shown.key(workflow.path))) for _, shown in workflow.ways), 1 + len(workflow.ways)


def _share(count: int, total: int) -> float:
    return 100.0 * count / total if total else 100.0
