"""List the rules with their levels; those with a quick fix have a mark."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from athena_lsp.cli.process import CLEAN
from athena_lsp.diagnostics import RULES_URL
from athena_lsp.rules.base import Rule, all_rules


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one array of objects instead of a table")


def run(options: Namespace) -> int:
    if options.json:
        print(json.dumps([_object(rule) for rule in all_rules()], indent=2, ensure_ascii=False))
    else:
        print(table(all_rules()))
    return CLEAN


def table(rules: tuple[Rule, ...]) -> str:
    """The rules as lines of text: name, level, whether there are fixes, what it finds."""
    width = max(len(rule.name) for rule in rules)
    lines = [f"{'RULE':<{width}}  {'LEVEL':<7}  FIX  FINDS"]
    for rule in rules:
        fix = "fix" if rule.fixable else "   "
        lines.append(f"{rule.name:<{width}}  {rule.severity.value:<7}  {fix}  {rule.summary}")
    return "\n".join(lines)


def _object(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "fixable": rule.fixable,
        "required": rule.required,
        "since": rule.since,
        "url": f"{RULES_URL}{rule.name}/",
    }
