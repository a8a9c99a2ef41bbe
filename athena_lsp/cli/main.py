"""The command `athena`: chooses a subcommand and imports nothing of the others."""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib import import_module

from athena_lsp.cli.process import MisuseError, guarded, leave, meant, version

COMMANDS = {
    "bundle": "build, inspect and tidy the layers of code that pods load",
    "check": "find mistakes in workflows, and fix some",
    "config": "print the settings in force and where they come from, or their JSON Schema",
    "coverage": "tell which branches of workflows runs and tests have taken",
    "emulate": "run one container as its pod would, on this machine",
    "emit": "print the Argo manifests of a workflow and of all that it reaches",
    "explain": "print the page of a rule",
    "graph": "draw a workflow: text, Mermaid, SVG or JSON",
    "lint": "find what Argo would refuse in manifests, also in hand-written ones",
    "lock": "choose the interpreter and the packages of the pods, and write athena.lock",
    "preview": "show graph and manifest of a workflow in a browser, and follow the edit",
    "publish": "upload the code of the project to its bucket",
    "rules": "list the rules",
    "run": "run a workflow on this machine",
    "runs": "list, show and remove the runs of this machine",
    "schedule": "tell when a workflow's timetables start it next",
    "types": "print signature and JSON Schema of a workflow or container",
}


def main() -> None:
    """Entry point of `athena`."""
    # Everything that is made here lives as long as the process: looking for garbage takes a quarter of a large check.
    gc.disable()
    code = guarded(lambda: run(sys.argv[1:]))
    if sys.argv[1:2] == ["check"]:
        leave(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of `athena` with these arguments. Raises SystemExit for wrong options and for `--help`."""
    name = arguments[0] if arguments else "--help"
    if name not in COMMANDS:
        _top_level(name)
    module = import_module(f"athena_lsp.cli.{name}")
    parser = ArgumentParser(prog=f"athena {name}", description=module.__doc__)
    module.arguments(parser)
    code: int = module.run(parser.parse_args(arguments[1:]))
    return code


def _top_level(first: str) -> None:
    """`--help`, `--version`, and words that are no command; ends the process."""
    if not first.startswith("-"):
        raise MisuseError(
            f"error: there is no command `{first}`{meant(first, COMMANDS)}\nhelp: `athena --help` lists the commands"
        )
    width = max(map(len, COMMANDS)) + 2
    commands = "\n".join(f"  {name:<{width}}{summary}" for name, summary in COMMANDS.items())
    parser = ArgumentParser(
        prog="athena",
        usage="athena COMMAND ...",
        description="Write decorated Python, get Argo Workflows.",
        epilog=f"commands:\n{commands}\n\n`athena COMMAND --help` tells more. The language server is `athena-lsp`.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=version() if first == "--version" else "")
    parser.parse_args([first])
    parser.error(f"a command must come first: {', '.join(COMMANDS)}")
