"""From one block's tree to what it means: definitions, imports that lead nowhere, volumes, stray resource calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches
from inspect import cleandoc
from typing import Literal

from athena_lsp.analysis.annotations import Objection, read_type
from athena_lsp.analysis.assigned import external_problems, volumes_in
from athena_lsp.analysis.body import lower_body
from athena_lsp.analysis.imports import imports_in
from athena_lsp.analysis.pod import may_call_resources, read_pod_body, reader_of, resource_calls
from athena_lsp.analysis.scope import RUNTIME, Missing, dotted, resolve_imported
from athena_lsp.analysis.signatures import face, injection, kind_of, return_type
from athena_lsp.analysis.static import Place, read_arguments, read_value
from athena_lsp.analysis.summary import Class, Function, FunctionNode, Imported
from athena_lsp.analysis.values import type_of_value, widened
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import (
    Decorator,
    Definition,
    ImportedModule,
    InjectMark,
    Kind,
    Parameter,
    ParameterFace,
    Problem,
    StrayResource,
    Unit,
    UnresolvedImport,
    VolumeDeclaration,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import UNRESOLVED, Type, Unresolved
from athena_lsp.ir.values import Argument, Text, Value
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span

WORD = re.compile(r"\w+")
MODULE_NAMES = frozenset(
    {"__annotations__", "__builtins__", "__dict__", "__doc__", "__file__", "__loader__", "__name__", "__package__",
     "__path__", "__spec__"}
)  # fmt: skip
"""What every module has (Python language reference, "Module attributes")."""
MODULE = re.compile(r"from\s+([.\s]*[\w.]*)")
NAME = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)")
NESTED_DECORATOR = re.compile(r"[\n\r][ \t\f]+@")
"""Below the first line: as good as every block has none, and needs no search for nested definitions."""
Form = Literal["normal", "keyword-only", "positional-only", "star", "double-star"]
StrayPlace = Literal["workflow", "function", "method", "module", "class"]


def unit(view: View, path: str, block: str) -> Unit:
    """What a block means; never raises. A block that does not parse means nothing."""
    empty = Unit(span=Span(0, len(block)), path=path)
    return view.ask(("unit", path, block), lambda: _unit(view, path, block), empty)


def _unit(view: View, path: str, block: str) -> Unit:
    tree = parse(block)
    definitions: list[Definition] = []
    imports: list[UnresolvedImport] = []
    volumes: list[VolumeDeclaration] = []
    externals: list[Problem] = []
    stray: list[StrayResource] = []
    try:
        nested = NESTED_DECORATOR.search(block) is not None
        for statement in tree.statements:
            if nested or isinstance(statement, FunctionNode):
                definitions += _definitions(view, path, tree, statement, "", nested)
            imports += _imports(view, path, tree, statement)
            volumes += volumes_in(view, path, tree, statement)
            externals += external_problems(view, path, tree, statement)
            stray += _stray(view, path, tree, statement)
    except RecursionError:  # thousands of nested brackets: as good as unreadable
        return Unit(span=Span(0, len(block)), path=path)
    return Unit(
        text=block,
        span=Span(0, len(block)),
        path=path,
        definitions=tuple(definitions),
        imports=tuple(imports),
        modules=tuple(
            ImportedModule(span=span, module=each.module, level=each.level, names=each.names, optional=each.optional)
            for each, span in imports_in(block)
        ),
        volumes=tuple(volumes),
        externals=tuple(externals),
        stray=tuple(stray),
    )


# --- definitions --------------------------------------------------------------------------------------------------


def _definitions(
    view: View, path: str, tree: Tree, node: ast.stmt, nested_in: str, deep: bool = True
) -> Iterator[Definition]:
    """The definitions in a statement; with `deep`, those inside it as well."""
    inside = nested_in
    if isinstance(node, FunctionNode):
        found = _definition(view, path, tree, node, nested_in)
        if found is not None:
            yield found
        if not deep:
            return
        inside = "a function"
    elif isinstance(node, ast.ClassDef):
        inside = "a class"
    elif any(isinstance(child, ast.stmt) for child in ast.iter_child_nodes(node)):
        inside = nested_in or "a conditional block"
    for child in _child_statements(node):
        yield from _definitions(view, path, tree, child, inside)


def _result(view: View, path: str, node: FunctionNode) -> tuple[Type, tuple[Objection, ...]]:
    """The type of a function's result, and what is wrong with its annotation."""
    return read_type(view, path, node.returns) if node.returns else (return_type(view, path, node), ())


def _child_statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from child.body


def _definition(view: View, path: str, tree: Tree, node: FunctionNode, nested_in: str) -> Definition | None:
    kinds = tuple(kind_of(view, path, decorator) for decorator in node.decorator_list)
    kind = next((kind for kind in reversed(kinds) if kind is not None), None)
    if kind is None:
        return None
    declaration = Declaration(path, node.name)
    span = tree.span(node)
    start = span.start if not node.decorator_list else tree.span(node.decorator_list[0]).start - 1
    own, keywords, insert = _decorator_call(view, path, tree, node, kinds)
    parameters = _parameters(view, path, tree, node)
    name_span = _name_span(tree, node)
    returns, objections = _result(view, path, node)
    decorator, annotated = node.decorator_list[::-1][kinds[::-1].index(kind)], node.returns is not None
    own_face = face(view, declaration, decorator, kind, tree, _faces(parameters), returns, annotated)
    is_workflow = kind is Kind.WORKFLOW
    return Definition(
        span=Span(start, span.end),
        kind=kind,
        declaration=declaration,
        name=node.name,
        name_span=name_span,
        signature_span=Span(span.start, _colon(tree, node, name_span)),
        template=own_face.template,
        is_async=isinstance(node, ast.AsyncFunctionDef),
        async_span=Span(span.start, span.start + 5) if isinstance(node, ast.AsyncFunctionDef) else None,
        nested_in=nested_in,
        type_parameters_span=_type_parameters(tree, node, name_span),
        decorators=own,
        options=keywords,
        options_insert=insert,
        parameters=parameters,
        returns=returns,
        returns_span=tree.span(node.returns) if node.returns else None,
        returns_problems=_problems(tree, objections),
        doc=cleandoc(ast.get_docstring(node, clean=False) or ""),
        signature=own_face,
        body=lower_body(view, path, tree, node, parameters) if is_workflow else read_pod_body(view, path, tree, node),
    )


def _decorator_call(
    view: View, path: str, tree: Tree, node: FunctionNode, kinds: tuple[Kind | None, ...]
) -> tuple[tuple[Decorator, ...], tuple[Argument, ...], int]:
    """All decorators, the keywords of the last one that is athena's, and where a further keyword can be inserted."""
    decorators: list[Decorator] = []
    keywords: tuple[Argument, ...] = ()
    insert = -1
    for decorator, kind in zip(node.decorator_list, kinds, strict=True):
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        decorators.append(Decorator(span=tree.span(decorator), kind=kind, text=dotted(called)))
        if kind is not None:
            keywords, insert = (), -1
        if kind is not None and isinstance(decorator, ast.Call):
            local = frozenset(argument.arg for argument in _all_arguments(node))
            keywords = read_arguments(Place(view, path, tree, local), decorator, ())
            insert = keywords[-1].span.end if keywords else tree.span(decorator).end - 1
    return tuple(decorators), keywords, insert


def _all_arguments(node: FunctionNode) -> list[ast.arg]:
    arguments = node.args
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]


def _parameters(view: View, path: str, tree: Tree, node: FunctionNode) -> tuple[Parameter, ...]:
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    found: list[Parameter] = []
    for index, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        form: Form = "positional-only" if index < len(arguments.posonlyargs) else "normal"
        found.append(_parameter(view, path, tree, argument, default, form))
    if arguments.vararg:
        found.append(_parameter(view, path, tree, arguments.vararg, None, "star"))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(_parameter(view, path, tree, argument, default, "keyword-only"))
    if arguments.kwarg:
        found.append(_parameter(view, path, tree, arguments.kwarg, None, "double-star"))
    return tuple(found)


def _faces(parameters: tuple[Parameter, ...]) -> tuple[ParameterFace, ...]:
    """The parameters as callers see them."""
    return tuple(
        ParameterFace(
            each.name, each.type, each.default is not None, each.inject is not None, each.form == "keyword-only"
        )
        for each in parameters
        if each.form not in ("star", "double-star")
    )


def _parameter(view: View, path: str, tree: Tree, argument: ast.arg, default: ast.expr | None, form: Form) -> Parameter:
    start = tree.start(argument)
    annotation = argument.annotation
    type_, objections = read_type(view, path, annotation) if annotation else (UNRESOLVED, ())
    value = read_value(Place(view, path, tree), default) if default else None
    value_type = type_of_value(view, value) if value is not None else None
    inject = injection(view, path, annotation)
    return Parameter(
        span=Span(start, start + len(argument.arg)),
        name=argument.arg,
        form=form,
        type=type_,
        annotation_span=tree.span(annotation) if annotation else None,
        problems=_problems(tree, objections),
        default=value,
        default_type=None if value_type is None or isinstance(value_type, Unresolved) else widened(value_type),
        inject=_inject_mark(view, path, tree, inject) if inject else None,
    )


def _inject_mark(view: View, path: str, tree: Tree, call: ast.Call) -> InjectMark:
    arguments = read_arguments(Place(view, path, tree), call, ("expression",))
    value: Value | None = arguments[0].value if len(arguments) == 1 and arguments[0].name == "expression" else None
    return InjectMark(span=tree.span(call), expression=value.value if isinstance(value, Text) else None)


def _problems(tree: Tree, objections: tuple[Objection, ...]) -> tuple[Problem, ...]:
    return tuple(Problem(span=tree.span(found.node), what=found.what, hint=found.hint) for found in objections)


def _name_span(tree: Tree, node: FunctionNode) -> Span:
    start = tree.start(node)
    match = NAME.match(tree.text, start)
    return Span(*match.span(1)) if match else Span(start, start)


def _colon(tree: Tree, node: FunctionNode, name_span: Span) -> int:
    """The end of the signature: the colon before the body."""
    end = name_span.end
    if node.returns is not None:
        end = tree.span(node.returns).end
    else:
        behind: list[ast.expr | ast.arg] = [*_all_arguments(node), *node.args.defaults]
        behind += [default for default in node.args.kw_defaults if default]
        behind += [part for part in (node.args.vararg, node.args.kwarg) if part]
        end = max([end, *(tree.span(part).end for part in behind)])
    colon = tree.text.find(":", end)
    return colon if colon >= 0 else end


def _type_parameters(tree: Tree, node: FunctionNode, name_span: Span) -> Span | None:
    """`[T]` of `def f[T](...)` (PEP 695)."""
    if not getattr(node, "type_params", ()):
        return None
    closing = tree.text.find("]", name_span.end)
    return Span(name_span.end, closing + 1) if closing >= 0 else name_span


# --- imports, volumes, stray resource calls -----------------------------------------------------------------------


def _imports(view: View, path: str, tree: Tree, node: ast.stmt) -> Iterator[UnresolvedImport]:
    """Imports from the project or from athena_runtime that lead nowhere; what is installed is not our business."""
    if isinstance(node, ast.Try):
        return  # `try: import x` says itself that it may fail
    if isinstance(node, ast.ImportFrom):
        yield from _import_from(view, path, tree, node)
    elif isinstance(node, ast.Import):
        for alias in node.names:
            known = view.module(path, alias.name, 0) is not None or view.is_namespace(path, alias.name, 0)
            known = known or view.is_compiled(path, alias.name, 0) or _may_be_there(view, path, alias.name, 0)
            root = alias.asname or alias.name.partition(".")[0]
            if not known and view.is_project_module(path, alias.name) and root in _words_of_definitions(view, path):
                yield UnresolvedImport(span=tree.span(alias), module=alias.name, has_module=False)
    elif isinstance(node, ast.If):
        for child in _child_statements(node):
            yield from _imports(view, path, tree, child)


def _import_from(view: View, path: str, tree: Tree, node: ast.ImportFrom) -> Iterator[UnresolvedImport]:
    module = node.module or ""
    written = f"{'.' * node.level}{module}"
    is_runtime = node.level == 0 and module.partition(".")[0] == RUNTIME
    target = None if is_runtime else view.module(path, module, node.level)
    if not (is_runtime or node.level > 0 or view.is_project_module(path, module)) or _is_open(view, target):
        return
    if target is None and not is_runtime and _may_be_there(view, path, module, node.level):
        return
    missing = [alias for alias in node.names if alias.name != "*" and _leads_nowhere(view, path, node, alias, target)]
    if missing and not is_runtime:
        words = _words_of_definitions(view, path)
        missing = [alias for alias in missing if (alias.asname or alias.name) in words]
    if not missing:
        return
    is_there = target is not None or is_runtime or not module or view.is_namespace(path, module, node.level)
    if len(missing) == len(node.names) and not is_there:
        match = MODULE.match(tree.text, tree.span(node).start)
        span = Span(*match.span(1)) if match else tree.span(node)
        yield UnresolvedImport(span=span, module=written, has_module=False)
        return
    names = view.runtime_names if is_runtime else view.names(target) if target else ()
    for alias in missing:
        near = tuple(get_close_matches(alias.name, names, n=3))
        start = tree.span(alias).start
        span = Span(start, start + len(alias.name))
        yield UnresolvedImport(span=span, module=f"{written}.{alias.name}", has_module=True, near=near)


def _leads_nowhere(view: View, path: str, node: ast.ImportFrom, alias: ast.alias, target: str | None) -> bool:
    """Whether the module does not bind the name. What stands behind a name that it imports is its own business."""
    if target is not None and (target == path or alias.name in MODULE_NAMES or alias.name in view.names(target)):
        return False
    imported = Imported(alias.name, node.module or "", node.level, alias.name)
    return isinstance(resolve_imported(view, path, imported, ast.Name(alias.name)), Missing)


def _may_be_there(view: View, path: str, module: str, level: int) -> bool:
    """Whether a module that is no file may be there when the program runs: one that a module above it makes, or one in
    a folder that has not been looked into."""
    if not view.layout.whole:
        return True
    above = module.rpartition(".")[0]
    return bool(above) and _is_open(view, view.module(path, above, level))


def _words_of_definitions(view: View, path: str) -> frozenset[str]:
    """Every word in a decorated function or a class: what athena may want to know of a file's imports."""
    blocks = {
        view.block(path, name) or ""
        for name in view.names(path)
        if any(isinstance(binding, Function | Class) for binding in view.bindings(path, name))
    }
    return frozenset(word for block in blocks for word in WORD.findall(block))


def _is_open(view: View, target: str | None) -> bool:
    """Whether a module can have names that are not written in it."""
    if target is None:
        return False
    return "__getattr__" in view.names(target) or bool(view.stars(target)) or view.writes_globals(target)


def _stray(view: View, path: str, tree: Tree, node: ast.stmt) -> Iterator[StrayResource]:
    """Resource calls that no pod would make: the code around them is no container and no fragment."""
    if isinstance(node, ast.Import | ast.ImportFrom) or not may_call_resources(view, path, tree.text):
        return
    if isinstance(node, FunctionNode):
        kind = next((kind for d in reversed(node.decorator_list) if (kind := kind_of(view, path, d))), None)
        if kind not in (Kind.CONTAINER, Kind.FRAGMENT):
            yield from _stray_in(view, path, tree, node, "workflow" if kind else "function")
    elif isinstance(node, ast.ClassDef):
        for child in node.body:
            yield from _stray_in(view, path, tree, child, "method" if isinstance(child, FunctionNode) else "class")
    else:
        yield from _stray_in(view, path, tree, node, "module")


def _stray_in(view: View, path: str, tree: Tree, node: ast.stmt, place: StrayPlace) -> Iterator[StrayResource]:
    name, start = "", -1
    if isinstance(node, FunctionNode):
        name = node.name
        if place == "function":
            start = tree.span(node.decorator_list[0]).start - 1 if node.decorator_list else tree.span(node).start
    for call in resource_calls(reader_of(view, path, tree, node)):
        yield StrayResource(span=call.span, call=call, place=place, function=name, function_start=start)
