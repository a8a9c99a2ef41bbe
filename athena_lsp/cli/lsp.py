"""The command `athena-lsp`: the language server, or with `--check` the same findings for people and for CI."""

from __future__ import annotations

import gc
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module

from athena_lsp.cli.process import guarded, leave, version

DESCRIPTION = (
    "The language server of athena, on standard input and output unless told otherwise. "
    "With --check: find mistakes and print them; `athena-lsp --check --help` tells more."
)


def main() -> None:
    """Entry point of `athena-lsp`."""
    arguments = sys.argv[1:]
    if "--check" in arguments:
        gc.disable()  # for the reason in main.py; the server needs it
        leave(guarded(lambda: _check(arguments)))
    _serve(arguments)


def _check(arguments: Sequence[str]) -> int:
    # By name, because the server's modules and the checker's are heavy, and each is needed without the other.
    check = import_module("athena_lsp.cli.check")
    parser = ArgumentParser(prog="athena-lsp --check", description=check.__doc__)
    check.arguments(parser)
    code: int = check.run(parser.parse_args([word for word in arguments if word != "--check"]))
    return code


def _serve(arguments: Sequence[str]) -> None:
    server = import_module("athena_lsp.server.main")
    parser = ArgumentParser(prog="athena-lsp", description=DESCRIPTION)
    parser.add_argument("--check", action="store_true", help="find mistakes in files and folders, print them and end")
    shown = version() if "--version" in arguments else ""
    parser.add_argument("--version", action="version", version=shown)
    server.add_arguments(parser)
    options = parser.parse_args(arguments)
    server.end_process(guarded(lambda: server.run(options)))
