"""docs/rules/index.md lists the rules as they are; `pytest --update` writes it anew."""

from __future__ import annotations

from pathlib import Path

from athena_lsp.rules.base import all_rules

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "docs" / "rules" / "index.md"
INTRODUCTION = """\
# Rules

Everything that athena reports has a rule. Each name leads to a page that shows what the rule finds and what to write
instead; `athena explain NAME` prints the same page. The level of a rule is set in `[tool.athena.rules]`, except where
the manifest would be wrong without it: those rules have a lock.

| rule | level | | finds |
| --- | --- | --- | --- |
"""


def test_the_index_lists_every_rule_with_its_page(update: bool) -> None:
    rows: list[str] = []
    for rule in all_rules():
        marks = " ".join(mark for mark, given in (("fix", rule.fixable), ("lock", rule.required)) if given)
        link = f"[`{rule.name}`](../../athena_lsp/rules/{rule.name}.md)"
        rows.append(f"| {link} | {rule.severity.value} | {marks} | {rule.summary} |\n")
    expected = INTRODUCTION + "".join(rows)
    if update:
        INDEX.parent.mkdir(parents=True, exist_ok=True)
        INDEX.write_text(expected, encoding="utf-8")
    assert INDEX.read_text(encoding="utf-8") == expected
