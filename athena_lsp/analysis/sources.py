"""What loops go through: lists, ranges, `zip`, `enumerate`, and several of them inside each other, as one list each."""

from __future__ import annotations

import ast
from collections.abc import Callable

from athena_lsp.analysis.algebra import union
from athena_lsp.analysis.calling import is_local
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.expressions import lower_expression, reading_of
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pure_base import NotExactError, as_list, bare, truth
from athena_lsp.analysis.scope import Builtin, Declared, resolve_node
from athena_lsp.analysis.types import item_type, show
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Access, Computed, Constant, Expr, Hole, Projection
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import (
    ANY,
    INT,
    UNRESOLVED,
    AnyType,
    ClassKind,
    DictOf,
    EnumOf,
    ListOf,
    Opaque,
    SetOf,
    TupleOf,
    TupleRest,
    Type,
    Unresolved,
)
from athena_lsp.ir.values import EnumCase, Number, Sequence
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span

MAX_RANGE = 10_000


@dataclass(frozen=True, slots=True)
class Loop:
    """One `for`: its list, already filtered, and what the names of its target are, given the element."""

    item: ItemRef
    source: Expr
    names: dict[str, Expr]


def lower_loop(low: Lowering, target: ast.expr, iterated: ast.expr, conditions: list[ast.expr]) -> Loop | Hole:
    """A `for` with its target, list and conditions. The names are bound in `low` when it comes back without a hole."""
    source = lower_source(low, iterated)
    if isinstance(source, Hole):
        return source
    element = element_type(source.type)
    if element is None:
        message = f"a fan-out needs a list, and this is `{show(source.type)}`"
        hint = "return a list from the step"
        if isinstance(bare(low.view, source.type), DictOf):
            hint = f"write `sorted({ast.unparse(iterated)})` for its keys: JSON keeps no order of keys"
        return hole(low, iterated, "not-iterable", message, hint, read=iterated)
    simple = target.id if isinstance(target, ast.Name) else ""
    item = ItemRef(span=low.span(target), name=simple or "element", type=element, loop=low.new_task("each"))
    names: dict[str, Expr] = {}
    problem = _bind(low, target, item, element, names)
    if problem is not None:
        return problem
    low.names |= names
    condition = _condition(low, conditions)
    if isinstance(condition, Hole):
        return condition
    if condition is not None:
        source = made(source.span, "keep", source.type, source, condition, item=item)
    return Loop(item, source, names)


def product(low: Lowering, loops: list[Loop], span: Span) -> Loop:
    """Several loops inside each other as one, over rows that hold an element of each."""
    if len(loops) == 1:
        return loops[0]
    items = tuple(loop.item for loop in loops)
    row_type = TupleOf(tuple(item.type for item in items))
    rows = made(span, "each", ListOf(row_type), loops[-1].source, made(span, "tuple", row_type, *items), item=items[-1])
    for loop in reversed(loops[:-1]):
        rows = made(span, "each-flat", ListOf(row_type), loop.source, rows, item=loop.item)
    row = ItemRef(span=span, name="row", type=row_type, loop=low.new_task("each"))
    names: dict[str, Expr] = {}
    for number, loop in enumerate(loops):
        access = Access(span=span, key=number, attribute=False)
        whole = Projection(span=span, base=row, path=(access,), type=loop.item.type)
        for name, value in loop.names.items():
            path = value.path if isinstance(value, Projection) else ()
            names[name] = replace(whole, path=(access, *path), type=value.type, span=value.span)
    low.names |= names
    return Loop(row, rows, names)


def made(span: Span, operation: Operation, type_: Type, *operands: Expr, item: ItemRef | None = None) -> Computed:
    return Computed(span=span, operation=operation, operands=operands, item=item, type=type_)


def element_type(type_: Type) -> Type | None:
    """What the elements of a list are; None for what is no list. A set has no order, and a dict's keys are no list."""
    match type_:
        case ListOf(item=item) | TupleRest(item=item):
            return item
        case TupleOf(items=items) if items:
            return union(items)
        case SetOf(item=item):
            return item  # its JSON form is a sorted list
        case AnyType() | Opaque():
            return ANY
        case Unresolved():
            return UNRESOLVED
        case _:
            return None


def lower_source(low: Lowering, node: ast.expr) -> Expr:
    """What is iterated over: a list, or a built-in function's."""
    match node:
        case ast.Call(func=ast.Name(id=name) as function, keywords=[]) if name in SOURCES:
            if isinstance(resolve_node(low.view, low.path, function), Builtin):
                return SOURCES[name](low, node)
        case ast.Name() | ast.Attribute() if (cases := _cases(low, node)) is not None:
            return cases
        case _:
            pass
    return lower_expression(low, node)


def _cases(low: Lowering, node: ast.Name | ast.Attribute) -> Expr | None:
    """The members of an enum, in order."""
    if is_local(low, node):
        return None
    entity = resolve_node(low.view, low.path, node)
    info = class_info(low.view, entity.declaration) if isinstance(entity, Declared) and entity.class_ else None
    if not isinstance(entity, Declared) or info is None or info.is_flag or info.kind is not ClassKind.ENUM:
        return None
    span, declaration = low.span(node), entity.declaration
    first = {value: name for name, value in reversed(info.cases)}
    cases = tuple(
        EnumCase(span=span, declaration=declaration, case=name, value=value)
        for name, value in info.cases
        if value is not None and first[value] == name
    )
    if len(cases) != len({name for name, _ in info.cases if first.get(_) == name}) or not cases:
        return None
    type_ = ListOf(EnumOf(declaration, declaration.name))
    return Constant(span=span, value=Sequence(span=span, kind="list", items=cases), type=type_)


def _bind(low: Lowering, target: ast.expr, value: Expr, type_: Type, names: dict[str, Expr]) -> Hole | None:
    """The names of a target: the element, or parts of it."""
    if isinstance(target, ast.Name):
        names[target.id] = value
        return None
    if not isinstance(target, ast.Tuple | ast.List):
        return hole(low, target, "unsupported-expression", "the element of a loop needs a name", "write `for item in`")
    if isinstance(type_, TupleOf) and len(type_.items) != len(target.elts):
        message = f"`{show(type_)}` has {len(type_.items)} items, but {len(target.elts)} names stand here"
        return hole(low, target, "unsupported-expression", message, "write one name for each item")
    if not isinstance(type_, TupleOf | TupleRest | AnyType | Unresolved):
        message = f"`{show(type_)}` is not a tuple, so it cannot be taken apart"
        return hole(low, target, "unsupported-expression", message, "give the element one name")
    for number, inner in enumerate(target.elts):
        part_type = item_type(low.view, type_, number) or UNRESOLVED
        access = Access(span=low.span(inner), key=number, attribute=False)
        path = (*value.path, access) if isinstance(value, Projection) else (access,)
        base = value.base if isinstance(value, Projection) else value
        assert isinstance(base, ItemRef)
        part = Projection(span=low.span(inner), base=base, path=path, type=part_type)
        problem = _bind(low, inner, part, part_type, names)
        if problem is not None:
            return problem
    return None


def _condition(low: Lowering, conditions: list[ast.expr]) -> Expr | None:
    found: list[Expr] = []
    for node in conditions:
        count = len(low.statements)
        value = lower_expression(low, node)
        if len(low.statements) > count:
            del low.statements[count:]
            message = "a step cannot decide about the elements of a fan-out"
            return hole(low, node, "unsupported-expression", message, "filter the list in a `@container`")
        if isinstance(value, Hole):
            return value
        try:
            found.append(truth(reading_of(low), node, value))
        except NotExactError as error:
            return hole(low, node, "unsupported-expression", error.message, error.hint)
    if len(found) <= 1:
        return found[0] if found else None
    return made(found[0].span, "and", found[0].type, *found)


# --- built-in functions -------------------------------------------------------------------------------------------


def _zip(low: Lowering, node: ast.Call) -> Expr:
    """Pairs, as many as the shortest list has."""
    sources = [lower_source(low, argument) for argument in node.args]
    for argument, source in zip(node.args, sources, strict=True):
        if isinstance(source, Hole):
            return source
        if element_type(source.type) is None:
            message = f"`zip` takes lists, and this is `{show(source.type)}`"
            return hole(low, argument, "not-iterable", message, "return a list from the step")
    if len(sources) < 2:
        return hole(low, node, "unsupported-expression", "`zip` takes two lists or more", "name the lists")
    types = tuple(element_type(source.type) or UNRESOLVED for source in sources)
    return made(low.span(node), "zip", ListOf(TupleOf(types)), *sources)


def _enumerate(low: Lowering, node: ast.Call) -> Expr:
    if len(node.args) not in (1, 2):
        return hole(low, node, "unsupported-expression", "`enumerate` takes a list", "name the list")
    source = lower_source(low, node.args[0])
    if isinstance(source, Hole):
        return source
    element = element_type(source.type)
    if element is None:
        message = f"`enumerate` takes a list, and this is `{show(source.type)}`"
        return hole(low, node.args[0], "not-iterable", message, "return a list from the step")
    span = low.span(node)
    start: Expr = Constant(span=span, value=Number(span=span, value=0), type=INT)
    if len(node.args) == 2:
        start = lower_expression(low, node.args[1])
        if isinstance(start, Hole):
            return start
    return made(span, "enumerate", ListOf(TupleOf((INT, element))), source, start)


def _range(low: Lowering, node: ast.Call) -> Expr:
    """A list of numbers; one that is known is written out."""
    bounds = [lower_expression(low, argument) for argument in node.args]
    for argument, bound in zip(node.args, bounds, strict=True):
        if isinstance(bound, Hole):
            return bound
        if bare(low.view, bound.type) != INT and not isinstance(bound.type, Unresolved | AnyType):
            message = f"the bounds of a `range` are whole numbers, and this is `{show(bound.type)}`"
            return hole(low, argument, "unsupported-expression", message, "pass an `int`")
    known = [bound.value.value for bound in bounds if isinstance(bound, Constant) and isinstance(bound.value, Number)]
    if len(known) == len(bounds):
        return _numbers(low, node, [int(number) for number in known])
    if len(bounds) > 2:
        message = "a `range` with a step is lowered only when all of it is known"
        return hole(low, node, "unsupported-expression", message, "return the list of numbers from a step")
    span = low.span(node)
    zero = Constant(span=span, value=Number(span=span, value=0), type=INT)
    first, last = (zero, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    return made(span, "range", ListOf(INT), first, last)


def _numbers(low: Lowering, node: ast.Call, bounds: list[int]) -> Expr:
    try:
        numbers = range(*bounds)
    except (TypeError, ValueError) as error:
        return hole(low, node, "unsupported-expression", f"this is no range: {error}", "correct its bounds")
    if len(numbers) > MAX_RANGE:
        message = f"a fan-out over {len(numbers)} elements is too large to be written down"
        return hole(low, node, "unsupported-expression", message, "return the list of numbers from a step")
    span = low.span(node)
    items = tuple(Number(span=span, value=number) for number in numbers)
    return Constant(span=span, value=Sequence(span=span, kind="list", items=items), type=ListOf(INT))


def _reversed(low: Lowering, node: ast.Call) -> Expr:
    """A list from its end; a set has none, and `reversed` refuses it."""
    if len(node.args) != 1:
        return hole(low, node, "unsupported-expression", "`reversed` takes a list", "name the list")
    source = lower_source(low, node.args[0])
    item = as_list(bare(low.view, source.type))
    if isinstance(source, Hole) or isinstance(source.type, Unresolved):
        return source
    if item is None:
        message = f"`reversed` takes a list, and this is `{show(source.type)}`"
        return hole(low, node.args[0], "not-iterable", message, "return a list from the step")
    return made(low.span(node), "reversed", ListOf(item), source)


SOURCES: dict[str, Callable[[Lowering, ast.Call], Expr]] = {
    "zip": _zip,
    "enumerate": _enumerate,
    "range": _range,
    "reversed": _reversed,
}
