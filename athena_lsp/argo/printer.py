"""Printing pure expressions: values in Argo's expression language, decoded from the JSON text that steps exchange."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.json_names import json_name
from athena_lsp.analysis.jsonform import Json, NoJsonFormError, json_value
from athena_lsp.analysis.pure_base import bare
from athena_lsp.argo.expressions import Wires, carried, decoded, input_expression, quoted, result_expression
from athena_lsp.argo.projections import constant_part, part_of, projected
from athena_lsp.argo.values import value_text
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Computed, Constant, Expr, Hole, ParameterRef, Projection, StepRef
from athena_lsp.ir.node import walk
from athena_lsp.ir.operations import Operation
from athena_lsp.ir.types import FLOAT, INT, ListOf, Scalar, ScalarKind, SetOf, TupleOf, TupleRest, Type, UnionOf
from athena_lsp.records import replace

BINARY: dict[Operation, str] = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "concatenate": "+",
    "equal": "==",
    "unequal": "!=",
    "less": "<",
    "less-equal": "<=",
    "greater": ">",
    "greater-equal": ">=",
    "and": "&&",
    "or": "||",
    "in-list": "in",
    "in-keys": "in",
}

SAFE = ((r"'\u007b\u007b'", r"'\\u007b\\u007b'"), ("'$'", r"'\\u0024'"))
"""What is replaced in JSON texts, and by what: literals of the expression language."""

FLOAT_TEXT = (
    "(let f = toJson({0}); let d = trimPrefix(f, '-'); let small = d startsWith '0.0000'; "
    "let m = small ? trimPrefix(trimPrefix(d, '0.0000'), '0') : trim(d, '0'); "
    "small || d matches '^[0-9]\\u007b17\\u007d' ? trimSuffix(f, d) + m[0:1] + (len(m) > 1 ? '.' + m[1:] : '') + "
    "(small ? (d startsWith '0.00000' ? 'e-06' : 'e-05') : 'e+' + string(len(d) - 1)) : "
    "f matches 'e-[0-9]$' ? replace(f, 'e-', 'e-0') : f matches '[.e]' ? f : f + '.0')"
)
"""A float as Python spells it. Go's JSON has other exponents, uses them for other numbers, and no `.0`."""

REMAINDER = "((int({0}) % int({1}) + int({1})) % int({1}))"
"""Go's remainder has the sign of the dividend, Python's that of the divisor."""

OBJECT = r"fromJSON('\u007b' + join(map({}, toJson(#[0]) + ':' + toJson(#[1])), ',') + '\u007d')"
"""An object of pairs, the last of a key counts. What `fromPairs` makes has keys of any type, and no JSON text."""

TEMPLATES: dict[Operation, str] = {
    "negate": "(-{0})",
    "not": "(not {0})",
    "in-text": "({1} contains {0})",
    "is-none": "({0} == nil)",
    "is-not-none": "({0} != nil)",
    "length": "len({0})",
    "text": "string(int({0}))",  # a decoded number is a float, and floats have another spelling
    "float-text": FLOAT_TEXT,
    "choose": "({0} ? {1} : {2})",
    "divide": "({0} / float({1}))",
    "remainder": REMAINDER,
    "quotient": f"int((int({{0}}) - {REMAINDER}) / int({{1}}))",
    "absolute": "(abs({0}) + 0)",  # of -0.0 the engine gives -0.0
    "float": "float({0})",
    "least-of": "(len({0}) > 0 ? min({0}) : fromJSON('min of an empty list'))",
    "greatest-of": "(len({0}) > 0 ? max({0}) : fromJSON('max of an empty list'))",
    "sum": "sum({0})",
    "any": "any({0}, #)",
    "all": "all({0}, #)",
    "sorted": "sort({0})",
    "sorted-down": "sort({0}, 'desc')",
    "keys": "keys({0})",
    "copy": "{0}",
    "chain": "map(concat({0}, {1}), #)",  # of two empty lists `concat` makes none, and `map` an empty one
    "item": "{0}[int({1})]",
    "starts-with": "({0} startsWith {1})",
    "ends-with": "({0} endsWith {1})",
    "remove-prefix": "trimPrefix({0}, {1})",
    "remove-suffix": "trimSuffix({0}, {1})",
    "replace": "replace({0}, {1}, {2})",
    "split": "split({0}, {1})",
    "join": "join({0}, {1})",
    "get": "get({0}, {1})",
    "range": "(int({0})..(int({1}) - 1))",
    "enumerate": "map(0..(len({0}) - 1), [# + int({1}), {0}[#]])",
    "reversed": "map(0..(len({0}) - 1), {0}[len({0}) - 1 - #])",
    "pairs": OBJECT.format("{0}"),
    "merge": OBJECT.format("concat(toPairs({0}), toPairs({1}))"),
    "get-or": "(get({0}, {1}) ?? {2})",
}
"""How operations are written; a `fromJSON` of what is no JSON fails, as Python does."""


def printed(facts: Facts, value: Expr, wires: Wires) -> str:
    """The value, as an expression. It never holds `}}`, which would end the tag around it."""
    match value:
        case StepRef():
            return decoded(result_expression(wires, value))
        case ParameterRef(name=name):
            return decoded(input_expression(name))
        case Projection(base=StepRef() as base):
            return projected(facts, result_expression(wires, base), value)
        case Projection(base=ParameterRef(name=name)):
            return projected(facts, input_expression(name), value)
        case ItemRef():
            return _item(value, wires)
        case Projection(base=ItemRef() as base):
            return part_of(facts, _item(base, wires), value)
        case Projection(base=Computed() as whole):
            return part_of(facts, printed(facts, whole, wires), value)
        case Projection(base=Constant()) | Constant():
            return _constant(value)
        case Computed():
            return _computed(facts, value, wires)
        case Hole() | Projection():
            return "nil"  # a program with a hole is not emitted
        case _:
            assert_never(value)


def json_expression(facts: Facts, value: Expr, wires: Wires) -> str:
    """An expression that gives the value as compact JSON text, out of which nobody takes anything.

    What is whole stays the text that it is.
    """
    if (text := whole_text(value, wires)) is not None:
        return safe(text) if may_hold_text(value.type) and not isinstance(value, Constant) else text
    match value:
        case Computed(operation="choose", operands=(condition, then, otherwise)):
            chosen = (json_expression(facts, arm, wires) for arm in (then, otherwise))
            return f"({without_brackets(condition, printed(facts, condition, wires))} ? {' : '.join(chosen)})"
        case _:
            return json_text(without_brackets(value, printed(facts, value, wires)), value.type)


def whole_text(value: Expr, wires: Wires) -> str | None:
    """The JSON text of a whole value, as an expression; None for what must be computed."""
    match value:
        case StepRef():
            return result_expression(wires, value)
        case ParameterRef(name=name):
            return input_expression(name)
        case ItemRef() if (name := carried(value)) in wires.inputs:
            return input_expression(name)
        case Constant(value=constant):
            try:
                return quoted(value_text(constant))
            except NoJsonFormError:
                return None
        case _:
            return None


def without_brackets(value: Expr, text: str) -> str:
    """The text of an operation without the brackets around it."""
    wrapped = isinstance(value, Computed) and value.operation not in ("item", "slice") and text.startswith("(")
    return text[1:-1] if wrapped else text


def json_text(expression: str, type_: Type) -> str:
    """The JSON text of what an expression gives. Texts in it are made safe, where a value of the type can hold any."""
    text = f"toJson({expression})"
    return safe(text) if may_hold_text(type_) else text


def safe(text: str) -> str:
    """The same JSON text, in which nothing stands that Argo (`{{`) or Kubernetes (`$`) would replace.

    Argo reads a value again after it has put it in, and `toJson` undoes the escapes of its source. A JSON text has
    these characters in texts alone, where an escape means the same.
    """
    for taken, kept in SAFE:
        text = f"replace({text}, {taken}, {kept})"
    return text


def may_hold_text(type_: Type) -> bool:
    """Whether a value of the type may hold a text, also as a key."""
    match type_:
        case Scalar(kind=kind):
            return kind not in (ScalarKind.INT, ScalarKind.FLOAT, ScalarKind.BOOL, ScalarKind.NONE)
        case ListOf(item=item) | TupleRest(item=item) | SetOf(item=item):
            return may_hold_text(item)
        case TupleOf(items=items) | UnionOf(members=items):
            return any(may_hold_text(item) for item in items)
        case _:
            return True


def literal(value: Json) -> str:
    """A JSON value as a literal of the expression language."""
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"({value!r})" if value < 0 else repr(value)
        case str():
            return quoted(value)
        case list():
            return f"[{', '.join(literal(item) for item in value)}]"
        case dict():
            return _map((key, literal(item)) for key, item in value.items())
        case _:
            assert_never(value)


def _constant(value: Constant | Projection) -> str:
    """A static value, or a part of one; a program with one that has no JSON form is not emitted."""
    try:
        match value:
            case Projection(base=Constant(value=constant), path=path):
                return literal(json.loads(constant_part(constant, path)))
            case Constant(value=constant):
                return literal(json_value(constant))
            case _:
                return "nil"
    except NoJsonFormError:
        return "nil"


def _item(value: ItemRef, wires: Wires) -> str:
    if value.loop in wires.bound:
        return wires.bound[value.loop]
    name = carried(value)
    return decoded(input_expression(name)) if name in wires.inputs else wires.item


def _computed(facts: Facts, value: Computed, wires: Wires) -> str:
    operation = value.operation
    if value.item is not None:
        return _over(facts, value, value.item, wires)
    if operation == "json-text":
        return whole_text(value.operands[0], wires) or "nil"
    # The engine compares numbers of one kind: those that are computed may be floats.
    is_mixed = operation in ("least", "greatest") and any(isinstance(each, Computed) for each in value.operands)
    made = _alike if operation in ("choose", "get-or") or is_mixed else printed
    operands = [made(facts, operand, wires) for operand in value.operands]
    if operation in BINARY:
        return f"({f' {BINARY[operation]} '.join(operands)})" if len(operands) > 1 else operands[0]
    if operation in TEMPLATES:
        return TEMPLATES[operation].format(*operands)
    match operation:
        case "least" | "greatest":
            return f"{'min' if operation == 'least' else 'max'}({', '.join(operands)})"
        case "zip":
            lengths, parts = (", ".join(form.format(o) for o in operands) for form in ("len({})", "{}[#]"))
            return f"map(0..(min({lengths}) - 1), [{parts}])"
        case "slice":
            return f"{operands[0]}[{value.keys[0]}:{value.keys[1]}]"
        case "pad-left" | "pad-right":
            fill, width = quoted(value.keys[0]), value.keys[1]
            blanks = f"repeat({fill}, max(0, {width} - len({operands[0]})))"
            sides = (blanks, operands[0]) if operation == "pad-left" else (operands[0], blanks)
            return f"({' + '.join(sides)})"
        case "has-kind":
            return f"({' || '.join(f'type({operands[0]}) == {quoted(kind)}' for kind in value.keys)})"
        case "dict":
            return _map(zip(value.keys, operands, strict=True))
        case "make":
            keys = (json_name(facts, value.type, name) or name for name in value.keys)
            return _map(zip(keys, operands, strict=True))
        case _:
            return f"[{', '.join(operands)}]"


def _alike(facts: Facts, value: Expr, wires: Wires) -> str:
    """One of two ways to a value. Decoded numbers are floats, and the engine wants both ways to be of one kind."""
    text = printed(facts, value, wires)
    base = value.base if isinstance(value, Projection) else value
    is_made = isinstance(base, Constant | Computed) and bare(facts, value.type) in (INT, FLOAT)
    return f"float({text})" if is_made and not text.startswith("float(") else text


def _over(facts: Facts, value: Computed, item: ItemRef, wires: Wires) -> str:
    """What is done with each element of a list."""
    source, inside = printed(facts, value.operands[0], wires), value.operands[1]
    name = f"x{len(wires.bound) + 1}" if _has_elements(inside) else "#"
    text = printed(facts, inside, replace(wires, bound={**wires.bound, item.loop: name}))
    if name != "#":
        text = f"let {name} = #; {text}"
    closure = f"{{ {text} }}" if text.startswith(("{", "let ")) else text
    match value.operation:
        case "keep":
            return f"filter({source}, {closure})"
        case "each-flat":
            return f"map(reduce(map({source}, {closure}), concat(#acc, #), []), #)"
        case _:
            return f"map({source}, {closure})"


def _has_elements(value: Expr) -> bool:
    """Whether something in it has elements of its own, which hide those around."""
    own = ("any", "all", "zip", "enumerate", "reversed", "merge", "pairs", "chain")
    return any(each.item is not None or each.operation in own for each in walk(value, Computed))


def _map(entries: Iterable[tuple[str, str]]) -> str:
    """A map display. The blank before the brace keeps two of them from ending the tag."""
    inside = ", ".join(f"{quoted(key)}: {text}" for key, text in entries)
    return f"{{{inside} }}" if inside else "{}"
