"""What assignments at module level declare: volumes, and templates that athena did not write."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.kubernetes_names import dns_subdomain_problem
from athena_lsp.analysis.options import VOLUME_TYPES
from athena_lsp.analysis.scope import Declared, Runtime, resolve_node
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Problem, VolumeDeclaration
from athena_lsp.ir.types import ClassOf
from athena_lsp.ir.values import Text
from athena_lsp.syntax.tree import Tree

KEYWORDS = ("template", "inputs", "returns")
INPUTS = 'write `inputs={"table": str}`, or pass a dataclass'


def volumes_in(view: View, path: str, tree: Tree, node: ast.stmt) -> Iterator[VolumeDeclaration]:
    target, value = _assignment(node)
    if not isinstance(target, ast.Name) or value is None:
        return
    entity = resolve_node(view, path, value.func)
    if isinstance(entity, Runtime) and entity.name in VOLUME_TYPES:
        construct = read_value(Place(view, path, tree), value)
        yield VolumeDeclaration(span=tree.span(target), name=target.id, value=construct)


def external_problems(view: View, path: str, tree: Tree, node: ast.stmt) -> Iterator[Problem]:
    """What is wrong with the arguments of `external(...)`."""
    _, call = _assignment(node)
    entity = resolve_node(view, path, call.func) if call is not None else None
    if call is None or not isinstance(entity, Runtime) or entity.name != "external":
        return
    place = Place(view, path, tree)

    def problem(at: ast.expr | ast.keyword, what: str, hint: str) -> Problem:
        return Problem(span=tree.span(at), what=what, hint=hint)

    if len(call.args) != 1:
        at = call.args[1] if call.args else call
        what = "`external` takes the name of a WorkflowTemplate, and all else by keyword"
        yield problem(at, what, 'write `external("name", template="main")`')
    for number, written in enumerate([*call.args[:1], *(k.value for k in call.keywords if k.arg == "template")]):
        yield from _named(place, written, is_object=number == 0 and bool(call.args))
    for keyword in call.keywords:
        match keyword:
            case ast.keyword(arg="inputs", value=value):
                yield from _inputs(view, path, tree, value)
            case ast.keyword(arg="returns", value=value):
                for found in read_type(view, path, value)[1]:
                    yield problem(found.node, f"the result of this template: {found.what}", found.hint)
            case ast.keyword(arg=name) if name not in KEYWORDS:
                near = get_close_matches(name or "", KEYWORDS, n=1)
                hint = f"write `{near[0]}=`" if near else "give `template=`, `inputs=` and `returns=` by name"
                yield problem(keyword, f"`external` has no argument `{name or '**'}`", hint)
            case _:
                pass


def _named(place: Place, node: ast.expr, *, is_object: bool) -> Iterator[Problem]:
    """A name that Argo is to look up must be known, and one that there can be."""
    value = read_value(place, node)
    what = "the WorkflowTemplate" if is_object else "the template"
    if not isinstance(value, Text):
        told = f"the name of {what} must be a text that is known without running the program"
        yield Problem(span=place.tree.span(node), what=told, hint='write it down, as in `"cowsay"`')
    elif is_object and (found := dns_subdomain_problem(value.value)):
        told = f"`{value.value}` is no name of a WorkflowTemplate: {found}"
        yield Problem(span=place.tree.span(node), what=told, hint="look it up with `kubectl get workflowtemplates`")
    elif not value.value.strip():
        yield Problem(span=place.tree.span(node), what=f"the name of {what} is empty", hint="write its name")


def _inputs(view: View, path: str, tree: Tree, node: ast.expr) -> Iterator[Problem]:
    if not isinstance(node, ast.Dict):
        entity = resolve_node(view, path, node)
        type_, _ = read_type(view, path, node) if isinstance(entity, Declared) else (None, ())
        if not isinstance(type_, ClassOf):
            what = "the inputs of a template are a dict from names to types, or a dataclass"
            yield Problem(span=tree.span(node), what=what, hint=INPUTS)
        return
    for key, value in zip(node.keys, node.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            yield Problem(span=tree.span(key or value), what="the name of an input is a literal text", hint=INPUTS)
        for found in read_type(view, path, value)[1]:
            yield Problem(span=tree.span(found.node), what=f"the type of this input: {found.what}", hint=found.hint)


def _assignment(node: ast.stmt) -> tuple[ast.expr | None, ast.Call | None]:
    """What a call at module level is bound to, and the call."""
    match node:
        case (
            ast.Assign(targets=[target, *_], value=ast.Call() as call)
            | ast.AnnAssign(target=target, value=ast.Call() as call)
        ):
            return target, call
        case _:
            return None, None
