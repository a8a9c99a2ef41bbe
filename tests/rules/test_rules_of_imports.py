"""A rule that looks at imports says so, or it would not be asked about a block that has nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from athena_lsp.project import Project
from athena_lsp.rules.base import Rule, all_rules

LOOKS = ("imports_of_pods(", "unit.modules")
RULES = Path(__file__).parents[2] / "athena_lsp" / "rules"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
def test_rules_that_look_at_imports_say_so(rule: Rule) -> None:
    source = (RULES / f"{rule.name.replace('-', '_')}.py").read_text(encoding="utf-8")
    assert rule.of_imports == any(look in source for look in LOOKS)


def test_other_rules_find_nothing_in_a_block_of_imports() -> None:
    block = "import json, os.path as path\nfrom helper import *\n"
    project = Project.of({"flow.py": block, "helper.py": "from athena_runtime import container, pvc\n"})
    (unit,) = (unit for _, unit in project.units("flow.py") if "json" in unit.text)
    assert unit.modules
    for rule in all_rules():
        assert rule.check is None or rule.of_imports or not list(rule.check(unit, project.facts))
