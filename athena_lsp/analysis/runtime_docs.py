"""What athena_runtime's own source says about its decorators, option types and functions: one source for hovers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc

from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import parse

SECTION = re.compile(r"^(Args|Raises|Returns|Yields|Example|Examples):$", re.M)
ENTRY = re.compile(r"^    (\w+): ", re.M)


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter of a function or a field of an option type, with the source of its type and its default."""

    name: str
    type: str
    default: str
    """Empty when it must be given."""
    doc: str


@dataclass(frozen=True, slots=True)
class Documented:
    """A function or a class. `doc` is its docstring up to the first section."""

    name: str
    is_class: bool
    doc: str
    entries: tuple[Entry, ...] = ()
    returns: str = ""
    """The source of what a function gives; empty for a class."""

    def entry(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)


def read_docs(source: str) -> Mapping[str, Documented]:
    """Everything documented at the top level of a module, by name, methods as `Class.method`. Of overloads the last one
    counts."""
    found: dict[str, Documented] = {}
    for statement in parse(source).statements:
        if isinstance(statement, ast.ClassDef):
            found[statement.name] = _class(statement)
            methods = (each for each in statement.body if isinstance(each, ast.FunctionDef))
            found.update((f"{statement.name}.{each.name}", _function(each)) for each in methods)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            found[statement.name] = _function(statement)
    return found


def _class(node: ast.ClassDef) -> Documented:
    doc = cleandoc(ast.get_docstring(node) or "")
    return Documented(node.name, True, _before_sections(doc), tuple(_fields(node)))


def _fields(node: ast.ClassDef) -> Iterator[Entry]:
    """Annotated names; the text that stands below one documents it (PEP 258)."""
    for statement, below in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            default = ast.unparse(statement.value) if statement.value else ""
            yield Entry(statement.target.id, ast.unparse(statement.annotation), default, _text_of(below))


def _text_of(statement: ast.stmt | None) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return " ".join(text.split())
        case _:
            return ""


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Documented:
    doc = cleandoc(ast.get_docstring(node) or "")
    about = _described(doc)
    entries = tuple(
        Entry(
            argument.arg, ast.unparse(argument.annotation) if argument.annotation else "", default, about[argument.arg]
        )
        for argument, default in _arguments(node.args)
        if argument.arg in about
    )
    return Documented(
        node.name, False, _before_sections(doc), entries, ast.unparse(node.returns) if node.returns else ""
    )


def _arguments(arguments: ast.arguments) -> Iterator[tuple[ast.arg, str]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + [*arguments.defaults]
    for argument, default in [
        *zip(positional, defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]:
        yield argument, ast.unparse(default) if default else ""


def _before_sections(doc: str) -> str:
    match = SECTION.search(doc)
    return (doc[: match.start()] if match else doc).strip()


def _described(doc: str) -> dict[str, str]:
    """The `Args:` section: each name and its text, whose lines are joined."""
    start = re.search(r"^Args:$", doc, re.M)
    if start is None:
        return {}
    end = SECTION.search(doc, start.end())
    section = doc[start.end() : end.start() if end else len(doc)]
    names = list(ENTRY.finditer(section))
    ends = [name.start() for name in names[1:]] + [len(section)]
    return {name[1]: " ".join(section[name.end() : end].split()) for name, end in zip(names, ends, strict=True)}
