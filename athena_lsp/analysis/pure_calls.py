"""Built-in functions and methods of texts, lists and dicts that Argo's expression language has, for which types."""

from __future__ import annotations

import ast
from collections.abc import Callable

from athena_lsp.analysis.annotations import union
from athena_lsp.analysis.attempts import STEP_FAILED_TYPE, said
from athena_lsp.analysis.heritage import Automatic, heritage
from athena_lsp.analysis.pure_base import NUMBERS, SIZED, NotExactError, Reading, as_list, bare, present, truth
from athena_lsp.analysis.types import is_typed_dict, item_type, may_lack, show
from athena_lsp.analysis.values import widened
from athena_lsp.ir.model import Computed, Constant, Expr
from athena_lsp.ir.node import walk
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    AnyType,
    ClassOf,
    DictOf,
    EnumOf,
    ListOf,
    Scalar,
    ScalarKind,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
    Unresolved,
)
from athena_lsp.ir.values import Text
from athena_lsp.records import replace

FOR_TEXTS: dict[str, tuple[int, Operation]] = {
    "startswith": (1, "starts-with"),
    "endswith": (1, "ends-with"),
    "removeprefix": (1, "remove-prefix"),
    "removesuffix": (1, "remove-suffix"),
    "replace": (2, "replace"),
}
"""Methods of texts that take so many texts."""
METHODS = frozenset(
    {*FOR_TEXTS, "split", "join", "get", "strip", "lstrip", "rstrip", "upper", "lower", "format", "title"}
)
"""Methods that are looked at; some are refused with a reason of their own."""
MAY_FAIL: frozenset[Operation] = frozenset({"least-of", "greatest-of", "item", "quotient", "remainder"})
"""Operations that fail for some operands, where Argo comes to them."""
SPELLED = frozenset({ScalarKind.DATE, ScalarKind.TIME, ScalarKind.UUID, ScalarKind.DECIMAL, ScalarKind.PATH})
"""Types whose JSON form is the text that `str` gives."""
UNICODE = "Python and Go differ in some letters and blanks"


def call(reading: Reading, node: ast.Call) -> Expr:
    """A call of a built-in function, or of a method of a value. Raises NotExactError."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)):
            return _method(reading, node, owner, name)
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
            return FUNCTIONS[name](reading, node, name)
        case _:
            raise NotExactError(node, "this expression cannot be lowered")


def as_text(reading: Reading, node: ast.expr, value: Expr) -> Expr:
    """`str(value)`, where its letters can be made of the JSON form. Go spells other values its own way."""
    kind = reading.bare(value)
    if isinstance(kind, UnionOf) and NONE in kind.members and (rest := present(kind)) != kind:
        missing = reading.made(node, "is-none", BOOL, value)
        there = as_text(reading, node, replace(value, type=rest))
        return reading.made(node, "choose", STR, missing, reading.text(node, "None"), there)
    is_enum = isinstance(widened(value.type), EnumOf)
    if (kind == STR and not is_enum) or isinstance(kind, Unresolved):
        return value
    if kind == INT and not is_enum:
        return reading.made(node, "text", STR, value)
    if kind == FLOAT and not is_enum and not _may_be_whole(reading, value):
        return reading.made(node, "json-text" if reading.is_written(value) else "float-text", STR, value)
    if kind == BOOL:
        return reading.made(node, "choose", STR, value, reading.text(node, "True"), reading.text(node, "False"))
    if (isinstance(kind, Scalar) and kind.kind in SPELLED) or _is_str_enum(reading, value):
        return reading.made(node, "copy", STR, value)
    if kind == STEP_FAILED_TYPE:
        return said(value.span, value)
    raise NotExactError(
        node, f"the text of a `{show(value.type)}` is not what Python gives in Argo's expression language"
    )


def _may_be_whole(reading: Reading, value: Expr) -> bool:
    """Whether Python may have an `int` where the type says `float`: `max(rate, 3)`."""
    if not isinstance(value, Computed):
        return reading.bare(value) == INT
    arms = value.operands[1:] if value.operation == "choose" else value.operands
    match value.operation:
        case "divide" | "float":
            return False
        case "add" | "subtract" | "multiply" | "negate" | "absolute":
            return all(_may_be_whole(reading, each) for each in arms)
        case _:
            return reading.bare(value) == INT or any(_may_be_whole(reading, each) for each in arms)


def _is_str_enum(reading: Reading, value: Expr) -> bool:
    """Whether a value is a member of a `StrEnum`, whose text is its value."""
    enum = widened(value.type)
    above = heritage(reading.view, enum.declaration) if isinstance(enum, EnumOf) else None
    return above is not None and above.automatic is Automatic.NAMES


# --- functions ----------------------------------------------------------------------------------------------------


def _str(reading: Reading, node: ast.Call, name: str) -> Expr:
    return as_text(reading, node, _only(reading, node, name))


def _len(reading: Reading, node: ast.Call, name: str) -> Expr:
    value = _only(reading, node, name)
    kind = reading.bare(value)
    if kind == STR or isinstance(kind, (*SIZED, TupleOf, Unresolved)):
        return reading.made(node, "length", INT, value)
    raise _refusal(node, name, value)


def _int(reading: Reading, node: ast.Call, name: str) -> Expr:
    value = _only(reading, node, name)
    kind = reading.bare(value)
    if kind == INT or isinstance(kind, Unresolved):
        return value
    if kind == BOOL:
        return reading.made(node, "choose", INT, value, reading.number(node, 1), reading.number(node, 0))
    raise _refusal(node, name, value)


def _float(reading: Reading, node: ast.Call, name: str) -> Expr:
    value = _only(reading, node, name)
    kind = reading.bare(value)
    if kind in NUMBERS or isinstance(kind, Unresolved):
        return reading.made(node, "float", FLOAT, value)
    raise _refusal(node, name, value)


def _abs(reading: Reading, node: ast.Call, name: str) -> Expr:
    value = _only(reading, node, name)
    kind = reading.bare(value)
    if kind in NUMBERS or isinstance(kind, Unresolved):
        return reading.made(node, "absolute", kind, value)
    raise _refusal(node, name, value)


def _extreme(reading: Reading, node: ast.Call, name: str) -> Expr:
    """`min`, `max`: of two numbers or more, or of a list of numbers."""
    operation: Operation = "least" if name == "min" else "greatest"
    default = next((each.value for each in node.keywords if each.arg == "default"), None)
    if not node.args or len(node.keywords) != (default is not None) or (default is not None and len(node.args) > 1):
        raise NotExactError(node, f"`{name}(...)` with keywords cannot be lowered")
    values = (
        [reading.lower(argument) for argument in node.args] if len(node.args) > 1 else [_gone_through(reading, node)]
    )
    if len(values) == 1:
        item = as_list(reading.bare(values[0]))
        kind = bare(reading.view, item) if item is not None else reading.bare(values[0])
        if (kind in NUMBERS and item is not None) or isinstance(kind, Unresolved):
            one: Operation = "least-of" if name == "min" else "greatest-of"
            found = reading.made(node, one, kind, values[0])
            return _or_default(reading, node, found, values[0], default) if default is not None else found
        raise _refusal(node, name, values[0])
    kinds = [reading.bare(value) for value in values]
    if all(kind in NUMBERS or isinstance(kind, Unresolved) for kind in kinds):
        return reading.made(node, operation, FLOAT if FLOAT in kinds else INT, *values)
    raise _refusal(node, name, next(v for v, kind in zip(values, kinds, strict=True) if kind not in NUMBERS))


def _or_default(reading: Reading, node: ast.Call, found: Expr, items: Expr, default: ast.expr) -> Expr:
    """`min(xs, default=0)`: the default is worked out in any case, and has no effects."""
    otherwise = _default(reading, default)
    length = reading.made(node, "length", INT, items)
    some = reading.made(node, "greater", BOOL, length, reading.number(node, 0))
    return reading.made(node, "choose", union([found.type, widened(otherwise.type)]), some, found, otherwise)


def _sum(reading: Reading, node: ast.Call, name: str) -> Expr:
    """Of whole numbers: Python adds floats with a correction that Go does not have."""
    if len(node.args) not in (1, 2) or node.keywords:
        raise NotExactError(node, "`sum(...)` can be lowered of a list, with a number to start from")
    value = _gone_through(reading, node)
    item = as_list(reading.bare(value))
    if not (isinstance(reading.bare(value), Unresolved) or (item is not None and bare(reading.view, item) == INT)):
        raise _refusal(node, name, value)
    found = reading.made(node, "sum", INT, value)
    start = reading.lower(node.args[1]) if len(node.args) == 2 else None
    if start is not None and reading.bare(start) != INT:
        raise _refusal(node, name, start)
    return reading.made(node, "add", INT, found, start) if start is not None else found


def _any_all(reading: Reading, node: ast.Call, name: str) -> Expr:
    value = _gone_through(reading, _with_one(node, name))
    item = as_list(reading.bare(value))
    if isinstance(reading.bare(value), Unresolved) or (item is not None and bare(reading.view, item) == BOOL):
        return reading.made(node, "any" if name == "any" else "all", BOOL, value)
    raise _refusal(node, name, value)


def _sorted(reading: Reading, node: ast.Call, name: str) -> Expr:
    """Of numbers or texts: both languages compare texts by code points. Of a dict: its keys."""
    match node:
        case ast.Call(args=[argument], keywords=[]):
            operation: Operation = "sorted"
        case ast.Call(args=[argument], keywords=[ast.keyword(arg="reverse", value=ast.Constant(value=bool(reverse)))]):
            operation = "sorted-down" if reverse else "sorted"
        case _:
            raise NotExactError(node, "`sorted(...)` with a key cannot be lowered")
    value = reading.lower_items(argument)
    kind = reading.bare(value)
    if isinstance(kind, DictOf) and bare(reading.view, kind.key) == STR:
        return reading.made(node, operation, ListOf(kind.key), reading.made(node, "keys", ListOf(kind.key), value))
    item = as_list(kind)
    if isinstance(kind, Unresolved) or (item is not None and bare(reading.view, item) in (STR, *NUMBERS)):
        return reading.made(node, operation, ListOf(item or kind), value)
    raise _refusal(node, name, value)


def _list(reading: Reading, node: ast.Call, name: str) -> Expr:
    """`list(xs)`, `tuple(xs)`: the same JSON."""
    if not node.args and not node.keywords:
        return reading.made(node, "list" if name == "list" else "tuple", ListOf(ANY) if name == "list" else TupleOf(()))
    value = _gone_through(reading, _with_one(node, name))
    item = as_list(reading.bare(value))
    if item is not None:
        return reading.made(node, "copy", ListOf(item) if name == "list" else TupleRest(item), value)
    if isinstance(reading.bare(value), Unresolved):
        return reading.made(node, "copy", value.type, value)
    raise _refusal(node, name, value)


def _dict_of(reading: Reading, node: ast.Call, name: str) -> Expr:
    """`dict(a=1, b=x)`, and `dict(pairs)` of a list of pairs whose keys are texts."""
    words = [each.arg for each in node.keywords]
    if not node.args and None not in words:
        values = [reading.lower(each.value) for each in node.keywords]
        item = union([widened(value.type) for value in values]) if values else ANY
        return reading.made(node, "dict", DictOf(STR, item), *values, keys=tuple(word or "" for word in words))
    value = _gone_through(reading, _with_one(node, name))
    return as_dict(reading, node, value)


def as_dict(reading: Reading, node: ast.expr, pairs: Expr) -> Expr:
    """A dict of a list of pairs; of several with one key the last one counts."""
    pair = as_list(reading.bare(pairs))
    if isinstance(reading.bare(pairs), Unresolved):
        return reading.made(node, "copy", pairs.type, pairs)
    if isinstance(pair, TupleOf) and len(pair.items) == 2 and bare(reading.view, pair.items[0]) == STR:
        return reading.made(node, "pairs", DictOf(pair.items[0], pair.items[1]), pairs)
    raise NotExactError(node, f"a dict of `{show(pairs.type)}` cannot be lowered: its keys must be texts")


def _bool_of(reading: Reading, node: ast.Call, name: str) -> Expr:
    return truth(reading, node, _only(reading, node, name))


def _divmod(reading: Reading, node: ast.Call, name: str) -> Expr:
    values = [reading.lower(argument) for argument in node.args]
    if len(values) != 2 or node.keywords or any(reading.bare(value) != INT for value in values):
        raise NotExactError(node, f"`{name}(...)` can be lowered with two whole numbers only")
    parts = (reading.made(node, word, INT, *values) for word in ("quotient", "remainder"))
    return reading.made(node, "tuple", TupleOf((INT, INT)), *parts)


def _gone_through(reading: Reading, node: ast.Call) -> Expr:
    """The first argument, which is gone through: a generator is a list there."""
    if not node.args or isinstance(node.args[0], ast.Starred):
        raise NotExactError(node, "this can be lowered of one list only")
    return reading.lower_items(node.args[0])


def _with_one(node: ast.Call, name: str) -> ast.Call:
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        raise NotExactError(node, f"`{name}(...)` can be lowered with one argument only")
    return node


FUNCTIONS: dict[str, Callable[[Reading, ast.Call, str], Expr]] = {
    "len": _len,
    "str": _str,
    "int": _int,
    "float": _float,
    "abs": _abs,
    "min": _extreme,
    "max": _extreme,
    "sum": _sum,
    "any": _any_all,
    "all": _any_all,
    "sorted": _sorted,
    "list": _list,
    "tuple": _list,
    "dict": _dict_of,
    "bool": _bool_of,
    "divmod": _divmod,
}


# --- methods ------------------------------------------------------------------------------------------------------


def _method(reading: Reading, node: ast.Call, owner: ast.expr, name: str) -> Expr:
    value = reading.lower(owner)
    kind = reading.bare(value)
    if isinstance(kind, Unresolved):
        return reading.made(node, "copy", kind, value)
    if node.keywords:
        raise NotExactError(node, f"`.{name}(...)` with keywords cannot be lowered")
    if kind == STR and name in FOR_TEXTS and len(node.args) == FOR_TEXTS[name][0]:
        operation = FOR_TEXTS[name][1]
        result = BOOL if operation in ("starts-with", "ends-with") else STR
        return reading.made(node, operation, result, value, *(_text(reading, argument) for argument in node.args))
    if kind == STR and name == "split" and len(node.args) == 1:
        separator = reading.lower(node.args[0])
        if isinstance(separator, Constant) and isinstance(separator.value, Text) and separator.value.value:
            return reading.made(node, "split", ListOf(STR), value, separator)
        raise NotExactError(node, "`.split(...)` needs a separator that is known and not empty")
    if kind == STR and name == "join" and len(node.args) == 1:
        return _join(reading, node, value, node.args[0])
    if name == "get" and len(node.args) in (1, 2):
        return _get(reading, node, value, kind)
    if kind == STR and name in METHODS:
        raise NotExactError(node, f"`.{name}()` of a text is not what Python gives: {UNICODE}")
    raise NotExactError(node, f"`.{name}(...)` of a `{show(value.type)}` cannot be lowered")


def _join(reading: Reading, node: ast.Call, separator: Expr, argument: ast.expr) -> Expr:
    items = reading.lower_items(argument)
    item = as_list(reading.bare(items))
    if isinstance(reading.bare(items), Unresolved) or (item is not None and bare(reading.view, item) == STR):
        return reading.made(node, "join", STR, items, separator)
    raise NotExactError(node, f"`.join(...)` of a `{show(items.type)}` cannot be lowered")


def _get(reading: Reading, node: ast.Call, value: Expr, kind: Type) -> Expr:
    """`table.get(key)`, `table.get(key, default)`; a value that is None would be taken for a missing one."""
    key = _text(reading, node.args[0])
    match kind:
        case DictOf(key=keys, value=inner) if bare(reading.view, keys) == STR:
            is_there = False
        case ClassOf() if is_typed_dict(reading.view, kind) and (name := _written(key)) is not None:
            found = item_type(reading.view, kind, name)
            inner, is_there = (ANY if found is None else found), not may_lack(reading.view, kind, name)
        case _:
            inner, is_there = ANY, False
    values = inner.members if isinstance(inner, UnionOf) else (inner,)
    if NONE in values or any(isinstance(each, AnyType) for each in values):
        raise NotExactError(node, f"`.get(...)` of a `{show(value.type)}` cannot be lowered")
    if len(node.args) == 1 or is_there:
        return reading.made(node, "get", inner if is_there else union([inner, NONE]), value, key)
    otherwise = _default(reading, node.args[1])
    return reading.made(node, "get-or", union([inner, widened(otherwise.type)]), value, key, otherwise)


def _written(value: Expr) -> str | None:
    return value.value.value if isinstance(value, Constant) and isinstance(value.value, Text) else None


def _text(reading: Reading, node: ast.expr) -> Expr:
    value = reading.lower(node)
    if reading.bare(value) == STR or isinstance(reading.bare(value), Unresolved):
        return value
    raise NotExactError(node, f"this takes a text, not `{show(value.type)}`")


def _only(reading: Reading, node: ast.Call, name: str) -> Expr:
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        raise NotExactError(node, f"`{name}(...)` can be lowered with one argument only")
    return reading.lower(node.args[0])


def _refusal(node: ast.expr, name: str, value: Expr) -> NotExactError:
    return NotExactError(node, f"`{name}(...)` of a `{show(value.type)}` cannot be lowered")


def _default(reading: Reading, node: ast.expr) -> Expr:
    """What stands for a missing value. Argo comes to it only where one is missing, so it may not be able to fail."""
    value = reading.lower(node)
    if any(each.operation in MAY_FAIL for each in walk(value, Computed)):
        raise NotExactError(node, "Python works out this default in any case, and it may fail")
    return value
