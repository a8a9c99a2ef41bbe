"""Random typed expressions: what Argo's expression engine makes of the printed text, beside what Python gives.

The engine is expr-lang itself, of the version in Argo. Run as a program for more cases: `--count 20000 --seed 1`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping

import golem

from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.printer import json_expression
from athena_lsp.ir.model import Bound, Computed, Constant, Hole, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from tests.agreement import Outcome, report

HEADER = """from typing import Any
from athena_runtime import container, workflow

@container
def sink(value: Any) -> None: ...

"""
PARAMETERS = {
    "i": "int",
    "j": "int",
    "x": "float",
    "y": "float",
    "s": "str",
    "t": "str",
    "b": "bool",
    "c": "bool",
    "li": "list[int]",
    "ls": "list[str]",
    "ds": "dict[str, int]",
    "oi": "int | None",
    "os": "str | None",
}
TEXTS = (
    "",
    "a",
    "ab",
    "{{x}}",
    "}}",
    "é",
    "漢😋",
    "a'b",
    'q"q',
    "\\",
    "\n\t",
    "1",
    "true",
    "<&>",
    "$(A)",
    "$$",
    "\x7f",
    "\x1b\u2028",
)
INTS = (0, 1, -1, 2, 3, 7, 10, 255, -40, 1_000_000, 2**31, -(2**40), 9_007_199_254_740_991)
FLOATS = (0.0, 1.0, -1.5, 0.1, 3.0, 1e21, 1e-7, 123456.789, -2.5e300, 1e16, -1.25e17, 1.2345678901234567e20, 1e-5,
          -0.00012, 1.25e-6, 0.0001, 9999999999999998.0, 3.7e-11, -0.0, 5e-324, 1 / 3)  # fmt: skip
"""Around every number at which Python or Go begins to write an exponent."""
BATCH = 100
BUILTINS = {
    f.__name__: f
    for f in (
        *(len, str, int, float, abs, min, max, sum, any, all, sorted, list, zip, enumerate, range),
        *(bool, dict, divmod, reversed, tuple),
    )
}


def run(count: int, seed: int) -> Outcome:
    rng = random.Random(seed)
    outcome = Outcome()
    engine = new_engine()
    while sum(outcome.counts.values()) < count:
        sources = [GENERATORS[rng.choice(("int", "float", "str", "bool", "any"))](rng, 3) for _ in range(BATCH)]
        values = {name: value(rng, type_) for name, type_ in PARAMETERS.items()}
        for source, bound in zip(sources, lowered(sources), strict=True):
            compare(engine, source, bound, values, outcome)
    return outcome


def new_engine() -> golem.Engine:
    return golem.Engine(strict_vars=False)


def lowered(sources: list[str]) -> list[tuple[Project, Bound]]:
    parameters = ", ".join(f"{name}: {type_}" for name, type_ in PARAMETERS.items())
    body = "".join(f"    sink({source})\n" for source in sources)
    project = Project.of({"main.py": f"{HEADER}@workflow\ndef flow({parameters}) -> None:\n{body}"})
    definition = project.facts.definition(Declaration("main.py", "flow"))
    assert definition is not None
    assert isinstance(definition.body, WorkflowBody)
    assert len(definition.body.every_step) == len(sources), [d.message for d in project.diagnostics("main.py")][:3]
    return [(project, step.bound[0]) for step in definition.body.every_step]


def compare(
    engine: golem.Engine, source: str, lowered: tuple[Project, Bound], values: Mapping[str, object], outcome: Outcome
) -> None:
    project, bound = lowered
    if isinstance(bound.value, Hole):
        outcome.counts["refused"] += 1
        return
    if isinstance(bound.value, Constant):
        outcome.counts["constant"] += 1
        return
    operation = bound.value.operation if isinstance(bound.value, Computed) else "plain"
    outcome.counts[operation] += 1
    try:
        expected = eval(source, {**values, "__builtins__": BUILTINS})
    except (ValueError, LookupError, ArithmeticError) as error:
        expected = error
    text = json_expression(project.facts, bound.value, Wires())
    if "}}" in text or "{{" in text:
        outcome.disagreements.append(f"{source}: `{text}` would end its tag")
        return
    variables = {"inputs": {"parameters": {name: json.dumps(value) for name, value in values.items()}}}
    try:
        printed = engine.eval(text.replace("toJson(", "toJSON("), variables)
        actual = json.loads(printed)
    except (golem.GolemError, ValueError) as error:
        if isinstance(expected, Exception):
            outcome.counts["both fail"] += 1
            return
        outcome.disagreements.append(f"{source}: `{text}` fails: {error}")
        return
    if isinstance(expected, Exception):
        outcome.disagreements.append(f"{source}: Python fails ({expected}), Argo {actual!r} by `{text}`")
        return
    if any(taken in printed for taken in ("{{", "$")):
        outcome.disagreements.append(f"{source}: `{printed}` would be read again")
    if not _same(actual, json.loads(json.dumps(expected))):
        outcome.disagreements.append(f"{source}: Python {expected!r}, Argo {actual!r} by `{text}` with {values}")


def _same(actual: object, expected: object) -> bool:
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(_same(a, b) for a, b in zip(actual, expected, strict=True))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(_same(actual[key], expected[key]) for key in actual)
    if isinstance(expected, float) and isinstance(actual, int | float):
        return float(actual) == expected  # Go writes a large float without a point; whoever takes a float reads one
    return isinstance(actual, bool) == isinstance(expected, bool) and actual == expected


def value(rng: random.Random, type_: str) -> object:
    match type_:
        case "int":
            return rng.choice(INTS[:9])
        case "float":
            return rng.choice(FLOATS) if rng.random() < 0.7 else rng.uniform(-1, 1) * 10.0 ** rng.randrange(-25, 26)
        case "str":
            return rng.choice(TEXTS)
        case "bool":
            return rng.random() < 0.5
        case "list[int]":
            return [rng.choice(INTS[:-1]) for _ in range(rng.randrange(4))]
        case "list[str]":
            return [rng.choice(TEXTS) for _ in range(rng.randrange(4))]
        case "dict[str, int]":
            return {rng.choice(TEXTS): rng.choice(INTS[:-1]) for _ in range(rng.randrange(4))}
        case _:
            return None if rng.random() < 0.5 else value(rng, type_.partition(" |")[0])


def _int(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(("i", "j", str(rng.choice(INTS[:9]))))
    left, right = _int(rng, depth - 1), _int(rng, depth - 1)
    return rng.choice(
        (
            f"({left} + {right})",
            f"({left} - {right})",
            f"({left} * 3)",
            f"(-{left})",
            f"len({_str(rng, depth - 1)})",
            "len(li)",
            "len(ds)",
            f"int({left})",
            f"({left} if {_bool(rng, depth - 1)} else {right})",
            f"({left} // {rng.choice(('2', '-3', '7'))})",
            f"({left} % {rng.choice(('3', '-5', '1000'))})",
            f"abs({left})",
            f"min({left}, {right})",
            f"max({left}, {right}, 3)",
            f"sum({_list(rng, depth - 1)})",
            f"min({_list(rng, depth - 1)})",
            f"int({_bool(rng, depth - 1)})",
            f"ds.get({_str(rng, depth - 1)}, {right})",
            f"({_list(rng, depth - 1)})[0]",
            f"({left} or {right})",
            f"({left} and {right})",
            f"len({_list(rng, depth - 1)})",
            f"sum((k + {right} for k in {_list(rng, depth - 1)}), {left})",
            f"max({_list(rng, depth - 1)}, default={left})",
            f"divmod({left}, {rng.choice(('3', '-5'))})[1]",
            f"({{**ds, 'a': {left}}} | dict(zip(ls, {_list(rng, depth - 1)}))).get({_str(rng, 0)}, {right})",
            f"len({{k: {left} for k in {_texts(rng, depth - 1)}}})",
        )
    )


def _float(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(("x", "y", repr(rng.choice(FLOATS[:6]))))
    left, right = _float(rng, depth - 1), _float(rng, depth - 1)
    return rng.choice(
        (
            f"({left} + {right})",
            f"({left} - {_int(rng, depth - 1)})",
            f"({left} * 0.5)",
            f"(-{left})",
            f"({left} / 2)",
            f"({_int(rng, depth - 1)} / {rng.choice(('3', '-7', '0.5'))})",
            f"abs({left})",
            f"float({_int(rng, depth - 1)})",
            f"max({left}, {_int(rng, depth - 1)})",
        )
    )


def _str(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.3:
        return rng.choice(("s", "t", repr(rng.choice(TEXTS))))
    left, right = _str(rng, depth - 1), _str(rng, depth - 1)
    return rng.choice(
        (
            f"({left} + {right})",
            'f"{s}/{i}-{t}"',
            'f"n={j}"',
            f'f"{{{rng.choice(("i", "j", "i * j"))}:{rng.choice(("3", "05", "02d", "12d"))}}}"',
            'f"{x}, {y}: {oi}{os}"',
            "str(x)",
            f"str({_int(rng, depth - 1)})",
            f"({left} if {_bool(rng, depth - 1)} else {right})",
            f"str({_float(rng, depth - 1)})",
            f"({left} * 2)",
            f"str({left})",
            f"str({_bool(rng, depth - 1)})",
            f"({left}).replace({right}, {_str(rng, depth - 1)})",
            f"({left}).removeprefix({right})",
            f"({left}).removesuffix({right})",
            f"({left}).join({_texts(rng, depth - 1)})",
            f"({left}).upper()",
            f"({left} or {right})",
            f"{_texts(rng, depth - 1)}[0]",
            f"f'{{{_int(rng, 0)}:0{rng.randrange(1, 9)}d}}'",
            f"f'{{{rng.choice('st')}:{rng.choice(('<', '>', '_>', ''))}{rng.randrange(1, 9)}}}'",
        )
    )


def _bool(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(("b", "c", "True", "False", "oi is None", "os is not None"))
    op = rng.choice(("==", "!=", "<", "<=", ">", ">="))
    kind = rng.choice((_int, _float, _str))
    left, right = _bool(rng, depth - 1), _bool(rng, depth - 1)
    return rng.choice(
        (
            f"({kind(rng, depth - 1)} {op} {kind(rng, depth - 1)})",
            f"({left} and {right})",
            f"({left} or {right})",
            f"(not {left})",
            f"({_str(rng, depth - 1)} in {_str(rng, depth - 1)})",
            f"({_int(rng, depth - 1)} in li)",
            f"({_str(rng, depth - 1)} not in ls)",
            f"({_str(rng, depth - 1)} in ds)",
            f"(oi == {_int(rng, depth - 1)})",
            f"(os != {_str(rng, depth - 1)})",
            f"({left} == {right})",
            f"({_int(rng, depth - 1)} < {_float(rng, depth - 1)} <= {_int(rng, depth - 1)})",
            f"({_int(rng, depth - 1)} in {_list(rng, depth - 1)})",
            f"({_str(rng, depth - 1)}).startswith({_str(rng, depth - 1)})",
            f"({_str(rng, depth - 1)}).endswith({_str(rng, depth - 1)})",
            f"any([{left}, {right}])",
            f"all([{left}, {right}])",
            f"(not {_str(rng, depth - 1)})",
            f"(not li or {right})",
            f"(oi is None or {left})",
        )
    )


def _texts(rng: random.Random, depth: int) -> str:
    items = ", ".join(_str(rng, max(depth - 1, 0)) for _ in range(rng.randrange(1, 3)))
    return rng.choice((f"[{items}]", f"sorted([{items}])", f"({_str(rng, 0)}).split(',')", f"([{items}] + ['z'])"))


LOOPS = (
    "[k + {i} for k in li]",
    "[k for k in li if k > {i}]",
    "[len(w) for w in ls if w]",
    "[k + len(w) for w in ls for k in li if w != s]",
    "[a - b for a, b in zip(li, sorted(li))]",
    "[n + k for n, k in enumerate(li, {i} % 3)]",
    "[n * 2 for n in range({i} % 7)]",
    "[a + b for a in li for b in range(1, 3)]",
    "[sum([a + b for b in li]) for a in li]",
    "[n + sum(p) for n, p in enumerate([[a, b] for a, b in zip(li, li)])]",
)


def _list(rng: random.Random, depth: int) -> str:
    if rng.random() < 0.3:
        return rng.choice(LOOPS).format(i=_int(rng, 0))
    if depth > 0 and rng.random() < 0.3:
        inner = _list(rng, depth - 1)
        return rng.choice(
            (
                f"sorted({inner}, reverse=True)",
                f"({inner} + {inner})",
                f"({inner} + [1, 2])[-2:5]",
                f"[*{inner}, 1]",
                f"{inner}[::-1]",
            )
        )
    return "[" + ", ".join(_int(rng, max(depth - 1, 0)) for _ in range(rng.randrange(1, 4))) + "]"


def _any(rng: random.Random, depth: int) -> str:
    kinds = (_int, _float, _str, _bool, _list, _texts)
    first, second = rng.choice(kinds)(rng, depth - 1), rng.choice(kinds)(rng, depth - 1)
    return rng.choice((f"[{first}, {second}]", f"({first}, {second})", f'{{"a": {first}, "b": {{"c": {second}}}}}'))


GENERATORS: dict[str, Callable[[random.Random, int], str]] = {
    "int": _int,
    "float": _float,
    "str": _str,
    "bool": _bool,
    "any": _any,
}


if __name__ == "__main__":
    raise SystemExit(report(__doc__, run))
