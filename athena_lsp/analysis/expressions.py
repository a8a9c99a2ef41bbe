"""Lowering the expressions of a workflow body: references, projections, static values, and calls, which are steps."""

from __future__ import annotations

import ast
from difflib import get_close_matches

from athena_lsp.analysis.advice import expression_advice
from athena_lsp.analysis.arguments import room_for_argument, with_spares
from athena_lsp.analysis.calling import OPERATIONS, has_calls, is_builtin, is_local, is_value, linked
from athena_lsp.analysis.joining import is_larger
from athena_lsp.analysis.lowering import Lowering, hole, value_key
from athena_lsp.analysis.matching import match_arguments
from athena_lsp.analysis.narrowing import assuming
from athena_lsp.analysis.new_types import wrapped
from athena_lsp.analysis.no_template import not_a_template
from athena_lsp.analysis.objects import library_value, lower_object, object_class
from athena_lsp.analysis.pure import compute
from athena_lsp.analysis.pure_base import NotExactError, Reading
from athena_lsp.analysis.pure_calls import FUNCTIONS, METHODS
from athena_lsp.analysis.scope import (
    Declared,
    Missing,
    dotted,
    resolve_node,
)
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.static import read_value
from athena_lsp.analysis.task_names import task_name
from athena_lsp.analysis.types import attribute_type, item_type, may_lack
from athena_lsp.analysis.unpacking import given_by
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.analysis.wrapping import as_new_type
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import (
    RESULT,
    Access,
    Computed,
    Constant,
    Expr,
    Hole,
    Kind,
    ParameterRef,
    Projection,
    Signature,
    Step,
    StepRef,
)
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import UNRESOLVED, Type
from athena_lsp.ir.values import Reference
from athena_lsp.records import replace
from athena_lsp.text import Span

MAX_PARTS = 1000
"""A longer expression is not written down."""
CHANGING = ("append", "extend", "insert", "pop", "remove", "sort", "reverse", "clear", "update", "add", "setdefault")
"""Methods that change the value they are called on."""
IN_CONTAINER = "build the value in a `@container`"


# long: a case for each form of an expression
def lower_expression(low: Lowering, node: ast.expr, name: str = "", target: ast.expr | None = None) -> Expr:
    """An expression's value. `name` and `target` are what it is assigned to."""
    match node:
        case ast.Call(func=ast.Name(id=name_of_function)) if name_of_function in FUNCTIONS and is_builtin(
            low, node.func
        ):
            return _computed(low, node)
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in METHODS and is_value(low, owner):
            return _computed(low, node)
        case ast.Call():
            return lower_call(low, node, name, target, nested=target is None)
        case ast.Name(id=local) if local in low.names or local in low.parameters:
            return _local(low, local, low.span(node))
        case ast.Name(id=local) if local in low.partly:
            low.read |= low.partly[local]
            message = f"`{local}` is bound on only some of the paths that lead here"
            return hole(low, node, "maybe-undefined", message, "bind it on the other paths, too")
        case ast.Name(id=local) if local in low.bound_somewhere:
            return hole(
                low, node, "maybe-undefined", f"`{local}` is used before it is bound", "bind it above this line"
            )
        case ast.Attribute(value=base, attr=attribute) if is_local(low, base):
            end = low.span(node).end
            access = Access(span=Span(end - len(attribute), end), key=attribute, attribute=True)
            return _project(low, node, base, access)
        case ast.Subscript(value=base) if isinstance(base, OPERATIONS):
            return _computed(low, node)
        case ast.Subscript(value=base, slice=index) if is_local(low, base):
            return _subscript(low, node, base, index)
        case ast.Compare(ops=[_, _, *_], comparators=others) if has_calls(low, *others):
            return lower_expression(low, linked(low, node), name, target)
        case ast.NamedExpr(target=bound, value=value):
            return _assignment(low, bound, value)
        case ast.ListComp():
            return low.further.fan_out(low, node, name, target)
        case ast.IfExp(body=body, orelse=orelse) if has_calls(low, body, orelse):
            return low.further.conditional(low, node, name, target)
        case ast.BoolOp(values=[_, *others]) if has_calls(low, *others):
            return low.further.conditional(low, node, name, target)
        case ast.Await(value=ast.Call() as call):
            found = hole(low, node, "unsupported-expression", *expression_advice(node), read=call)
            return replace(found, rewrite=low.span(call).of(low.tree.text))
        case _:
            return _static(low, node)


def _assignment(low: Lowering, target: ast.Name, node: ast.expr) -> Expr:
    """`(rows := count(table))`: the value, which has a name from here on."""
    hidden = "-" in target.id
    value = lower_expression(low, node, "" if hidden else target.id, None if hidden else target)
    low.names[target.id] = value
    low.partly.pop(target.id, None)
    return value


def _local(low: Lowering, name: str, span: Span) -> Expr:
    low.reads(name)
    if name in low.names:
        value = low.names[name]
        if isinstance(value, StepRef):
            return low.known(replace(value, span=span, name=value.name if "-" in name else name))
        if isinstance(value, Hole) and value.rule == "loop-carried-fan-out":
            return replace(value, span=span)
        # Any other hole stays where it is: what is wrong there is told once, not at every use of the name.
        return value if isinstance(value, Hole) else low.known(replace(value, span=span))
    return low.known(ParameterRef(span=span, name=name, type=low.parameters[name].type))


def _subscript(low: Lowering, node: ast.Subscript, base: ast.expr, index: ast.expr) -> Expr:
    match index:
        case ast.Constant(value=str() | int() as key) if not isinstance(key, bool):
            pass
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))) if not isinstance(number, bool):
            key = -number
        case _:
            return _computed(low, node)
    return _project(low, node, base, Access(span=low.span(index), key=key, attribute=False))


def _project(low: Lowering, node: ast.expr, base: ast.expr, access: Access) -> Expr:
    inner = lower_expression(low, base)
    span = low.span(node)
    if may_lack(low.view, inner.type, access.key) and value_key(_part(inner, access)) not in low.narrowed:
        access = replace(access, unsure=True)
    match inner:
        case Hole():
            return replace(inner, span=inner.span)
        case Projection(path=path):
            return low.known(
                replace(inner, span=span, path=(*path, access), type=_access_type(low, inner.type, access))
            )
        case Constant() | ParameterRef() | StepRef() | ItemRef() | Computed():
            type_ = _access_type(low, inner.type, access)
            return low.known(Projection(span=span, base=inner, path=(access,), type=type_))


def _part(whole: Expr, access: Access) -> Expr:
    """The part of a value that an access finds."""
    if isinstance(whole, Projection):
        return replace(whole, path=(*whole.path, access))
    if isinstance(whole, Hole):
        return whole
    return Projection(span=whole.span, base=whole, path=(access,), type=UNRESOLVED)


def _access_type(low: Lowering, type_: Type, access: Access) -> Type:
    if access.attribute:
        assert isinstance(access.key, str)
        found = attribute_type(low.view, type_, access.key)
    else:
        found = item_type(low.view, type_, access.key)
    return UNRESOLVED if found is None else found


def _static(low: Lowering, node: ast.expr) -> Expr:
    """A static value, or the hole that says why it is none."""
    value = read_value(low.place, node)
    if is_static(value):
        return Constant(span=low.span(node), value=value, type=type_of_value(low.view, value))
    if isinstance(value, Reference):
        what = "a template" if signature(low.view, value.declaration) else "not data"
        message = f"`{dotted(node)}` is {what}: only data travels between steps"
        hint = f"call it: `{dotted(node)}(...)`" if what == "a template" else IN_CONTAINER
        found = hole(low, node, "unsupported-expression", message, hint)
        return replace(found, rewrite=f"{dotted(node)}()") if what == "a template" else found
    if isinstance(node, ast.Name | ast.Attribute):
        return _unknown_name(low, node)
    if isinstance(node, OPERATIONS):
        return _computed(low, node)
    return hole(low, node, "unsupported-expression", *expression_advice(node), read=node)


def reading_of(low: Lowering) -> Reading:
    """Reads what an operation is made of."""

    def lower_when(node: ast.expr, conditions: tuple[Expr, ...], truth: bool) -> Expr:
        with assuming(low, *((conditions, ()) if truth else ((), conditions))):
            return lower_expression(low, node)

    def lower_items(node: ast.expr) -> Expr:
        if isinstance(node, ast.GeneratorExp):
            node = ast.copy_location(ast.ListComp(elt=node.elt, generators=node.generators), node)
        return low.further.source(low, node)

    def is_written(value: Expr) -> bool:
        return isinstance(value, StepRef) and value.task in low.pods and value.output == RESULT

    return Reading(low.view, low.tree, lambda node: lower_expression(low, node), lower_when, lower_items, is_written)


def _computed(low: Lowering, node: ast.expr) -> Expr:
    """An operation over values, or the hole that says why Argo cannot do it."""
    before = len(low.statements)
    if (early := _stops_early(low, node)) is not None:
        return early
    try:
        value = compute(reading_of(low), node)
    except NotExactError as found:
        del low.statements[before:]  # steps inside what is not lowered would run for nothing
        return hole(low, found.node, "unsupported-expression", found.message, found.hint, read=node)
    if is_larger(value, MAX_PARTS):
        message = f"this value is computed from more than {MAX_PARTS} parts"
        return hole(low, node, "unsupported-expression", message, IN_CONTAINER, read=node)
    return next(iter(walk(value, Hole)), value)


def _stops_early(low: Lowering, node: ast.expr) -> Hole | None:
    """`any(check(x) for x in xs)`: Python stops at the first that decides, and the steps of a fan-out all run."""
    match node:
        case ast.Call(func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp() as generator]) if has_calls(
            low, generator.elt, *generator.generators[0].ifs
        ):
            span = low.span(generator)
            inside = span.of(low.tree.source.text).removeprefix("(").removesuffix(")")
            message = f"`{name}(...)` of a generator stops at the first that decides, and Argo's steps all run"
            hint = f"write a list, whose steps all run: `{name}([...])`"
            return replace(
                hole(low, generator, "unsupported-expression", message, hint, read=generator), rewrite=f"([{inside}])"
            )
        case _:
            return None


def _unknown_name(low: Lowering, node: ast.Name | ast.Attribute) -> Hole:
    entity = resolve_node(low.view, low.path, node)
    written = dotted(node)
    if isinstance(entity, Missing) and isinstance(node, ast.Name):
        known = [*low.parameters, *low.own_names]
        near = get_close_matches(node.id, known, n=3)
        hint = f"write `{near[0]}`" if near else "bind it above this line, or add a parameter of that name"
        return replace(hole(low, node, "maybe-undefined", f"`{node.id}` is not defined", hint), near=tuple(near))
    message = f"`{written}` is not a value that can be known without running the program" if written else ""
    hint = "pass it as a parameter of the workflow, or read it inside a `@container`"
    return hole(low, node, "unsupported-expression", message or "this value cannot be known here", hint, read=node)


# --- calls --------------------------------------------------------------------------------------------------------


def lower_call(low: Lowering, node: ast.Call, name: str, target: ast.expr | None, *, nested: bool) -> Expr:
    if (found := low.further.call(low, node, name, target, nested)) is not None:
        return found
    root = dotted(node.func).partition(".")[0]
    if isinstance(node.func, ast.Attribute) and (is_local(low, node.func.value) or _is_step_method(low, node.func)):
        return _method(low, node, node.func)
    if isinstance(node.func, ast.Call) or root in low.names or root in low.parameters or root in low.bound_somewhere:
        return _method(low, node, node.func)
    entity = resolve_node(low.view, low.path, node.func)
    if (inner := wrapped(low.view, entity, node)) is not None:
        return as_new_type(low, node.func, lower_expression(low, inner, name, target))
    if (value := library_value(low, node)) is not None:
        return value
    if (class_ := object_class(low, node.func)) is not None:
        return lower_object(low, node, class_, lambda part: lower_expression(low, part))
    callee = signature(low.view, entity.declaration) if isinstance(entity, Declared) else None
    if callee is None or callee.kind is Kind.FRAGMENT:
        return not_a_template(low, node, entity, callee)
    return lower_step(low, node, callee, name, target, nested)


def lower_step(
    low: Lowering, node: ast.Call, callee: Signature, name: str, target: ast.expr | None, nested: bool
) -> StepRef:
    task = task_name(low, name or callee.declaration.name)
    arguments: tuple[ast.expr | ast.keyword, ...] = (*node.args, *node.keywords)

    def lower(inner: ast.expr) -> Expr:
        return lower_expression(low, inner)

    written = [(each, argument) for argument in arguments for each in given_by(low, argument, lower)]
    given = tuple(each for each, _ in written)
    nodes = tuple(argument for _, argument in written)
    bound, missing, extra, unknown, repeated = match_arguments(callee, given)
    for known in low.own_names if missing else ():
        low.reads(known)  # until the call is whole, any of them may be what is missing
    span = low.span(node)
    low.statements.append(
        Step(
            span=span,
            task=task,
            name=name,
            name_span=low.span(target) if target is not None else None,
            callee=callee,
            callee_span=low.span(node.func),
            given=given,
            bound=bound,
            missing=missing,
            extra=with_spares(low.tree, node, given, nodes, extra),
            unknown=with_spares(low.tree, node, given, nodes, unknown),
            repeated=with_spares(low.tree, node, given, nodes, repeated),
            unpacked=isinstance(target, ast.Tuple | ast.List),
            nested=nested,
            room=room_for_argument(low.tree, node, low.at_hand) if missing else None,
        )
    )
    if callee.kind is Kind.CONTAINER and not callee.external:
        low.pods.add(task)
    if nested:
        low.read.add(task)
    return StepRef(span=span, task=task, type=callee.returns, name=name)


def _is_step_method(low: Lowering, function: ast.Attribute) -> bool:
    """`fetch.attempt`, `fetch.options`: a method of a template."""
    entity = resolve_node(low.view, low.path, function.value)
    return isinstance(entity, Declared) and signature(low.view, entity.declaration) is not None


def _method(low: Lowering, node: ast.Call, function: ast.expr) -> Hole:
    root = low.names.get(dotted(function).partition(".")[0])
    if isinstance(root, Hole):
        return root  # what is wrong with it is told where it is bound
    method = function.attr if isinstance(function, ast.Attribute) else ""
    if method in ("options", "attempt") or isinstance(function, ast.Call):
        what = f"`.{method}(...)`" if method else "per-call options"
        message = f"{what} on a step is not lowered"
        return hole(low, node, "unsupported-expression", message, "call the step itself", read=node)
    if method in CHANGING and isinstance(function, ast.Attribute):
        written = ast.unparse(function.value)
        message = f"`{written}.{method}(...)` changes a value that may have other names, and steps exchange copies"
        hint = f"make a new one, such as `{written} = {written} + [...]`, or change it inside a `@container`"
        return hole(low, node, "unsupported-expression", message, hint, read=node)
    message = (
        f"`.{method}(...)` cannot be called in a workflow: it is not a step" if method else "only steps can be called"
    )
    return hole(low, node, "unsupported-expression", message, "call the method inside a `@container`", read=node)
