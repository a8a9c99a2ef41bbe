"""The code that a project's pods run: which modules go with them, and where each container's function is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from athena_lsp.analysis.closure import STANDARD, Module, closure, is_test
from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Kind
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """The modules that all containers of a project lead to."""

    modules: tuple[Module, ...]
    templates: tuple[tuple[str, str], ...]
    """The base name of each container's template, with `module:function`."""
    outside: tuple[tuple[str, str], ...]
    """Modules that packages must provide, each with a file that imports it."""
    problems: tuple[str, ...]
    """Why the modules cannot lie side by side, in sentences without a full stop."""


def code_of(facts: Facts) -> Code:
    """The code of a whole project: all its manifests name the same one, so that two workflows agree about the
    containers that they share. What belongs to tests is left out."""
    declarations = [each for each in facts.of_kind(Kind.CONTAINER) if not is_test(each.path)]
    starts = {each.path: Module(facts.layout.module_name(each.path), each.path) for each in declarations}
    found = closure(facts, starts.values())
    templates = {
        face.template: f"{starts[each.path].name}:{each.name}"
        for each in declarations
        if (face := facts.signature(each)) is not None
    }
    problems = tuple(dict.fromkeys((*_unnamed(starts.values()), *_problems(found.modules))))
    return Code(found.modules, tuple(sorted(templates.items())), found.outside, problems)


def _unnamed(starts: Iterable[Module]) -> Iterator[str]:
    for module in starts:
        if not module.name or "" in module.name.split("."):
            yield f"`{module.path}` holds containers and has no name that a pod could import it by"


def _problems(modules: Iterable[Module]) -> Iterator[str]:
    seen: dict[str, Module] = {}
    for module in modules:
        other = seen.setdefault(module.place, module)
        if other is not module:
            yield f"`{other.path}` and `{module.path}` are both imported as `{module.name}`: a pod has one of them"
        if "." not in module.name and module.name in STANDARD:
            yield f"`{module.path}` is called like Python's own module `{module.name}`, which a pod imports instead"
        if is_test(module.path):
            yield f"`{module.path}` belongs to the tests, which pods do not have"
