"""stdlib-shadow: a module of the project that is called like one of Python's own, which pods import instead."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.closure import STANDARD, is_test
from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Kind, Unit
from athena_lsp.rules._pods import imports_of_pods, own_modules
from athena_lsp.rules.base import Finding, rule


@rule("a module of the project that is called like one of Python's own", of_imports=True)
def stdlib_shadow(unit: Unit, facts: Facts) -> Iterator[Finding]:
    name = facts.layout.module_name(unit.path) if unit.definitions and not is_test(unit.path) else ""
    for definition in unit.definitions:
        if definition.kind is Kind.CONTAINER and name in STANDARD and not definition.nested_in:
            yield Finding(span=definition.name_span, message=_message(unit.path, name), hints=_hints(name))
    for each, importer in imports_of_pods(unit, facts):
        for module in own_modules(facts, importer, each):
            if module.name.partition(".")[0] in STANDARD and not each.level:
                yield Finding(span=each.span, message=_message(module.path, module.name), hints=_hints(module.name))
                break


def _message(path: str, name: str) -> str:
    return f"in a pod `{name}` is Python's own module, not `{path}`"


def _hints(name: str) -> tuple[str, ...]:
    return (f"give the file another name, such as `{name.partition('.')[0]}_.py`, or move it into a package",)
