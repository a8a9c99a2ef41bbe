"""Where the secrets that code asks for go: what it returns, prints, raises or stores. Only flows that are certain.

A name counts as a secret when everything that is bound to it is one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from athena_lsp.analysis.scope import Builtin, Declared, External, Runtime, dotted
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.ir.model import Kind, SecretSink, SecretUse
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field, replace
from athena_lsp.syntax.tree import descend

if TYPE_CHECKING:
    from athena_lsp.analysis.pod import Reader

SOURCES = frozenset({"secret", "secret_opt"})
UNCHANGED = frozenset(
    {
        "casefold",
        "encode",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "replace",
        "reveal",
        "rstrip",
        "split",
        "strip",
        "title",
        "upper",
    }
)
"""Methods whose result has the secret's plain text in it."""
ENCODING = frozenset({"json.dumps", "base64.b64encode", "base64.urlsafe_b64encode", "urllib.parse.quote"})
"""Functions whose result gives the text back."""
LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "log"})
PRINTING = frozenset({"sys.stdout.write", "sys.stderr.write", "warnings.warn", "pprint.pprint"})
STREAMS = frozenset({"sys.stdout", "sys.stderr"})
STORING = frozenset({"save_artifact", "save_artifact_str"})
SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class Taint:
    """What an expression holds of a secret: itself, which prints as `***`, or its plain text."""

    node: ast.expr
    """The part of the expression that holds it."""
    plain: bool
    fragment: Declaration | None = None
    """The fragment that gave it, if one did: whether it is a secret, the fragment's own code says."""


@dataclass(slots=True)
class Flow:
    """The code of one function, with all that is bound to each of its names."""

    reader: Reader
    bound: dict[str, list[ast.expr | None]] = field(default_factory=dict)
    """None: something that is no plain assignment."""


def secret_uses(reader: Reader, node: FunctionNode) -> tuple[SecretUse, ...]:
    """Every place of a function's code that a secret gets to and should not, in the order of the source."""
    if not any(_gives_secret(reader, call) for call in reader.calls):
        return ()
    flow = Flow(reader)
    _bindings(flow)
    inside = [child for child in reader.nodes if child is not node and isinstance(child, SCOPES)]
    hidden = {id(inner) for scope in inside for inner in descend(scope)}
    return tuple(
        use
        for inner in reader.nodes
        if not (isinstance(inner, ast.Return) and id(inner) in hidden)
        for use in _uses(flow, inner)
    )


def _bindings(flow: Flow) -> None:
    plain: set[int] = set()
    for inner in flow.reader.nodes:
        match inner:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    for name, given in _pairs(target, value):
                        flow.bound.setdefault(name.id, []).append(given)
                        plain.add(id(name))
            case ast.AnnAssign(target=ast.Name(id=name) as target, value=value):
                plain.add(id(target))
                if value is not None:
                    flow.bound.setdefault(name, []).append(value)
            case ast.NamedExpr(target=ast.Name(id=name) as target, value=value):
                flow.bound.setdefault(name, []).append(value)
                plain.add(id(target))
            case ast.arg(arg=name):
                flow.bound.setdefault(name, []).append(None)
            case _:
                pass
    for inner in flow.reader.nodes:
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load) and id(inner) not in plain:
            flow.bound.setdefault(inner.id, []).append(None)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The names of an assignment, each with the expression that is bound to it, where that can be seen."""
    match target, value:
        case ast.Name(), _:
            yield target, value
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), (ast.Tuple(elts=values) | ast.List(elts=values))):
            if len(targets) == len(values) and not any(isinstance(each, ast.Starred) for each in (*targets, *values)):
                for inner, given in zip(targets, values, strict=True):
                    yield from _pairs(inner, given)
        case _:
            return


# --- what an expression holds -------------------------------------------------------------------------------------


def _taint(flow: Flow, node: ast.expr, depth: int = 0) -> Taint | None:
    if depth > MAX_DEPTH:
        return None
    deeper = depth + 1
    match node:
        case ast.Name(id=name) if name in flow.bound:
            every = [_taint(flow, value, deeper) if value is not None else None for value in flow.bound[name]]
            return replace(every[0], node=node) if every[0] is not None and None not in every else None
        case ast.Call():
            return _of_call(flow, node, deeper)
        case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
            return _taint(flow, value, deeper)
        case ast.IfExp(body=body, orelse=otherwise):
            return _taint(flow, body, deeper) or _taint(flow, otherwise, deeper)
        case ast.BoolOp(values=values):
            return _first(flow, values, deeper)
        case ast.BinOp(op=ast.Add() | ast.Mult(), left=left, right=right):
            return _plainly(_taint(flow, left, deeper) or _taint(flow, right, deeper))
        case ast.Subscript(value=value, slice=ast.Slice()):
            held = _plainly(_taint(flow, value, deeper))
            return replace(held, node=node) if held is not None else None
        case ast.JoinedStr(values=values):
            parts = [value.value for value in values if isinstance(value, ast.FormattedValue)]
            return next((found for part in parts if (found := _taint(flow, part, deeper)) and found.plain), None)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return _first(flow, items, deeper)
        case ast.Dict(values=values):
            return _first(flow, values, deeper)
        case _:
            return None


def _of_call(flow: Flow, node: ast.Call, depth: int) -> Taint | None:
    entity = flow.reader.resolve(node.func)
    match entity:
        case Runtime(name=name) if name in SOURCES:
            return Taint(node, plain=False)
        case Declared(declaration=declaration) if _is_fragment(flow.reader, entity):
            return Taint(node, plain=False, fragment=declaration)
        case Declared() if entity.class_:
            return _first(flow, [*node.args, *(keyword.value for keyword in node.keywords)], depth)
        case External(name=name) if name in ENCODING:
            return _plainly(_first(flow, node.args, depth))
        case _:
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr == "join":
                return _plainly(_first(flow, node.args, depth))
            if isinstance(called, ast.Attribute) and called.attr in UNCHANGED:
                held = _plainly(_taint(flow, called.value, depth))
                return replace(held, node=node) if held is not None else None
            return None


def _first(flow: Flow, nodes: list[ast.expr], depth: int) -> Taint | None:
    return next((found for node in nodes if (found := _taint(flow, node, depth))), None)


def _plainly(taint: Taint | None) -> Taint | None:
    return replace(taint, plain=True) if taint is not None else None


def _gives_secret(reader: Reader, node: ast.Call) -> bool:
    """Whether a call may give a secret: cheaper than to follow all that the code does."""
    entity = reader.resolve(node.func)
    if isinstance(entity, Runtime):
        return entity.name in SOURCES
    return isinstance(entity, Declared) and _is_fragment(reader, entity)


def _is_fragment(reader: Reader, entity: Declared) -> bool:
    face = signature(reader.view, entity.declaration) if entity.function and entity.function.decorated else None
    return face is not None and face.kind is Kind.FRAGMENT


# --- where it goes ------------------------------------------------------------------------------------------------


def _uses(flow: Flow, node: ast.AST) -> Iterator[SecretUse]:
    match node:
        case ast.Return(value=ast.expr() as value):
            yield from _use(flow, value, "return", "")
        case ast.Raise(exc=ast.Call(args=arguments)):
            for argument in arguments:
                yield from _shown(flow, argument, "raise", "")
        case ast.Call():
            sink, what = _sink(flow, node)
            if sink == "log":
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield from _shown(flow, argument, "log", what)
            elif sink == "store" and node.args:
                yield from _use(flow, node.args[-1], "store", what)
        case _:
            return


def _sink(flow: Flow, node: ast.Call) -> tuple[SecretSink | None, str]:
    """What a call does with its arguments, and how the program writes it."""
    what = dotted(node.func)
    match flow.reader.resolve(node.func):
        case Builtin(name="print"):
            files = [dotted(keyword.value) for keyword in node.keywords if keyword.arg == "file"]
            return ("log" if not files or files[0] in STREAMS else None), what
        case External(name=name) if name in PRINTING or name.rpartition(".")[::2] in _LOGGING:
            return "log", what
        case Runtime(name=name) if name in STORING:
            return "store", what
        case _:
            pass
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in LOG_METHODS and _is_logger(flow, node.func.value):
            return "log", what
        if node.func.attr == "save" and _is_checkpoint(flow, node.func.value):
            return "store", what or "checkpoint(...).save"
    return None, what


_LOGGING = frozenset(("logging", method) for method in LOG_METHODS)


def _is_logger(flow: Flow, node: ast.expr) -> bool:
    """Whether a name is bound to `logging.getLogger(...)`, in the function or at module level."""
    if not isinstance(node, ast.Name):
        return False
    values: list[ast.AST | None] = [*flow.bound.get(node.id, ())]
    entity = flow.reader.resolve(node)
    if isinstance(entity, Declared) and entity.assigned is not None and entity.assigned.code is not None:
        values.append(entity.assigned.code.node)
    return any(isinstance(value, ast.Call) and dotted(value.func).endswith("getLogger") for value in values)


def _is_checkpoint(flow: Flow, node: ast.expr) -> bool:
    """Whether an expression is `checkpoint(...)`, or a name that is bound to it."""
    values = flow.bound.get(node.id, ()) if isinstance(node, ast.Name) else (node,)
    called = [flow.reader.resolve(value.func) for value in values if isinstance(value, ast.Call)]
    return any(isinstance(entity, Runtime) and entity.name == "checkpoint" for entity in called)


def _shown(flow: Flow, node: ast.expr, sink: SecretSink, what: str) -> Iterator[SecretUse]:
    """A value as text: each part of an f-string by itself, since a secret in one prints as `***`."""
    if isinstance(node, ast.JoinedStr):
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _use(flow, part.value, sink, what)
    else:
        yield from _use(flow, node, sink, what)


def _use(flow: Flow, node: ast.expr, sink: SecretSink, what: str) -> Iterator[SecretUse]:
    taint = _taint(flow, node)
    if taint is not None:
        span = flow.reader.tree.span(taint.node)
        text = span.of(flow.reader.tree.text)
        name = text if "\n" not in text and "`" not in text and len(text) <= 40 else ""
        yield SecretUse(span=span, sink=sink, what=what, name=name, plain=taint.plain, fragment=taint.fragment)
