"""What the imports of a block lead to in a pod: only files with containers are looked at, for pods begin there."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.closure import Closure, Module, closure, is_test, outside_name, targets
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.imports import Import
from athena_lsp.argo.read import text_of
from athena_lsp.ir.model import ImportedModule, Kind, Unit
from athena_lsp.ir.names import Declaration

NOWHERE = Closure(())


def imports_of_pods(unit: Unit, facts: Facts) -> Iterator[tuple[ImportedModule, Module]]:
    """The imports of a block that pods run, each with the module that it stands in."""
    if not unit.modules or is_test(unit.path) or not _has_containers(facts, unit.path):
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


def _has_containers(facts: Facts, path: str) -> bool:
    """Whether functions of the file run in pods that athena brings everything into."""
    return any(each.path == path and not _is_own_image(facts, each) for each in facts.of_kind(Kind.CONTAINER))


def _is_own_image(facts: Facts, declaration: Declaration) -> bool:
    """Whether a container runs in the Python of its image, which may have packages of its own."""
    found = facts.definition(declaration)
    return found is not None and text_of(found.option("interpreter")) == "image"


def _plain(each: ImportedModule) -> Import:
    return Import(each.module, each.level, each.names, each.optional)
