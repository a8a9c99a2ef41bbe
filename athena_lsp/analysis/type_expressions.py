"""Type expressions as they are written: what each form means, with aliases left unopened."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from athena_lsp.analysis.algebra import literal, union
from athena_lsp.analysis.attempts import ok_type
from athena_lsp.analysis.heritage import heritage, is_plain, nested_class, opaque_ancestors, opaque_name
from athena_lsp.analysis.known_types import (
    CONSTRAINED,
    CONSTRAINED_COLLECTIONS,
    DICTS,
    LISTS,
    QUALIFIERS,
    SETS,
    TRANSPARENT,
    TUPLES,
    bare,
    hopeless,
    known_name,
)
from athena_lsp.analysis.reading import NOT_A_TYPE, TYPE_HINT, Reading, read_text
from athena_lsp.analysis.scope import Awaited, Declared, Missing, Module, dotted, follow_node
from athena_lsp.analysis.standard import is_standard_without_form
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    ANY,
    INT,
    NONE,
    SELF,
    UNRESOLVED,
    AliasOf,
    ArtifactOf,
    ClassKind,
    ClassOf,
    DictKind,
    DictOf,
    EnumOf,
    ListKind,
    ListOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SecretType,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
    VariableOf,
)
from athena_lsp.records import replace

MAX_DEPTH = 60
FILE_HINT = "write it to a file and hand that on as an `Artifact[Path]`, or pass the plain data in it"
UNKNOWN_CLASSES = frozenset({"dataclasses.make_dataclass", "pydantic.create_model", "attrs.make_class",
                             "attr.make_class", "msgspec.defstruct", "type"})  # fmt: skip
"""Calls that make a class with fields which only the running program knows."""


def read_expression(reading: Reading, node: ast.expr) -> Type:
    """The type that an expression means. Never raises; what is wrong is noted in `reading`."""
    if reading.depth > MAX_DEPTH:
        return ANY
    reading.depth += 1
    try:
        match node:
            case ast.Constant(value=None):
                return NONE
            case ast.Constant(value=str(text)):
                return _text(reading, node, text)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                return union([read_expression(reading, left), read_expression(reading, right)])
            case ast.Subscript(value=value, slice=index):
                arguments = index.elts if isinstance(index, ast.Tuple) and index.elts else [index]
                return _subscript(reading, node, value, arguments)
            case ast.Name() | ast.Attribute():
                return _name(reading, node, ())
            case ast.Call():
                return _constrained(reading, node)
            case _:
                return reading.object_to(node, NOT_A_TYPE, TYPE_HINT)
    finally:
        reading.depth -= 1


def new_type(view: View, declaration: Declaration) -> Type:
    """The base of a NewType, with aliases left unopened; unknown for one that is made of itself."""
    on_cycle: Type = UNRESOLVED
    return view.ask(("new-type", declaration), lambda: _new_type(view, declaration), on_cycle)


def _text(reading: Reading, node: ast.expr, text: str) -> Type:
    inner = read_text(text)
    if inner is None:
        return reading.object_to(node, f"`{text}` is not a type", TYPE_HINT)
    before, reading.at = reading.at, reading.at or node
    try:
        return read_expression(reading, inner)
    finally:
        reading.at = before


def _name(reading: Reading, node: ast.expr, arguments: Sequence[ast.expr]) -> Type:
    """A name or a dotted name, with what stands in brackets behind it."""
    if isinstance(node, ast.Name) and node.id in reading.inside.variables:
        reading.used.append(node.id)
        return VariableOf(node.id)
    nested = _nested(reading, node)
    if nested is not None:
        return _of(nested, reading, node, lambda quiet: _class(quiet, node, nested, arguments))
    entity = follow_node(reading.view, reading.path, node)
    match entity:
        case Declared() as found:
            return _of(found.declaration, reading, node, lambda quiet: _declared(quiet, node, found, arguments))
        case Awaited():
            return UNRESOLVED
        case Module(name=name):
            return reading.object_to(node, f"`{name}` is a module")
        case Missing(name=name):
            written = dotted(node) or name
            return reading.object_to(node, f"no type is called `{written}` here", "import it, or define it")
        case None:
            return reading.object_to(node, NOT_A_TYPE, TYPE_HINT)
        case _:
            return _known(reading, node, known_name(entity))


def _of(declaration: Declaration, reading: Reading, node: ast.expr, read: Callable[[Reading], Type]) -> Type:
    """What `read` makes of a declaration. Of one that is installed, all that counts is its name, unless it is known to
    be data, or none."""
    view = reading.view
    if declaration.path not in view.library:
        return read(reading)
    quiet = replace(reading, objections=[])
    found = read(quiet)
    if not (quiet.objections or isinstance(found, Opaque)):
        return found
    if is_plain(view, declaration):
        module = view.library.files[declaration.path].module.partition(".")[0]
        return reading.object_to(node, f"`{declaration.name}` of `{module}` has no JSON form", FILE_HINT)
    written = "" if reading.path in view.library else dotted(node)
    return Opaque(opaque_name(view, declaration), opaque_ancestors(view, declaration), written)


def _nested(reading: Reading, node: ast.expr) -> Declaration | None:
    """A class in the body of another one: `Job.Status`, or `Status` inside `Job`."""
    if isinstance(node, ast.Name) and node.id in reading.inside.nested and reading.inside.own is not None:
        outer = reading.inside.own.declaration
        return Declaration(outer.path, f"{outer.name}.{node.id}")
    if isinstance(node, ast.Attribute):
        outer_class = _nested(reading, node.value)
        entity = follow_node(reading.view, reading.path, node.value) if outer_class is None else None
        if isinstance(entity, Declared) and entity.class_:
            outer_class = entity.declaration
        return nested_class(reading.view, outer_class, node.attr) if outer_class is not None else None
    return None


def _known(reading: Reading, node: ast.expr, name: str) -> Type:
    """A type that stands without arguments."""
    if name == "Self" and reading.inside.own is not None:
        return VariableOf(SELF)
    found = bare(name)
    if found is not None:
        return found
    reason = hopeless(name)
    if reason is not None:
        return reading.object_to(node, *reason)
    if name in QUALIFIERS:
        return ANY
    if name in ("Optional", "Union", "Literal", "Annotated"):
        return reading.object_to(node, f"`{name}` needs types in brackets", f"write `{name}[...]`")
    if "." in name and not name.startswith("athena.") and not is_standard_without_form(name):
        return Opaque(name)
    return reading.object_to(node, f"`{name.removeprefix('athena.')}` has no JSON form")


def _subscript(reading: Reading, node: ast.expr, value: ast.expr, arguments: Sequence[ast.expr]) -> Type:
    entity = follow_node(reading.view, reading.path, value)
    if (
        entity is None
        or isinstance(entity, Awaited | Declared | Missing | Module)
        or _nested(reading, value) is not None
    ):
        return _name(reading, value, arguments)
    name = known_name(entity)
    first = arguments[0]
    if name == "Literal":
        return _literal(reading, arguments)
    if name == "Annotated" or name in QUALIFIERS or name.removeprefix("pydantic.") in TRANSPARENT:
        return read_expression(reading, first)
    if name == "Optional":
        return union([read_expression(reading, first), NONE])
    if name == "Union":
        return union([read_expression(reading, argument) for argument in arguments])
    if name in LISTS:
        return ListOf(read_expression(reading, first), LISTS[name])
    if name in SETS:
        return SetOf(read_expression(reading, first), SETS[name])
    if name in TUPLES:
        return _tuple(reading, arguments)
    if name in DICTS:
        return _dict(reading, node, DICTS[name], arguments)
    if name == "athena.Ok":
        return ok_type(read_expression(reading, first))
    if name == "athena.Artifact":
        return ArtifactOf(read_expression(reading, first))
    return _name(reading, value, ())


def _tuple(reading: Reading, arguments: Sequence[ast.expr]) -> Type:
    match arguments:
        case [ast.Tuple(elts=[])]:
            return TupleOf(())
        case [item, ast.Constant(value=value)] if value is ...:
            return TupleRest(read_expression(reading, item))
    before: list[Type] = []
    middle: Type | None = None
    after: list[Type] = []
    for argument in arguments:
        part = _spread(reading, argument)
        if part is None:
            (before if middle is None else after).append(read_expression(reading, argument))
        elif isinstance(part, TupleOf):
            (before if middle is None else after).extend(part.items)
        elif middle is None and isinstance(part, TupleRest):
            middle = part.item
        else:
            return reading.object_to(argument, "this cannot be unpacked here", "write one type for each item")
    if middle is None:
        return TupleOf(tuple(before))
    return TupleSpread(tuple(before), middle, tuple(after)) if before or after else TupleRest(middle)


def _spread(reading: Reading, node: ast.expr) -> Type | None:
    """What `*tuple[str, ...]` or `Unpack[tuple[str, ...]]` unpacks; None for a plain item."""
    if isinstance(node, ast.Starred):
        return read_expression(reading, node.value)
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Tuple):
        entity = follow_node(reading.view, reading.path, node.value)
        if entity is not None and known_name(entity) == "Unpack":
            return read_expression(reading, node.slice)
    return None


def _dict(reading: Reading, node: ast.expr, kind: DictKind, arguments: Sequence[ast.expr]) -> Type:
    wanted = 1 if kind is DictKind.COUNTER else 2
    if len(arguments) != wanted:
        example = "Counter[str]" if wanted == 1 else f"{kind.value}[str, int]"
        what = f"`{kind.value}` needs the type of its keys" + (" and of its values" if wanted == 2 else "")
        return reading.object_to(node, what, f"write `{example}`, for example")
    key = read_expression(reading, arguments[0])
    if not _can_be_key(key):
        reading.object_to(arguments[0], "JSON objects have text keys", "use `str`, `int` or an enum as the key")
    return DictOf(key, INT if wanted == 1 else read_expression(reading, arguments[1]), kind)


def _can_be_key(key: Type) -> bool:
    match key:
        case Scalar(kind=kind):
            return kind in (ScalarKind.STR, ScalarKind.INT)
        case UnionOf(members=members):
            return all(_can_be_key(member) for member in members)
        case NewTypeOf(base=base):
            return _can_be_key(base)
        case ListOf() | SetOf() | DictOf() | TupleOf() | TupleRest() | TupleSpread():
            return False
        case ClassOf() | ArtifactOf() | SecretType():
            return False
        case _:
            return True


def _literal(reading: Reading, arguments: Sequence[ast.expr]) -> Type:
    values: list[str | int | bool | bytes] = []
    others: list[Type] = []
    for argument in arguments:
        match argument:
            case ast.Constant(value=None):
                others.append(NONE)
            case ast.Constant(value=str() | int() | bytes() as value):
                values.append(value)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                values.append(-number)
            case ast.Attribute(value=base, attr=case) if (enum := _enum(reading, base)) is not None:
                others.append(EnumOf(enum.declaration, enum.name, case))
            case ast.Subscript() | ast.Name():
                others.append(read_expression(reading, argument))
            case _:
                reading.object_to(argument, "a Literal holds texts, whole numbers, bools, None and enum members")
    parts = [literal(*values), *others] if values else others
    return union(parts) if parts else UNRESOLVED


def _enum(reading: Reading, node: ast.expr) -> EnumOf | None:
    """The enum that an expression names."""
    quiet = Reading(reading.view, reading.path, reading.inside)
    found = read_expression(quiet, node)
    return found if isinstance(found, EnumOf) else None


def _declared(reading: Reading, node: ast.expr, entity: Declared, arguments: Sequence[ast.expr]) -> Type:
    declaration, assigned = entity.declaration, entity.assigned
    if heritage(reading.view, declaration) is not None:
        return _class(reading, node, declaration, arguments)
    if entity.function or assigned is None or assigned.code is None or not isinstance(assigned.code.node, ast.expr):
        what = "is a function" if entity.function else "is not a type that can be known without running the program"
        return reading.object_to(node, f"`{declaration.name}` {what}")
    value = assigned.code.node
    called = _callee(reading.view, declaration, value)
    if called in ("TypeVar", "ParamSpec", "TypeVarTuple"):
        return _variable(reading, node, declaration.name)
    if called == "NewType":
        return NewTypeOf(declaration, declaration.name, new_type(reading.view, declaration))
    if called in UNKNOWN_CLASSES:
        return Opaque(f"{declaration.path}:{declaration.name}")
    if isinstance(value, ast.Call) and called != "TypeAliasType" and not called.startswith("pydantic.con"):
        what = "is not a type that can be known without running the program"
        return reading.object_to(node, f"`{declaration.name}` {what}")
    reading.aliases.append((reading.at or node, declaration))
    return AliasOf(declaration, declaration.name, tuple(read_expression(reading, argument) for argument in arguments))


def _variable(reading: Reading, node: ast.expr, name: str) -> Type:
    name = node.id if isinstance(node, ast.Name) else name
    if not reading.inside.every_variable:
        return reading.object_to(node, f"`{name}` is a type variable", "write a concrete type")
    reading.used.append(name)
    return VariableOf(name)


def _callee(view: View, declaration: Declaration, value: ast.expr) -> str:
    """The known function that a value is a call of; empty for any other value."""
    if not isinstance(value, ast.Call):
        return ""
    entity = follow_node(view, declaration.path, value.func)
    return known_name(entity) if entity is not None else ""


def _new_type(view: View, declaration: Declaration) -> Type:
    assigned = Declared(declaration, view.bindings(declaration.path, declaration.name)).assigned
    call = assigned.code.node if assigned and assigned.code else None
    if not isinstance(call, ast.Call) or len(call.args) != 2:
        return UNRESOLVED
    return read_expression(Reading(view, declaration.path), call.args[1])


def _class(reading: Reading, node: ast.expr, declaration: Declaration, arguments: Sequence[ast.expr]) -> Type:
    name = declaration.name.rpartition(".")[2]
    above = heritage(reading.view, declaration)
    if above is None:
        return reading.object_to(node, NOT_A_TYPE, TYPE_HINT)
    if above.kind is ClassKind.ENUM:
        return EnumOf(declaration, name)
    if above.kind is None and above.no_data:
        return reading.object_to(node, f"`{name}` is {above.no_data}, which has no JSON form", "make it a dataclass")
    if above.kind is None and above.mixin is not None:
        base = above.mixin.value
        hint = f'write `{name} = NewType("{name}", {base})`, or make it a dataclass'
        return reading.object_to(node, f"`{name}` is a class of its own on top of `{base}`", hint)
    if above.kind is None and above.externals and not is_plain(reading.view, declaration):
        return Opaque(opaque_name(reading.view, declaration), opaque_ancestors(reading.view, declaration))
    if above.kind is None:
        what = f"`{name}` is a plain class: nothing tells which fields it has"
        return reading.object_to(node, what, "make it a dataclass")
    return ClassOf(declaration, name, tuple(read_expression(reading, argument) for argument in arguments))


def _constrained(reading: Reading, call: ast.Call) -> Type:
    """`conint(gt=0)`, `conlist(str, min_length=1)`."""
    entity = follow_node(reading.view, reading.path, call.func)
    name = known_name(entity).removeprefix("pydantic.") if entity is not None else ""
    if name in CONSTRAINED:
        return CONSTRAINED[name]
    if name in CONSTRAINED_COLLECTIONS:
        item = read_expression(reading, call.args[0]) if call.args else ANY
        kind = CONSTRAINED_COLLECTIONS[name]
        return ListOf(item, kind) if isinstance(kind, ListKind) else SetOf(item, kind)
    return reading.object_to(call, NOT_A_TYPE, TYPE_HINT)
