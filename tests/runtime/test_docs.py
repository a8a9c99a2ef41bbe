"""The docstrings that the compiler reads without importing: one form, complete, with field and default."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parent.parent.parent / "athena_runtime"
FORM = re.compile(r"\S.*[.)`] Argo field: `[^`]+`(, `[^`]+`)*\. Default: \S.*\.", re.DOTALL)
SENTENCE = re.compile(r"^[A-Z`\"].*[.:]$|^[A-Z].*\.$", re.DOTALL)


def tree(name: str) -> ast.Module:
    return ast.parse((RUNTIME / f"{name}.py").read_text(encoding="utf-8"))


def functions(name: str) -> dict[str, list[ast.FunctionDef]]:
    """The public functions of a module, each with its overloads; the implementation is last."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for node in tree(name).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            found.setdefault(node.name, []).append(node)
    return found


def classes(name: str) -> dict[str, ast.ClassDef]:
    return {
        node.name: node for node in tree(name).body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def args_section(function: ast.FunctionDef) -> dict[str, str]:
    """The entries of the docstring's `Args:`, each in one line."""
    doc = ast.get_docstring(function) or ""
    section = re.search(r"^Args:\n((?:    .*\n?)*)", doc, re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*(?:\n        .*)*)", section[1], re.MULTILINE) if section else []
    return {name: " ".join(text.split()) for name, text in entries}


def keywords(function: ast.FunctionDef) -> dict[str, str]:
    return {each.arg: ast.unparse(each.annotation) for each in function.args.kwonlyargs if each.annotation}


def options() -> ast.FunctionDef:
    return next(
        node
        for node in classes("template")["Template"].body
        if isinstance(node, ast.FunctionDef) and node.name == "options"
    )


def decorator(name: str) -> list[ast.FunctionDef]:
    return functions("decorators")[name]


@pytest.mark.parametrize("name", ["workflow", "container"])
def test_a_decorator_has_one_list_of_keywords(name: str) -> None:
    *_, overload, implementation = decorator(name)
    assert keywords(overload) == keywords(implementation)
    assert len(keywords(implementation)) == len(implementation.args.kwonlyargs) > 20
    assert [ast.unparse(default) for default in overload.args.kw_defaults if default] == ["..."] * len(
        overload.args.kwonlyargs
    )


@pytest.mark.parametrize("name", ["workflow", "container"])
def test_every_keyword_of_a_decorator_is_documented(name: str) -> None:
    implementation = decorator(name)[-1]
    entries = args_section(implementation)
    assert list(entries) == list(keywords(implementation))
    assert {key: text for key, text in entries.items() if not FORM.fullmatch(text)} == {}


@pytest.mark.parametrize("name", ["workflow", "container"])
def test_a_keyword_of_the_root_says_when_it_acts(name: str) -> None:
    for key, text in args_section(decorator(name)[-1]).items():
        acts = "Acts only when this template's own workflow is the one submitted." in text
        assert acts == key.endswith("_if_root"), key
        assert re.search(r"`spec\.|`metadata", text) is not None or not key.endswith("_if_root"), key


@pytest.mark.parametrize("name", ["workflow", "container"])
def test_what_is_not_given_has_no_value(name: str) -> None:
    implementation = decorator(name)[-1]
    defaults = {
        each.arg: ast.unparse(default)
        for each, default in zip(implementation.args.kwonlyargs, implementation.args.kw_defaults, strict=True)
        if default is not None and ast.unparse(default) != "None"
    }
    expected = {"steps": "False", "fail_fast": "True"} if name == "workflow" else {
        "privileged": "False", "daemon": "False", "interpreter": "'bundle'"
    }  # fmt: skip
    assert defaults == expected


def test_every_option_of_a_call_is_documented() -> None:
    entries = args_section(options())
    assert sorted(entries) == sorted(keywords(options()))
    assert {key: text for key, text in entries.items() if not FORM.fullmatch(text)} == {}


@pytest.mark.parametrize("name", sorted(classes("options")))
def test_every_field_of_an_option_type_is_documented(name: str) -> None:
    node = classes("options")[name]
    assert "Argo field: `" in (ast.get_docstring(node) or "")
    fields = field_docs(node)
    assert fields or name == "Scheduled"
    assert {key: text for key, text in fields.items() if not FORM.fullmatch(text)} == {}


@pytest.mark.parametrize("module", ["control", "outcomes", "resources"])
def test_every_field_of_other_types_is_documented(module: str) -> None:
    for node in classes(module).values():
        assert ast.get_docstring(node), node.name
        assert {key for key, text in field_docs(node).items() if not SENTENCE.fullmatch(text)} == set()


def field_docs(node: ast.ClassDef) -> dict[str, str]:
    """The docstring below each field of a dataclass, in one line; empty where there is none."""
    found: dict[str, str] = {}
    for field, below in zip(node.body, [*node.body[1:], ast.Pass()], strict=True):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
            case ast.AnnAssign(target=ast.Name(id=name)), _:
                found[name] = ""
            case _:
                pass
    return found


CALLS = [
    pytest.param(implementation, id=f"{module}.{name}")
    for module in ("control", "resources", "racing")
    for name, [*_, implementation] in functions(module).items()
]


@pytest.mark.parametrize("function", CALLS)
def test_every_call_is_documented_with_its_arguments(function: ast.FunctionDef) -> None:
    doc = ast.get_docstring(function) or ""
    assert re.match(r"[A-Z].*", doc)
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = [each.arg for each in every] + ([arguments.vararg.arg] if arguments.vararg else [])
    assert sorted(args_section(function)) == sorted(names)


@pytest.mark.parametrize("function", CALLS)
def test_every_call_that_makes_something_of_argo_names_the_field(function: ast.FunctionDef) -> None:
    if function.name in {"answering", "race"}:
        pytest.skip("it has no part in the manifest")
    assert re.search(r"Argo field: (a recursive )?`[\w.]+`", ast.get_docstring(function) or "")
