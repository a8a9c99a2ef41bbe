"""What the imports of a block lead to in a pod: only files with containers are looked at, for pods begin there."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.closure import Closure, Module, closure, is_test, outside_name, targets
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.imports import Import
from athena_lsp.ir.model import ImportedModule, Unit

NOWHERE = Closure(())


def imports_of_pods(unit: Unit, facts: Facts) -> Iterator[tuple[ImportedModule, Module]]:
    """The imports of a block that pods run, each with the module that it stands in."""
    if not unit.modules or is_test(unit.path) or not facts.brings_everything(unit.path):
        return
    importer = Module(facts.layout.module_name(unit.path), unit.path)
    for each in unit.modules:
        yield each, importer


def own_modules(facts: Facts, importer: Module, each: ImportedModule) -> tuple[Module, ...]:
    """The modules of the project that an import names."""
    return tuple(targets(facts, importer, _plain(each)))


def reached(facts: Facts, importer: Module, each: ImportedModule) -> Closure:
    """All that an import leads to."""
    plain = _plain(each)
    return facts.ask(
        ("reached", importer.path, plain), lambda: closure(facts, targets(facts, importer, plain)), NOWHERE
    )


def outside_of(facts: Facts, importer: Module, each: ImportedModule) -> str:
    """The module that an import itself needs from packages; empty when it needs none."""
    return outside_name(facts, importer.path, _plain(each))


def _plain(each: ImportedModule) -> Import:
    return Import(each.module, each.level, each.names, each.optional)
