"""The table of options and the runtime's signatures name the same arguments, in the same order, with the same words."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from athena_lsp.analysis.body_calls import CALL_OPTIONS, CONTROL
from athena_lsp.analysis.options import (
    CONSTRUCTS,
    OPTIONS,
    RESOURCES,
    ChoiceShape,
    ConstructShape,
    IntShape,
    ListShape,
    Shape,
    options_of,
)
from athena_lsp.ir.model import Kind

RUNTIME = Path(__file__).parents[1] / "athena_runtime"


def parsed(module: str) -> ast.Module:
    return ast.parse((RUNTIME / f"{module}.py").read_text(encoding="utf-8"))


def function(module: str, name: str) -> ast.FunctionDef:
    """The function itself: the last of that name, behind its overloads."""
    return [node for node in parsed(module).body if isinstance(node, ast.FunctionDef) and node.name == name][-1]


def keywords(name: str) -> dict[str, str]:
    """The keywords of a decorator, each with its annotation."""
    return {
        argument.arg: ast.unparse(argument.annotation)
        for argument in function("decorators", name).args.kwonlyargs
        if argument.annotation
    }


def fields(name: str) -> dict[str, tuple[str, bool]]:
    """The fields of an option type: annotation, and whether there is no default."""
    (found,) = [node for node in parsed("options").body if isinstance(node, ast.ClassDef) and node.name == name]
    return {
        node.target.id: (ast.unparse(node.annotation), node.value is None)
        for node in found.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }


def words(annotation: str) -> set[str]:
    """The texts in every `Literal[...]` of an annotation."""
    return {
        constant.value
        for node in ast.walk(ast.parse(annotation, mode="eval"))
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal"
        for constant in ast.walk(node.slice)
        if isinstance(constant, ast.Constant) and isinstance(constant.value, str)
    }


def table_words(shape: Shape) -> set[str]:
    match shape:
        case ChoiceShape(words=found) | IntShape(words=found):
            return set(found)
        case ListShape(item=item):
            return table_words(item)
        case ConstructShape(shorthand=shorthand) if shorthand is not None:
            return table_words(shorthand)
        case _:
            return set()


@pytest.mark.parametrize("kind", [Kind.WORKFLOW, Kind.CONTAINER])
def test_decorators_take_what_the_table_says(kind: Kind) -> None:
    assert set(keywords(kind.value)) == set(options_of(kind))


@pytest.mark.parametrize("kind", [Kind.WORKFLOW, Kind.CONTAINER])
def test_words_of_decorators_are_those_of_the_table(kind: Kind) -> None:
    given = {name: words(annotation) for name, annotation in keywords(kind.value).items()}
    assert given == {name: table_words(option.shape) for name, option in options_of(kind).items()}


def test_a_fragment_takes_nothing() -> None:
    assert options_of(Kind.FRAGMENT) == {}
    assert [argument.arg for argument in function("decorators", "fragment").args.posonlyargs] == ["function"]


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_option_types_take_what_the_table_says(name: str) -> None:
    given = fields(name)
    assert list(given) == [field.name for field in CONSTRUCTS[name]]
    assert [field for field, (_, required) in given.items() if required] == [
        field.name for field in CONSTRUCTS[name] if field.required
    ]
    assert {field: words(annotation) for field, (annotation, _) in given.items()} == {
        field.name: table_words(field.shape) for field in CONSTRUCTS[name]
    }


def test_the_table_has_every_option_type() -> None:
    classes = {node.name for node in parsed("options").body if isinstance(node, ast.ClassDef)}
    assert classes == set(CONSTRUCTS)


@pytest.mark.parametrize("name", RESOURCES)
def test_resource_calls_take_what_the_table_says(name: str) -> None:
    arguments = function("resources", name).args
    positional = [*arguments.posonlyargs, *arguments.args]
    assert [argument.arg for argument in positional] == [field.name for field in RESOURCES[name]]
    required = len(positional) - len(arguments.defaults)
    assert [field.required for field in RESOURCES[name]] == [index < required for index in range(len(positional))]


@pytest.mark.parametrize("name", CONTROL)
def test_calls_in_bodies_take_what_the_table_says(name: str) -> None:
    arguments = function("control", name).args
    positional = [*arguments.posonlyargs, *arguments.args]
    by_place = [field for field in CONTROL[name] if not field.keyword_only]
    by_keyword = [field for field in CONTROL[name] if field.keyword_only]
    assert [argument.arg for argument in positional] == [field.name for field in by_place]
    assert [argument.arg for argument in arguments.kwonlyargs] == [field.name for field in by_keyword]
    required = len(positional) - len(arguments.defaults)
    assert [field.required for field in by_place] == [index < required for index in range(len(positional))]
    annotations = {each.arg: ast.unparse(each.annotation) for each in arguments.kwonlyargs if each.annotation}
    assert {each: words(found) for each, found in annotations.items()} == {
        field.name: table_words(field.shape) for field in by_keyword
    }


def test_options_of_a_call_are_those_of_the_table() -> None:
    (template,) = [
        node for node in parsed("template").body if isinstance(node, ast.ClassDef) and node.name == "Template"
    ]
    (method,) = [node for node in template.body if isinstance(node, ast.FunctionDef) and node.name == "options"]
    assert [argument.arg for argument in method.args.kwonlyargs] == [field.name for field in CALL_OPTIONS]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_the_scope_is_in_the_name(option: object) -> None:
    found = next(each for each in OPTIONS if each is option)
    says_root = found.name.endswith("_if_root") or found.name in ("schedule", "on")
    assert (found.scope == "root") == says_root
    assert (found.scope == "boundary") == found.name.startswith("boundary_")
