"""Find mistakes in workflows, in files and folders; print them in one of several formats, and fix some."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from athena_lsp.cache.store import cache_folder
from athena_lsp.cli import configured
from athena_lsp.cli.findings import Asked, Findings, find, open_workspaces, shown_path
from athena_lsp.cli.fixing import Wanted, difference, fix_all, write_all
from athena_lsp.cli.process import CLEAN, FINDINGS, MISUSE, MisuseError, has_colours, meant, tell, version
from athena_lsp.diagnostics import Diagnostic, Severity
from athena_lsp.render.github import render_github
from athena_lsp.render.gitlab import render_gitlab
from athena_lsp.render.jsontext import render_json, render_jsonl
from athena_lsp.render.junit import render_junit
from athena_lsp.render.sarif import render_sarif
from athena_lsp.render.text import render_text
from athena_lsp.rules.base import rules_by_name
from athena_lsp.workspace import Workspace

FORMATS: dict[str, Callable[[Findings], str]] = {
    "text": lambda found: render_text(found.diagnostics, found.sources, colour=has_colours(sys.stdout)),
    "json": lambda found: render_json(found.diagnostics, found.sources),
    "jsonl": lambda found: render_jsonl(found.diagnostics, found.sources),
    "sarif": lambda found: render_sarif(found.diagnostics, found.sources, rules_by_name(), version()),
    "github": lambda found: render_github(found.diagnostics, found.sources),
    "gitlab": lambda found: render_gitlab(found.diagnostics, found.sources),
    "junit": lambda found: render_junit(found.diagnostics, found.sources, found.checked),
}
STDIN = "-"
WATCH_PAUSE = 0.5
"""Seconds between two looks at the disk."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: here); `-` reads a text")
    parser.add_argument("--output-format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--fix", action="store_true", help="apply fixes that keep the meaning, and report the rest")
    parser.add_argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: apply all fixes")
    parser.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    parser.add_argument("--watch", action="store_true", help="check again whenever a file changes")
    parser.add_argument("--select", metavar="RULES", type=_rule_names, help="only these rules, with commas between")
    parser.add_argument("--ignore", metavar="RULES", type=_rule_names, default=(), help="all but these rules")
    parser.add_argument("--no-cache", action="store_true", help="work everything out anew, and keep nothing of it")
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 although there are errors")
    parser.add_argument("--statistics", action="store_true", help="count the findings of each rule instead")
    parser.add_argument("--stdin-filename", metavar="FILE", type=Path, help="where the text of `-` belongs")
    configured.argument(parser)


def run(options: Namespace) -> int:
    _refuse_contradictions(options)
    wanted = partial(_is_wanted, options.select, options.ignore)
    if STDIN in options.paths:
        asked: Sequence[Asked] = (
            _standard_input(options.stdin_filename or Path("stdin.py"), configured.chosen(options)),
        )
    else:
        asked = open_workspaces(options.paths or ["."], configured.chosen(options))
    if options.watch:
        return _watch(asked, options, wanted)
    if (options.fix or options.diff) and (code := _mend(asked, options, wanted)) is not None:
        return code
    return _report(asked, options, wanted)


# --- reporting ----------------------------------------------------------------------------------------------------


def _report(asked: Sequence[Asked], options: Namespace, wanted: Wanted) -> int:
    uncached = (
        options.no_cache or STDIN in options.paths
    )  # a text that no file holds would take the place of its file's
    everything = find(asked, None if uncached else cache_folder())
    diagnostics = tuple(found for found in everything.diagnostics if wanted(found))
    found = Findings(diagnostics, everything.sources, everything.checked, everything.problems)
    out = sys.stderr if STDIN in options.paths and options.fix else sys.stdout
    if options.statistics:
        out.write(_statistics(diagnostics, as_json=options.output_format == "json"))
    else:
        out.write(FORMATS[options.output_format](found))
    for path, why in found.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    if not found.checked and not found.problems:
        tell("warning: no Python files were found")
    if options.output_format == "text":
        tell(_summary(found))
    if found.problems:
        return MISUSE
    errors = any(one.severity is Severity.ERROR for one in diagnostics)
    return FINDINGS if errors and not options.exit_zero else CLEAN


def _summary(found: Findings) -> str:
    files = _counted(len(found.checked), "file")
    counts = Counter(one.severity for one in found.diagnostics)
    if not counts:
        return f"nothing found in {files}"
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "information"}
    listed = ", ".join(_counted(counts[severity], word) for severity, word in words.items() if counts[severity])
    fixable = sum(any(fix.safe for fix in one.fixes) for one in found.diagnostics)
    hint = f"; --fix mends {fixable}" if fixable else ""
    return f"{listed} in {files}{hint}"


def _statistics(diagnostics: Iterable[Diagnostic], *, as_json: bool) -> str:
    counts = Counter((found.rule, found.severity) for found in diagnostics).most_common()
    if as_json:
        rows = [{"rule": rule, "severity": severity.value, "count": count} for (rule, severity), count in counts]
        return json.dumps(rows, indent=2) + "\n"
    width = max((len(str(count)) for _, count in counts), default=1)
    return "".join(f"{count:>{width}}  {severity.value:<7}  {rule}\n" for (rule, severity), count in counts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


# --- fixing, watching, standard input -----------------------------------------------------------------------------


def _mend(asked: Sequence[Asked], options: Namespace, wanted: Wanted) -> int | None:
    """Apply fixes; the exit code when there is nothing more to do."""
    changed, count = fix_all(asked, wanted, unsafe=options.unsafe_fixes)
    fixes = f"{count} {'fix' if count == 1 else 'fixes'} in {_counted(len(changed), 'file')}"
    if options.diff:
        sys.stdout.write(difference(changed, shown_path))
        tell(f"would apply {fixes}")
        return FINDINGS if changed and not options.exit_zero else CLEAN
    if STDIN in options.paths:
        (only,) = asked
        sys.stdout.writelines(only.workspace.project.files[path].text for path in only.paths if path.endswith(".py"))
    else:
        write_all(changed)
    if changed:
        tell(f"applied {fixes}")
    return None


def _watch(asked: Sequence[Asked], options: Namespace, wanted: Wanted) -> int:
    """Report again and again, until Ctrl-C."""
    gc.enable()
    while True:
        _report(asked, options, wanted)
        tell("watching; Ctrl-C ends")
        sys.stdout.flush()
        changed: list[bool] = []
        while not any(changed):
            time.sleep(WATCH_PAUSE)
            changed = [each.workspace.refresh() for each in asked]


def _standard_input(name: Path, config: str) -> Asked:
    """A workspace in which the text on standard input stands in for the file of that name."""
    workspace = Workspace.open([name.parent if name.parent.is_dir() else "."], config=config)
    workspace.set_text(workspace.name(name), sys.stdin.read())
    return Asked(workspace, (Path(os.path.abspath(name)),))


# --- options ------------------------------------------------------------------------------------------------------


def _refuse_contradictions(options: Namespace) -> None:
    if STDIN in options.paths and (len(options.paths) > 1 or options.watch):
        raise MisuseError("error: `-` stands alone, and cannot be watched")
    if options.stdin_filename and STDIN not in options.paths:
        raise MisuseError("error: --stdin-filename belongs to the path `-`")
    if options.watch and (options.fix or options.diff):
        raise MisuseError("error: --watch reports only; leave --fix and --diff out")
    if options.unsafe_fixes and not (options.fix or options.diff):
        raise MisuseError("error: --unsafe-fixes belongs to --fix or --diff")
    if options.statistics and options.output_format not in ("text", "json"):
        raise MisuseError("error: --statistics prints text or JSON")


def _rule_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    known = rules_by_name()
    for name in names:
        if name not in known:
            raise ArgumentTypeError(f"there is no rule `{name}`{meant(name, known)}")
    return names


def _is_wanted(select: tuple[str, ...] | None, ignore: tuple[str, ...], found: Diagnostic) -> bool:
    return found.rule not in ignore and (select is None or found.rule in select)
