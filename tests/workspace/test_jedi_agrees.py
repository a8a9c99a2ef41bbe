"""jedi reads installed packages as we do: where a name comes from, and what the attributes of a class are.

It is another program by other people that runs nothing of a package either. It knows more (whatever a function gives),
and we know some things by their names, so that a difference has to have a reason that is written down here.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import jedi
import pytest

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.library import KNOWN_BY_NAME
from athena_lsp.analysis.scope import Declared, Entity, External, Module, follow
from athena_lsp.analysis.types import unfolded
from athena_lsp.environment import find_environment
from athena_lsp.ir.types import (
    ClassOf,
    DictOf,
    EnumOf,
    Field,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
)
from athena_lsp.packages import NOTHING_READ, Packages
from athena_lsp.project import Project

T = TypeVar("T")

NAMES = 8
"""Names of each module that are looked at, and as many attributes of its classes."""
MODULES = (
    "annotated_types", "attr", "attrs", "blinker", "botocore.config", "boto3", "build", "cattrs", "certifi", "click",
    "flask", "hera.workflows", "hypothesis", "hypothesis.strategies", "itsdangerous", "jinja2", "jmespath",
    "lsprotocol.types", "markdown_it", "markupsafe", "moto", "msgspec", "packaging.version", "pathspec", "pluggy",
    "pydantic", "pygls", "pytest", "requests", "responses", "rich.console", "s3transfer", "sortedcontainers", "tomlkit",
    "typing_inspection", "urllib3", "websockets", "werkzeug", "yaml",
)  # fmt: skip
WITH_FIELDS = (
    "_pytest.mark.structures", "attr._make", "hera.shared._global_config",
    "hera.workflows.models.io.argoproj.workflow.v1alpha1", "hypothesis.internal.conjecture.data", "hypothesis.stateful",
    "lsprotocol.types", "markdown_it.ruler", "markdown_it.token", "packaging.pylock", "rich.console", "rich.layout",
    "rich.progress", "websockets.frames", "websockets.http11", "websockets.uri",
)  # fmt: skip
"""Modules with data classes, models and typed dicts."""


OTHERWISE = {("build", "RunnerType"): "jedi looks into both arms of `if TYPE_CHECKING`, and takes the other one"}


def looked_at(module: str, names: list[str]) -> Facts:
    """What is known of a module when all is read that these names of it lead to."""
    environment = find_environment(Path(sys.prefix), sys.prefix, {})
    packages = Packages(environment, lambda path: path.as_posix())
    project = Project.of({}).with_library(NOTHING_READ)
    for _ in range(10):
        for name in names:
            project.facts.look_ahead(module, name)
        if not project.wanted:
            break
        project = project.with_library(packages.load(project, float("inf")))
    return project.facts


def some(found: list[T]) -> list[T]:
    """A few of them, from all over the list."""
    return found[:: max(1, len(found) // NAMES)][:NAMES]


def jedi_on(code: str) -> jedi.Script:
    return jedi.Script(code, environment=jedi.InterpreterEnvironment())


@pytest.mark.parametrize("module", MODULES)
def test_a_name_comes_from_where_jedi_finds_it(module: str) -> None:
    there = vars(import_module(module))
    code = f"import {module}\n{module}."
    names = [each.name for each in jedi_on(code).complete(2, len(module) + 1) if not each.name.startswith("_")]
    names = some([name for name in names if name in getattr(import_module(module), "__all__", there)])
    assert names
    facts = looked_at(module, names)
    for name in names:
        found = jedi_on(f"from {module} import {name}\n{name}").goto(
            2, 0, follow_imports=True, prefer_stubs=True, follow_builtin_imports=True
        )
        theirs = {(str(each.module_path), each.name) for each in found}
        entity = follow(facts, External(f"{module}.{name}", module))
        same = _place(entity) in theirs or (module, name) in OTHERWISE
        assert same or _is_known_by_name(facts, entity) or _has_no_text(theirs), (name, theirs)


def _place(entity: Entity) -> tuple[str, str] | None:
    match entity:
        case Declared(declaration=declaration):
            return declaration.path, declaration.name
        case Module(name=name, path=str(path)):
            return path, name.rpartition(".")[2]
        case _:
            return None


def _is_known_by_name(facts: Facts, entity: Entity) -> bool:
    """Whether it is never looked into: what athena knows of it, it knows by its name."""
    match entity:
        case External(name=name) | Module(name=name, path=None):
            return name in facts.known_names or name.partition(".")[0] in KNOWN_BY_NAME
        case _:
            return False


def _has_no_text(places: set[tuple[str, str]]) -> bool:
    """Whether jedi has found compiled code, folders without `__init__`, or what is no package but Python's own."""
    texts = (path for path, _ in places if path.endswith((".py", ".pyi")) and "/typeshed/stdlib/" not in path)
    return not any("site-packages" in path for path in texts)


@pytest.mark.parametrize("module", WITH_FIELDS)
def test_an_attribute_has_the_type_that_jedi_infers(module: str) -> None:
    classes = {
        name: value
        for name, value in vars(import_module(module)).items()
        if isinstance(value, type) and value.__module__ == module and name == value.__name__
    }
    facts = looked_at(module, list(classes))
    fields = [(name, field.name, field.type) for name in classes for field in _fields(facts, module, name)]
    assert fields
    agreed = 0
    for class_, name, type_ in some(fields):
        code = f"from {module} import {class_}\ndef f(x: {class_}):\n    x.{name}"
        theirs = {each.name for each in jedi_on(code).infer(3, 6 + len(name))}
        ours = words(facts, type_)
        agreed += bool(theirs & ours)
        assert theirs & ours or not _can_be_compared(theirs, ours), (class_, name, theirs, ours)
    assert agreed, "nothing was compared"


def _fields(facts: Facts, module: str, name: str) -> tuple[Field, ...]:
    entity = follow(facts, External(f"{module}.{name}", module))
    info = facts.class_info(entity.declaration) if isinstance(entity, Declared) else None
    return info.fields if info is not None else ()


def _can_be_compared(theirs: set[str], ours: set[str]) -> bool:
    """Whether both say something: jedi knows no literals and no typed dicts, and what has no JSON form has no type
    with us."""
    return bool(theirs - {"NoneType"}) and bool(ours - {"NoneType"})


def words(facts: Facts, type_: Type) -> set[str]:
    """The classes of the values of a type, as jedi calls them."""
    match unfolded(facts, type_):
        case UnionOf(members=members):
            return {word for member in members for word in words(facts, member)}
        case Scalar(kind=kind):
            return {"NoneType" if kind.value == "None" else kind.value}
        case ClassOf(name=name) | EnumOf(name=name):
            return {name}
        case Opaque(name=name):
            return {name.rpartition(".")[2]}
        case ListOf():
            return {"list", "List", "Sequence", "Iterable", "Collection"}
        case DictOf():
            return {"dict", "Dict", "Mapping", "MutableMapping"}
        case SetOf():
            return {"set", "Set", "frozenset"}
        case TupleOf() | TupleRest() | TupleSpread():
            return {"tuple", "Tuple"}
        case LiteralOf(kinds=kinds):
            return set(kinds)
        case NewTypeOf(base=base):
            return words(facts, base)
        case _:
            return set()
