"""Random expressions: what our evaluator makes of them, beside what Argo's expression engine makes of them.

The engine is expr-lang itself, of the version in Argo. Run as a program for more cases: `--count 20000 --seed 1`. The
engine as it is packed lacks Argo's own functions, and divides whole numbers as Go does: neither is generated.
"""

from __future__ import annotations

import json
import random
import re

import golem

from athena_lsp.engine.evaluator import EvaluationError, evaluate
from athena_lsp.engine.values import Value
from tests.agreement import Outcome, report

NAMES = ("x.s", "x.t", "x.n", "x.f", "x.b", "x.z", "x.l", "x.m", "x.j", 'x["l"]', "x?.q", "x.q", "x.k")
ATOMS = (
    *("1", "2", "0", "-1", "2.5", "1e3", "'a'", "'b'", "''", "'é'", "'1'", "'[1,2]'", "true", "false", "nil", "[]"),
    *("[1, 2]", "['a', 'b']", "{a: 1}", "[1, 'a', nil]", "[{a: 1}, {a: 2}]", "1..3", "[3, 1, 2]"),
)
BINARY = (
    *("+", "-", "*", "%", "**", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "in", "not in", "contains"),
    *("startsWith", "endsWith", "..", "matches", "??"),
)
PREDICATED = (
    *("any", "all", "none", "one", "filter", "map", "find", "findIndex", "findLast", "findLastIndex", "count", "sum"),
    *("sortBy", "reduce"),
)
PREDICATES = ("# > 1", "# == 'a'", "#", "# != nil", ".a", ".a > 1", "toJSON(#)", "len(#) > 0", "# in [1, 2]")
ONE = (
    *("len", "type", "abs", "ceil", "floor", "round", "int", "float", "string", "upper", "lower", "trim", "toJSON"),
    *("fromJSON", "first", "last", "reverse", "uniq", "flatten", "sum", "count", "max", "min"),
    *("mean", "median", "join", "toBase64", "concat", "trimPrefix", "trimSuffix", "fromBase64", "bitnot"),
)
TWO = (
    *("split", "hasPrefix", "hasSuffix", "indexOf", "lastIndexOf", "repeat", "get", "take", "join", "max", "min"),
    *("concat", "trim", "bitand", "bitor", "bitshl", "bitshr", "splitAfter", "trimPrefix"),
)


def run(count: int, seed: int) -> Outcome:
    rng = random.Random(seed)
    outcome = Outcome()
    engine = golem.Engine(strict_vars=False)
    for number in range(count):
        inside = _expression(rng, 3) if number % 3 == 0 else TYPED[rng.choice(tuple(TYPED))](rng, 3)
        text, variables = f"toJSON({inside})", _variables(rng)
        theirs, ours = _theirs(engine, text, variables), _ours(text, variables)
        if _same(ours, theirs):
            outcome.counts["no value" if ours is None else "equal values"] += 1
        elif OF_BYTES.search(text):
            outcome.counts["negative bytes, which Go wraps"] += 1
        else:
            outcome.disagreements.append(f"{text} with {json.dumps(variables)}: {ours!r}, the engine {theirs!r}")
    return outcome


def _theirs(engine: golem.Engine, text: str, variables: dict[str, Value]) -> object:
    try:
        return json.loads(engine.eval(text, variables))
    except golem.GolemError:
        return None


def _ours(text: str, variables: dict[str, Value]) -> object:
    try:
        return json.loads(evaluate(text, variables))
    except EvaluationError:
        return None


def _same(ours: object, theirs: object) -> bool:
    """A list that Go never filled is null in its JSON."""
    if isinstance(ours, list):
        return (theirs is None and not ours) or (
            isinstance(theirs, list) and len(ours) == len(theirs) and all(map(_same, ours, theirs))
        )
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_same(ours[key], theirs[key]) for key in ours)
    return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)


def _variables(rng: random.Random) -> dict[str, Value]:
    return {
        "x": {
            "s": rng.choice(("a", "ab", "é", "1", "")),
            "t": rng.choice(("b", "true", "2.5", "[1]", "a")),
            "n": rng.choice((0, 1, 2, -3, 7)),
            "f": rng.choice((0.5, 2.25, -1.25, 1e21)),
            "b": rng.choice((True, False)),
            "z": None,
            "l": rng.choice(([1, 2], ["a", "b"], [], [True, False], [1, "a", 2.5])),
            "m": rng.choice(({"a": 1}, {"a": "x", "b": [1]}, {})),
            "j": rng.choice(('{"a":1}', "[1,2,3]", '"x"', "null", "1.0", '[{"a":2},{"a":1}]')),
            "k": "a",
        }
    }


def _expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(NAMES if rng.random() < 0.5 else ATOMS)
    first, second, third = (_expression(rng, depth - 1) for _ in range(3))
    end = rng.choice(("", "0", "1", "-2"))
    shapes = (
        *(f"({first} {rng.choice(BINARY)} {second})",) * 4,
        f"({first} ? {second} : {third})",
        f"{rng.choice(ONE)}({first})",
        f"{rng.choice(TWO)}({first}, {second})",
        f"{rng.choice(PREDICATED)}({first}, {{{rng.choice(PREDICATES)}}})",
        f"({first})[{rng.choice(('0', '-1', '1', '5'))}]",
        f"({first}){rng.choice(('?.a', '.a', '[`a`]', f'[{end}:]', f'[:{end}]'))}",
        f"({first})[{second}]",
        f"({rng.choice(('not ', '-', '+'))}{first})",
        f"[{first}, {second}]",
        f"{{a: {first}, b: {second}}}",
        f"(let v = {first}; {second})",
        f"if {first} {{{second}}} else {{{third}}}",
        f"replace({first}, {second}, {third})",
        f"reduce({first}, #acc + #, {second})",
    )
    return rng.choice(shapes)


def _number(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(
            ("x.n", "x.f", "1", "2", "-3", "2.5", "1e21", "0.000001", "1000000", "int('7')", "float('1')")
        )
    first, second, text, items = (
        _number(rng, depth - 1),
        _number(rng, depth - 1),
        _text(rng, 1),
        _list(rng, depth - 1),
    )
    return rng.choice(
        (
            f"({first} {rng.choice(('+', '-', '*'))} {second})",
            f"{rng.choice(('abs', 'ceil', 'floor', 'round', 'float', 'int'))}({first})",
            f"{rng.choice(('max', 'min'))}({first}, {second})",
            f"({first} ** {rng.choice('0123')})",
            f"len({text})",
            f"len({items})",
            f"sum({items})",
            f"count({items}, # {rng.choice(('>', '<='))} {first})",
            f"({_bool(rng, depth - 1)} ? {first} : {second})",
            f"({items}[0] ?? {first})",
            f"indexOf({text}, 'a')",
            f"(first({items}) ?? {second})",
        )
    )


def _text(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(("x.s", "x.t", "x.j", "'a,b'", "'é<&>'", "'\\n'", "''", "'A b'", "`c`"))
    first, second = _text(rng, depth - 1), _text(rng, depth - 1)
    return rng.choice(
        (
            f"({first} + {second})",
            f"{rng.choice(('upper', 'lower', 'trim', 'toBase64', 'toJSON'))}({first})",
            f"string({_number(rng, depth - 1)})",
            f"string({_list(rng, depth - 1)})",
            f"type({_number(rng, depth - 1)})",
            f"replace({first}, 'a', {second})",
            f"{first}[:{rng.choice('0123')}]",
            f"join(split({first}, ','), '-')",
            f"({_bool(rng, depth - 1)} ? {first} : {second})",
            f"(x.q ?? {first})",
            f"(let v = {first}; v + v)",
            f"repeat({first}, 2)",
        )
    )


def _bool(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(("x.b", "true", "false", "x.z == nil", "x.q != nil"))
    first, second = _bool(rng, depth - 1), _bool(rng, depth - 1)
    kind = rng.choice((_number, _text))
    return rng.choice(
        (
            f"({kind(rng, depth - 1)} {rng.choice(('==', '!=', '<', '<=', '>', '>='))} {kind(rng, depth - 1)})",
            f"({first} {rng.choice(('&&', '||', '==', 'and', 'or'))} {second})",
            f"(not {first})",
            f"({_text(rng, 1)} {rng.choice(('contains', 'startsWith', 'endsWith'))} {_text(rng, 1)})",
            f"({_number(rng, 1)} in {_list(rng, depth - 1)})",
            "('a' in x.m)",
            f"{rng.choice(('any', 'all', 'none', 'one'))}({_list(rng, depth - 1)}, # > {_number(rng, 1)})",
            f"({_list(rng, depth - 1)} == {_list(rng, depth - 1)})",
        )
    )


def _list(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.25:
        return rng.choice(("[1, 2]", "[3, 1, 2]", "[2.5]", "1..4", "fromJSON('[1,2.0,3]')", "[x.n, x.f]", "[x.n]"))
    first = _list(rng, depth - 1)
    return rng.choice(
        (
            f"filter({first}, # > {_number(rng, 1)})",
            f"map({first}, # + {_number(rng, 1)})",
            f"map({first}, #index)",
            f"sort({first})",
            f"sort({first}, 'desc')",
            f"reverse({first})",
            f"concat({first}, {_list(rng, depth - 1)})",
            f"uniq({first})",
            f"take({first}, 2)",
            f"{first}[{rng.choice(('1:', ':1', '-2:', ':'))}]",
            f"sortBy({first}, -#)",
        )
    )


TYPED = {"number": _number, "text": _text, "bool": _bool, "list": _list}
OF_BYTES = re.compile(r"\(-.*\)(?:\[|\?\.)|reduce\(")
"""A text that is read as its bytes, and a number that is negative."""


if __name__ == "__main__":
    raise SystemExit(report(__doc__, run))
