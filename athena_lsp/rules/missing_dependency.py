"""missing-dependency: an import that pods cannot do, since no locked package provides the module."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Unit
from athena_lsp.rules._pods import imports_of_pods, outside_of, reached
from athena_lsp.rules.base import Finding, rule


@rule("an import that no package of the project's lock provides", of_imports=True)
def missing_dependency(unit: Unit, facts: Facts) -> Iterator[Finding]:
    supply = facts.settings.supply
    if supply is None:
        return
    where = f"no package of `{supply.lock}` provides" if supply.lock else "the project needs no packages, so no pod has"
    for each, importer in imports_of_pods(unit, facts):
        name = outside_of(facts, importer, each)
        if name and not supply.provides(name):
            yield Finding(span=each.span, message=f"{where} `{name}`", hints=(_advice(name, supply.lock),))
            continue
        for other, path in reached(facts, importer, each).outside:
            if not supply.provides(other):
                message = f"{where} `{other}`, which `{path}` imports"
                yield Finding(span=each.span, message=message, hints=(_advice(other, supply.lock),))
                break


def _advice(module: str, lock: str) -> str:
    package = module.partition(".")[0].replace("_", "-")
    if lock.endswith("uv.lock"):
        return f"add the package to the project and lock it, such as with `uv add {package}`"
    return "add the package to the project's dependencies, and lock them"
