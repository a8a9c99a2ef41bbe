"""What a manifest asks for and the local engine does not know: named before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.argo.checks.fields import fields_of, type_names
from athena_lsp.argo.exprs.functions import SPRIG as SPRIG_NAMES
from athena_lsp.argo.exprs.names import references
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tags import Tag, tags
from athena_lsp.engine.places import LOCAL
from athena_lsp.engine.program import Program, ProgramError, as_map, as_text
from athena_lsp.engine.sprig import SPRIG
from athena_lsp.engine.substitution import Tree
from athena_lsp.engine.support import SUPPORT, Support

ABSENT: tuple[Tree, ...] = (None, False, [])
"""What asks for nothing, in a field that is refused."""


def refusals(program: Program) -> tuple[str, ...]:
    """What the local engine does not know of a program, each as a sentence without a full stop."""
    try:
        return tuple(dict.fromkeys(_all(program)))
    except ProgramError as error:
        return (str(error),)


def _all(program: Program) -> Iterator[str]:
    spec = {key: value for key, value in program.spec.items() if key != "templates"}
    yield from _fields(spec, "WorkflowSpec", "spec")
    for _, template in program.reachable(given_too=False):
        name = as_text(template.get("name")) or "an inline template"
        yield from (f"template `{name}`: {what}" for what in _template(template))
    yield from _expressions(program.spec.get("hooks"))


def _template(template: Mapping[str, Tree]) -> Iterator[str]:
    yield from _fields(dict(template), "Template", "")
    ignored = SUPPORT["Template"].reasons
    yield from _expressions({key: value for key, value in template.items() if key not in ignored})
    yield from _unknown_functions(as_text(as_map(template.get("retryStrategy")).get("expression")))


def _fields(tree: Tree, kind: str, where: str) -> Iterator[str]:
    """Fields of a part of a manifest that are refused or that there are none of; `kind` as `fields_of` has it."""
    if isinstance(tree, list):
        for item in tree:
            yield from _fields(item, kind.removesuffix("[]"), where)
    elif isinstance(tree, dict) and kind.endswith("{}"):
        for key, value in tree.items():
            yield from _fields(value, kind.removesuffix("{}"), f"{where}.{key}")
    elif isinstance(tree, dict) and kind in type_names():
        support = SUPPORT.get(kind, Support())
        known, refused, ignored = fields_of(kind), support.refused.split(), support.reasons
        for key, value in tree.items():
            path = f"{where}.{key}" if where else key
            if key not in known and key != LOCAL:
                yield f"there is no field `{path}`"
            elif key in refused and value not in ABSENT:
                yield f"`{path}` is not known to the local engine"
            elif key in known and key not in ignored and key != "inline":  # a template, which comes by itself
                yield from _fields(value, known[key].kind, path)


def _expressions(tree: Tree) -> Iterator[str]:
    """Functions that are called in the expressions of a tree and that the engine does not know."""
    for key, text in _texts(tree, ""):
        if key in ("expression", "fromExpression"):
            yield from _unknown_functions(text)
        for tag in tags(text):
            if isinstance(tag, Tag) and tag.is_expression:
                yield from _unknown_functions(tag.content)


def _texts(tree: Tree, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield key, tree
    elif isinstance(tree, dict):
        for inner, value in tree.items():
            yield from _texts(value, inner)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value, key)


def _unknown_functions(text: str) -> Iterable[str]:
    expression = parse(text).expression if text else None
    if expression is None:
        return
    for reference in references(expression):
        name = reference.keys[0].name if reference.head == "sprig" and reference.keys else ""
        if name in SPRIG_NAMES and name not in SPRIG:
            yield f"`sprig.{name}` is not known to the local engine"
