"""Print the page of a rule: what it finds, why that is bad, what to write instead."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from importlib.resources import files

from athena_lsp.cli.process import CLEAN, MisuseError, meant


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help="the name in brackets behind `error`, such as `unknown-field`")


def run(options: Namespace) -> int:
    pages = {
        page.name.removesuffix(".md"): page for page in files("athena_lsp.rules").iterdir() if page.name.endswith(".md")
    }
    page = pages.get(options.rule.strip("[]").lower().replace("_", "-"))
    if page is None:
        raise MisuseError(
            f"error: there is no rule `{options.rule}`{meant(options.rule, pages)}\n"
            "help: `athena rules` lists the rules"
        )
    print(page.read_text(encoding="utf-8"), end="")
    return CLEAN
