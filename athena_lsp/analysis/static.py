"""Static values: reading what an expression is without running anything."""

from __future__ import annotations

import ast
from typing import Literal, TypeGuard

from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.default_nodes import Default
from athena_lsp.analysis.heritage import heritage
from athena_lsp.analysis.making import Making, Misused, Unfit, class_of, class_with_fields, made, making
from athena_lsp.analysis.new_types import wrapped
from athena_lsp.analysis.options import CONSTRUCTS
from athena_lsp.analysis.parts import field_of, part_of
from athena_lsp.analysis.pieces import as_piece, as_text, names_in, quoted, texts_meet
from athena_lsp.analysis.placeholders import content_start
from athena_lsp.analysis.scope import (
    Builtin,
    Declared,
    Entity,
    External,
    Missing,
    Module,
    Runtime,
    dotted,
    follow,
    follow_node,
    resolve_node,
    unaliased,
)
from athena_lsp.analysis.shapes import shape
from athena_lsp.analysis.spelled import MAKERS, spelled
from athena_lsp.analysis.values import is_static, type_of_value
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassKind
from athena_lsp.ir.values import (
    Argument,
    Bytes,
    Concatenated,
    Construct,
    Duration,
    Entry,
    EnumCase,
    Flag,
    Made,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Spelled,
    Text,
    Value,
)
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree
from athena_lsp.text import Span

MAX_DEPTH, MAX_REPEAT = 60, 100_000
TIMEDELTA_UNITS = {"days": 86400.0, "seconds": 1.0, "microseconds": 1e-6, "milliseconds": 1e-3, "minutes": 60.0,
                   "hours": 3600.0, "weeks": 604800.0}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression is read: its file, the tree that it belongs to, and the names around it that are not static
    (parameters, names bound in the body). `at` replaces every span while `origin`, a name of another block, is read."""

    view: View
    path: str
    tree: Tree
    local: frozenset[str] = frozenset()
    at: Span | None = None
    depth: int = 0
    origin: Declaration | None = None

    def span(self, node: ast.expr | ast.keyword) -> Span:
        return self.at or self.tree.span(node)

    def deeper(self) -> Place:
        return Place(self.view, self.path, self.tree, self.local, self.at, self.depth + 1, self.origin)


def read_value(place: Place, node: ast.expr) -> Value:
    """What an expression is, or why that cannot be known."""
    span = place.span(node)
    if isinstance(node, ast.Constant):
        return _constant(place, node, span)
    if place.depth > MAX_DEPTH:
        return NotStatic(span=span, what="an expression nested too deeply")
    inner = place.deeper()
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            value = read_value(inner, operand)
            if isinstance(value, Number):
                return Number(span=span, value=-value.value)
            return NotStatic(span=span, what="a computed value")
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            kind: Literal["list", "tuple", "set"] = "list"
            if not isinstance(node, ast.List):
                kind = "tuple" if isinstance(node, ast.Tuple) else "set"
            return Sequence(span=span, kind=kind, items=tuple(read_value(inner, item) for item in items))
        case ast.Dict():
            return _mapping(inner, node, span)
        case ast.JoinedStr():
            return _f_string(inner, node, span)
        case ast.BinOp(op=ast.Add() | ast.Mult()):
            return _computed(inner, node, span)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _flags(inner, read_value(inner, left), read_value(inner, right), span)
        case ast.Name() | ast.Attribute():
            return _name(inner, node, span)
        case ast.Call():
            return _call(inner, node, span)
        case ast.Subscript(value=base, slice=index) if not isinstance(index, ast.Slice):
            found = part_of(read_value(inner, base), read_value(inner, index), span)
            return found or NotStatic(span=span, what=shape(node))
        case _:
            return NotStatic(span=span, what=shape(node))


def _constant(place: Place, node: ast.Constant, span: Span) -> Value:
    match node.value:
        case None:
            return Null(span=span)
        case bool(value):
            return Flag(span=span, value=value)
        case int(value) | float(value):
            return Number(span=span, value=value)
        case str(text):
            start = content_start(place.tree, node, text) if place.at is None else None
            return Text(span=span, value=text, content_start=start, origin=place.origin)
        case bytes(data):
            return Bytes(span=span, value=data)
        case _:
            return NotStatic(span=span, what="`...`" if node.value is ... else "a complex number")


def _mapping(place: Place, node: ast.Dict, span: Span) -> Value:
    entries: list[Entry] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            spread = read_value(place, value)
            if not isinstance(spread, Mapping):
                return NotStatic(span=place.span(value), what="an unpacked mapping")
            entries += spread.entries
        else:
            entries.append(Entry(span=place.span(value), key=read_value(place, key), value=read_value(place, value)))
    return Mapping(span=span, entries=tuple(entries))


def _f_string(place: Place, node: ast.JoinedStr, span: Span) -> Value:
    """Its text when all parts are static; else what it would be as a plain string with placeholders."""
    texts: list[str] = []
    pieces: list[str] = []
    names: list[str] = []
    static = fixable = True
    for part in node.values:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            texts.append(part.value)
            pieces.append(part.value)
            fixable = fixable and "{" not in part.value and "}" not in part.value
            continue
        assert isinstance(part, ast.FormattedValue)
        plain = part.conversion == -1 and part.format_spec is None
        value = read_value(place, part.value)
        text = as_text(value) if plain else None
        names += names_in(part.value)
        if text is None:
            static = False
            fixable = fixable and plain and bool(dotted(part.value))
            pieces.append(f"{{{dotted(part.value)}}}")
        else:
            texts.append(text)
            pieces.append(text)
    if static:
        return Text(span=span, value="".join(texts))
    return Concatenated(span=span, fixed=quoted("".join(pieces)) if fixable else None, names=tuple(names))


def _flags(place: Place, left: Value, right: Value, span: Span) -> Value:
    """Members of a `Flag` together."""
    match left, right:
        case EnumCase(value=int(one)), EnumCase(value=int(other)) if left.declaration == right.declaration:
            above = heritage(place.view, left.declaration)
            if above is not None and above.is_flag:
                return EnumCase(span=span, declaration=left.declaration, case="", value=one | other)
        case _:
            pass
    return NotStatic(span=span, what="a computed value")


def _computed(place: Place, node: ast.BinOp, span: Span) -> Value:
    left, right = read_value(place, node.left), read_value(place, node.right)
    if isinstance(node.op, ast.Mult):
        return _multiplied(left, right, span)
    match left, right:
        case Text(value=first), Text(value=second):
            return Text(span=span, value=first + second)
        case Number(value=a), Number(value=b):
            return Number(span=span, value=a + b)
        case Sequence(kind="list", items=first_items), Sequence(kind="list", items=second_items):
            return Sequence(span=span, kind="list", items=(*first_items, *second_items))
        case Duration(seconds=a), Duration(seconds=b):
            return Duration(span=span, seconds=a + b)
        case _ if texts_meet(left, right):
            pieces = [as_piece(left, node.left), as_piece(right, node.right)]
            fixed = None if None in pieces else quoted("".join(piece or "" for piece in pieces))
            return Concatenated(span=span, fixed=fixed, names=(*names_in(node.left), *names_in(node.right)))
        case _:
            return NotStatic(span=span, what="a computed value")


def _multiplied(left: Value, right: Value, span: Span) -> Value:
    match left, right:
        case Number(value=a), Number(value=b):
            return Number(span=span, value=a * b)
        case (Text(value=text), Number(value=int(n))) | (Number(value=int(n)), Text(value=text)) if (
            0 <= n <= MAX_REPEAT
        ):
            return Text(span=span, value=text * n)
        case (Duration(seconds=seconds), Number(value=n)) | (Number(value=n), Duration(seconds=seconds)):
            return Duration(span=span, seconds=seconds * n)
        case _:
            return NotStatic(span=span, what="a computed value")


def _name(place: Place, node: ast.Name | ast.Attribute, span: Span) -> Value:
    root = dotted(node).partition(".")[0]
    if root in place.local:
        return NotStatic(span=span, what=f"`{dotted(node)}`")
    entity = resolve_node(place.view, place.path, node)
    inside = follow(place.view, entity) if isinstance(entity, External) else None
    if isinstance(inside, Declared) and inside.assigned is not None:
        entity = inside  # a constant of an installed package
    if isinstance(node, ast.Attribute) and (entity is None or isinstance(entity, External)):
        member = _member(place, node, span)
        if entity is None or not isinstance(member, NotStatic):
            return member
    match entity:
        case Declared():
            return _declared(place, entity, span)
        case Missing(name=name):
            return NotStatic(span=span, what=f"`{name}`, which nothing defines")
        case Module(name=name):
            return NotStatic(span=span, what=f"the module `{name}`")
        case Builtin(name=name) | External(name=name) | Runtime(name=name):
            return Reference(span=span, declaration=Declaration("", name))
        case _:
            return NotStatic(span=span, what=shape(node))


def _declared(place: Place, entity: Declared, span: Span) -> Value:
    declaration = entity.declaration
    if entity.function or entity.class_:
        return Reference(span=span, declaration=declaration)
    assigned = entity.assigned
    if assigned is None:
        return NotStatic(span=span, what=f"`{declaration.name}`, which is bound more than once")
    if assigned.code is None or not isinstance(assigned.code.node, ast.expr):
        return NotStatic(span=span, what=f"`{declaration.name}`")
    value = assigned.code.node
    if isinstance(value, ast.Call) and _is_volume(resolve_node(place.view, declaration.path, value.func)):
        return Reference(span=span, declaration=declaration)
    there = Place(place.view, declaration.path, assigned.code.tree, at=span, depth=place.depth + 1, origin=declaration)
    return read_value(there, value)


def _is_volume(entity: Entity | None) -> bool:
    return isinstance(entity, Runtime) and entity.name in ("EphemeralPvc", "ExternalPvc")


def _member(place: Place, node: ast.Attribute, span: Span) -> Value:
    """`Colour.RED`, `Colour.RED.value`."""
    base, attribute = node.value, node.attr
    if attribute in ("value", "name") and isinstance(base, ast.Attribute):
        case = _member(place, base, span)
        if isinstance(case, EnumCase):
            return _literal(case.value if attribute == "value" else case.case, span)
    entity = unaliased(place.view, follow_node(place.view, place.path, base))
    if isinstance(entity, Declared) and not entity.function:
        info = class_info(place.view, entity.declaration)
        cases = dict(info.cases) if info is not None and info.kind is ClassKind.ENUM else {}
        if attribute in cases:
            return EnumCase(span=span, declaration=entity.declaration, case=attribute, value=cases[attribute])
    whole = read_value(place, base) if isinstance(base, ast.Name | ast.Attribute | ast.Subscript | ast.Call) else None
    found = field_of(whole, attribute, span) if isinstance(whole, Made) else None
    return found or NotStatic(span=span, what=shape(node))


def _literal(value: str | int | float | bool | None, span: Span) -> Value:
    match value:
        case bool():
            return Flag(span=span, value=value)
        case int() | float():
            return Number(span=span, value=value)
        case str():
            return Text(span=span, value=value)
        case None:
            return NotStatic(span=span, what="an enum member whose value is computed")


def _call(place: Place, node: ast.Call, span: Span) -> Value:
    is_local = dotted(node.func).partition(".")[0] in place.local
    entity = None if is_local else resolve_node(place.view, place.path, node.func)
    match entity:
        case Runtime(name=name) if name in CONSTRUCTS:
            return Construct(span=span, name=name, arguments=read_arguments(place, node, parameters_of(name)))
        case External(name="datetime.timedelta"):
            return _timedelta(place, node, span)
        case External(name=name) if name in MAKERS:
            return _spelled(place, name, node, span)
        case Declared(declaration=declaration) if (info := class_with_fields(place.view, declaration)) is not None:
            return _made(place, declaration, node, making(place.view, declaration, info, node))
        case _:
            inner = wrapped(place.view, entity, node)
            return read_value(place, inner) if inner is not None else NotStatic(span=span, what=shape(node))


def _made(place: Place, declaration: Declaration, node: ast.Call, found: Making | Misused | Unfit) -> Value:
    """A value of a class of the program."""
    span, name = place.span(node), declaration.name
    match found:
        case Unfit(reason=reason):
            return NotStatic(span=span, what=f"a call of `{name}`, which {reason}")
        case Misused(node=part, message=message):
            return NotStatic(span=place.span(part), what=f"a call of `{name}` that cannot be ({message})")
        case Making():
            values: list[Value] = []
            for _, given in found.fields:
                if isinstance(given, Default):
                    value = read_default(place.view, given, span, place.depth + 1)
                else:
                    value = read_value(place, given)
                if not is_static(value):
                    return value if isinstance(value, NotStatic) else NotStatic(span=value.span, what=shape(node))
                values.append(value)
            return made(span, class_of(found, [type_of_value(place.view, each) for each in values]), found, values)


def read_default(view: View, given: Default, at: Span | None = None, depth: int = 0) -> Value:
    """What the default of a field is; `at` replaces its spans, where the value stands in another block."""
    return read_value(Place(view, given.path, given.tree, at=at, depth=depth), given.node)


def parameters_of(construct: str) -> tuple[str, ...]:
    """The names of an option type's parameters, in order."""
    return tuple(field.name for field in CONSTRUCTS[construct])


def read_arguments(place: Place, node: ast.Call, parameters: tuple[str, ...]) -> tuple[Argument, ...]:
    """The arguments of a call as values; positional ones get the names of the parameters in order."""
    found: list[Argument] = []
    for index, argument in enumerate(node.args):
        name = parameters[index] if index < len(parameters) and not isinstance(argument, ast.Starred) else ""
        found.append(Argument(span=place.span(argument), name=name, value=read_value(place, argument)))
    for keyword in node.keywords:
        value = (
            read_value(place, keyword.value)
            if keyword.arg
            else NotStatic(span=place.span(keyword.value), what="unpacked keywords")
        )
        start = place.at.start if place.at else place.tree.start(keyword)
        found.append(Argument(span=place.span(keyword), name=keyword.arg or "**", name_span_start=start, value=value))
    return tuple(found)


def _spelled(place: Place, name: str, node: ast.Call, span: Span) -> Value:
    """`date(2026, 1, 2)`, `Path("/data")`: made as Python makes it."""
    given = [read_value(place, argument) for argument in node.args]
    named = {keyword.arg or "**": read_value(place, keyword.value) for keyword in node.keywords}
    plain = [value for value in (*given, *named.values()) if isinstance(value, Text | Number)]
    if len(plain) != len(given) + len(named) or any(isinstance(value.value, float) for value in plain):
        return NotStatic(span=span, what=shape(node))
    texts = [value.value for value in plain if not isinstance(value.value, float)]
    try:
        kind, text = spelled(name, tuple(texts[: len(given)]), dict(zip(named, texts[len(given) :], strict=True)))
    except ValueError as error:
        return NotStatic(span=span, what=f"{shape(node)} that fails: {error}")
    return Spelled(span=span, kind=kind, text=text)


def _timedelta(place: Place, node: ast.Call, span: Span) -> Value:
    seconds = 0.0
    given = [*zip(TIMEDELTA_UNITS, node.args, strict=False)]
    given += [(keyword.arg or "**", keyword.value) for keyword in node.keywords]
    for unit, argument in given:
        value = read_value(place, argument)
        if not _is_number(value) or unit not in TIMEDELTA_UNITS:
            return NotStatic(span=span, what="a `timedelta` that is not made of numbers")
        seconds += value.value * TIMEDELTA_UNITS[unit]
    return Duration(span=span, seconds=seconds)


def _is_number(value: Value) -> TypeGuard[Number]:
    return isinstance(value, Number)
