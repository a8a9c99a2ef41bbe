"""Containers for what a workflow's body lacks: an unknown template that it calls, an expression that it cannot hold."""

from __future__ import annotations

import ast

from athena_lsp.analysis.at_hand import at_hand, meaning, types_of
from athena_lsp.analysis.extracting import Change, call_at, free_name, names_in, parameters_of, top_of
from athena_lsp.analysis.references import functions_of
from athena_lsp.analysis.scope import Declared, Missing, dotted, resolve
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.spelling import NewImport, spell
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.types import is_none
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import NONE, Type, Unresolved
from athena_lsp.syntax.tree import Tree, descend, parse
from athena_lsp.text import Span, TextEdit

COMPUTED = "compute"
LAZY = ("range", "zip", "enumerate", "map", "filter", "reversed", "iter", "open")
LOADED = ast.Load()
IN_PLACE = (ast.Lambda, ast.Starred, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
"""What means something only where it stands, or is no data."""


def missing_container(view: View, path: str, block: str, offset: int) -> tuple[str, Change] | None:
    """The name of an unknown template that is called at an offset, and a container for it, with the types of the
    arguments and of whatever the result goes to."""
    tree = parse(block)
    found = call_at(tree, offset, nested=True)
    if found is None:
        return None
    caller, statement, call, _ = found
    if not isinstance(call.func, ast.Name) or not isinstance(resolve(view, path, call.func.id), Missing):
        return None
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None
    if call.func.id in names_in(caller.body, ast.Store) or call.func.id in {each.arg for each in parameters_of(caller)}:
        return None
    written = [tree.span(each).of(block) for each in (*call.args, *(keyword.value for keyword in call.keywords))]
    types = types_of(view, path, block, tree.start(statement), written)
    if types is None:
        return None
    names = [_parameter_name(each, number) for number, each in enumerate(call.args, 1)]
    names += [str(keyword.arg) for keyword in call.keywords]
    unique = [name if names.index(name) == number else f"{name}_{number + 1}" for number, name in enumerate(names)]
    imports: list[NewImport] = []
    texts = [_written(view, path, caller.name, each, imports) for each in types]
    returns = _written(view, path, caller.name, _result_type(view, path, caller, statement, call), imports)
    parameters = ", ".join(f"{name}: {text}" for name, text in zip(unique, texts, strict=True))
    imports.append(NewImport("athena_runtime", "container"))
    text = f"@container\ndef {call.func.id}({parameters}) -> {returns}: ...\n\n\n"
    at = top_of(tree, caller)
    return call.func.id, Change((TextEdit(Span(at, at), text),), tuple(imports))


def extract_expression(view: View, path: str, block: str, definition: Definition, span: Span) -> Change | None:
    """The selected expression of a workflow's body as a container that computes it; None when it is no expression, or
    holds a step."""
    tree = parse(block)
    function = next((each for each in functions_of(tree, definition.name)), None)
    selected = _expression(tree, function, block, span) if function is not None else None
    if function is None or selected is None:
        return None
    statement, node = selected
    hand = at_hand(view, path, block, tree.start(statement))
    named = (each for each in descend(node) if isinstance(each, ast.Name | ast.Attribute))
    if hand is None or any(_is_template(view, path, each) for each in named) or _is_lazy(node):
        return None
    used = _free_names(node)
    given = {each.name: each.type for each in hand.names if each.name in used}
    if isinstance(node, IN_PLACE) or any(_is_unknown(view, path, each) for each in used if each not in given):
        return None
    imports = [NewImport("athena_runtime", "container")]
    types = types_of(view, path, block, tree.start(statement), [tree.span(node).of(block)])
    result = types[0] if types else Unresolved()
    if isinstance(result, Unresolved):
        result = _result_type(view, path, function, statement, node)
    texts = [f"{name}: {_written(view, path, definition.name, each, imports)}" for name, each in given.items()]
    returns = _written(view, path, definition.name, result, imports)
    name = free_name(f"{COMPUTED}{_word_for(statement, node)}", set(view.names(path)))
    body = " ".join(tree.span(node).of(block).split())
    word = "" if is_none(result) else "return "
    text = f"@container\ndef {name}({', '.join(texts)}) -> {returns}:\n    {word}{body}\n\n\n"
    at = definition.span.start
    call = f"{name}({', '.join(given)})"
    return Change((TextEdit(Span(at, at), text), TextEdit(tree.span(node), call)), tuple(imports))


def _is_lazy(node: ast.expr) -> bool:
    """Whether it gives its items one by one, and is no data."""
    return isinstance(node, ast.Call) and dotted(node.func) in LAZY


def _word_for(statement: ast.stmt, node: ast.expr) -> str:
    """What the value is for: the name that it is bound to or given for; else the function that is called."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
            return f"_{name}"
        case _:
            pass
    for each in descend(statement):
        if isinstance(each, ast.keyword) and each.value is node and each.arg:
            return f"_{each.arg}"
    called = dotted(node.func) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called = node.func.attr
    word = called.rpartition(".")[2].lower()
    return f"_{word}" if word else ""


def whole_text(text: str, span: Span) -> Span:
    """The f-string around a span, whose value no container could give it; else the span itself."""
    strings = (each for each in descend(*parse(text).statements) if isinstance(each, ast.JoinedStr))
    spans = [parse(text).span(each) for each in strings]
    around = [each for each in spans if each.start < span.start and span.end < each.end]
    return around[0] if around else span


def call_with(text: str, function: Span) -> Span | None:
    """The call whose function stands at a span."""
    tree = parse(text)
    calls = (each for each in descend(*tree.statements) if isinstance(each, ast.Call))
    return next((tree.span(each) for each in calls if tree.span(each.func) == function), None)


def _expression(tree: Tree, function: FunctionNode, block: str, span: Span) -> tuple[ast.stmt, ast.expr] | None:
    """The expression that is exactly what is selected, and its statement."""
    text = span.of(block)
    start = span.start + len(text) - len(text.lstrip())
    wanted = Span(start, max(start, span.end - (len(text) - len(text.rstrip()))))
    for statement in function.body:
        for node in descend(statement):
            if (
                isinstance(node, ast.expr)
                and not isinstance(node, ast.Name | ast.Constant)
                and isinstance(getattr(node, "ctx", LOADED), ast.Load)
                and tree.span(node) == wanted
            ):
                return statement, node
    return None


def _free_names(node: ast.expr) -> set[str]:
    """The names that an expression takes from around it."""
    named = [each for each in descend(node) if isinstance(each, ast.Name)]
    bound = {each.id for each in named if not isinstance(each.ctx, ast.Load)}
    bound |= {each.arg for each in descend(node) if isinstance(each, ast.arg)}
    return {each.id for each in named} - bound


def _is_unknown(view: View, path: str, name: str) -> bool:
    """Whether a name has no meaning at the top of the file: a container could not read it there."""
    return isinstance(resolve(view, path, name), Missing)


def _is_template(view: View, path: str, function: ast.expr) -> bool:
    entity = meaning(view, path, dotted(function)) if dotted(function) else None
    return isinstance(entity, Declared) and signature(view, entity.declaration) is not None


def _written(view: View, path: str, before: str, type_: Type, imports: list[NewImport]) -> str:
    """A type as text; `object` is a place to fill in, for one that is not known."""
    found = None if isinstance(type_, Unresolved) else spell(view, path, before, type_)
    if found is None:
        imports.append(NewImport("typing", "Any"))
        return "Any"
    imports.extend(found.imports)
    return found.text


def _result_type(view: View, path: str, caller: FunctionNode, statement: ast.stmt, call: ast.expr) -> Type:
    """What a new template must give, told from where its result goes; None when nobody takes it."""
    if isinstance(statement, ast.Expr) and statement.value is call:
        return NONE
    taken = call
    names = names_in([statement], ast.Store)
    for node in descend(*caller.body):
        if isinstance(node, ast.Call) and node is not call:
            for number, argument in enumerate([*node.args, *(each.value for each in node.keywords)]):
                if argument is taken or (isinstance(argument, ast.Name) and argument.id in names):
                    keyword = node.keywords[number - len(node.args)].arg if number >= len(node.args) else None
                    found = _parameter_type(view, path, node, number, keyword)
                    if found is not None:
                        return found
        returned = node.value if isinstance(node, ast.Return) else None
        if returned is not None and (returned is taken or (isinstance(returned, ast.Name) and returned.id in names)):
            face = _returns_of(view, path, caller.name)
            if face is not None and not is_none(face):
                return face
    return Unresolved()


def _parameter_type(view: View, path: str, call: ast.Call, number: int, keyword: str | None) -> Type | None:
    from_name = meaning(view, path, dotted(call.func)) if dotted(call.func) else None
    face = signature(view, from_name.declaration) if isinstance(from_name, Declared) else None
    if face is None:
        return None
    if keyword is not None:
        found = face.parameter(keyword)
        return found.type if found else None
    positional = [each for each in face.callable_parameters if not each.keyword_only]
    return positional[number].type if number < len(positional) else None


def _returns_of(view: View, path: str, name: str) -> Type | None:
    """What a workflow of the file gives."""
    face = signature(view, Declaration(path, name))
    return face.returns if face is not None and face.returns_annotated else None


def _parameter_name(argument: ast.expr, number: int) -> str:
    match argument:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str() as name)) if name.isidentifier():
            return name
        case _:
            return f"value_{number}"
