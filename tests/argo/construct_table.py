"""The table of docs/language/python.md: constructs of Python, each with a small program, lowered or refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Construct:
    """`body` stands in a workflow `flow(a, b, c)` with the steps of `flow_agrees`; or it is a module of its own."""

    what: str
    body: str
    becomes: str = ""
    """What it is lowered to; empty for what is refused."""
    is_module: bool = False


SECTIONS: dict[str, tuple[Construct, ...]] = {
    "Statements": (
        Construct(
            "`if`, `elif`, `else`", "if odd(a):\n    b = 1\nelif b > 3:\n    b = add(b, 1)\nreturn b", "a branch"
        ),
        Construct("an early `return`", "if a > 3:\n    return 0\nreturn add(a, b)", "the rest is the other arm"),
        Construct("`x += y`", "a += add(b, 1)\nreturn a", "as `x = x + y`"),
        Construct("`x += [y]` of a list", "xs = spread(a)\nxs += [b]\nreturn sum(xs)"),
        Construct("`:=`", "if (d := add(a, b)) > 2:\n    return d\nreturn 0", "a name from there on"),
        Construct("several targets", "d = e = add(a, b)\nreturn d + e", "one step"),
        Construct("unpacking", "d, (e, *rest) = a, (add(a, b), 2, 3)\nreturn d + e + len(rest)", "each name its part"),
        Construct("unpacking a list", "d, *rest = spread(a)\nreturn d"),
        Construct("`del`", "d = add(a, b)\ndel d\nreturn a", "the name is unknown below"),
        Construct("a name with a type", "d: int\nd = add(a, b)\nreturn d", "nothing; `d: int = ...` is checked"),
        Construct("`d.size = 3`", "d = box(3)\nd.size = 3\nreturn a"),
        Construct("`pass`, `...`, a docstring", "...\nreturn a", "nothing"),
        Construct("`global`", "global CALLS\nreturn a"),
        Construct("`import`", "import json\nreturn a"),
        Construct("a function in a workflow", "def twice_it(x: int) -> int:\n    return x\nreturn twice_it(a)"),
        Construct("`with`", "with open('x') as file:\n    note(a)\nreturn a"),
        Construct("`print`", "print(a)\nreturn a"),
        Construct("`yield`", "yield a\nreturn a"),
        Construct("`await`", "return await add(a, b)"),
    ),
    "Exceptions": (
        Construct(
            "`try`, `except StepFailed`",
            "try:\n    a = risky(b)\nexcept StepFailed:\n    a = 0\nreturn a",
            "a template that goes on after a failure, then a branch",
        ),
        Construct(
            "`as error`",
            "try:\n    a = risky(b)\nexcept StepFailed as error:\n"
            "    a = len(error.message) + (error.exit_code or 0)\nreturn a",
            "an attempt for each call",
        ),
        Construct(
            "`return` in `try`",
            "try:\n    return risky(b)\nexcept StepFailed:\n    return 0",
            "as any early `return`",
        ),
        Construct(
            "`else`, `finally`", "try:\n    note(a)\nfinally:\n    note(b)\nreturn a", "a step that runs in any case"
        ),
        Construct("`return` in `finally`", "try:\n    note(a)\nfinally:\n    return b"),
        Construct(
            "`raise`",
            "if a > 90:\n    raise ValueError(f'{a} is too large')\nreturn a",
            "a step that fails, without a pod",
        ),
        Construct("bare `raise`", "try:\n    a = risky(1)\nexcept StepFailed:\n    raise\nreturn a", "the same"),
        Construct("`assert`", "assert a < 90, 'too large'\nreturn a", "`raise` under a condition"),
        Construct("another exception", "try:\n    a = risky(b)\nexcept ValueError:\n    a = 0\nreturn a"),
        Construct("a bare `except`", "try:\n    a = risky(b)\nexcept:\n    a = 0\nreturn a"),
    ),
    "Loops": (
        Construct("`for` over a list", "for x in spread(a):\n    note(x)\nreturn a", "a fan-out, one at a time"),
        Construct(
            "`continue`",
            "for x in spread(a):\n    if x == 1:\n        continue\n    note(x)\nreturn a",
            "a branch in the turn",
        ),
        Construct(
            "names from turn to turn",
            "for x in spread(a):\n    b += add(x, b)\nreturn b",
            "templates that call each other, for halves of the list",
        ),
        Construct(
            "`break`, `else`",
            "for x in spread(a):\n    if odd(x):\n        break\nelse:\n    return 0\nreturn 1",
            "the same",
        ),
        Construct(
            "`xs.append(x)`", "xs = []\nfor x in spread(a):\n    xs.append(add(x, b))\nreturn sum(xs)", "the same"
        ),
        Construct(
            "`append` to a list with two names",
            "xs = []\nothers = xs\nfor x in spread(a):\n    xs.append(x)\nreturn len(others)",
        ),
        Construct(
            "`for i in bounded(n)`",
            "for i in bounded(9):\n    a = add(a, i)\n    if i > 3:\n        break\nreturn a",
            "a template that calls itself",
        ),
        Construct("`while`", "while odd(a):\n    a = add(a, b)\nreturn a"),
        Construct(
            "members of an enum",
            "for m in Mode:\n    if m == Mode.BLUE:\n        note(a)\nreturn a",
            "a fan-out over a list that is known",
        ),
        Construct("a dict", 'd = {"x": a}\nfor key in d:\n    note(a)\nreturn a'),
        Construct(
            "`sorted(d)` of a dict",
            'd = {"x": a, "w": b}\nfor key in sorted(d):\n    note(len(key))\nreturn a',
            "a fan-out",
        ),
        Construct("a comprehension", "return sum([add(x, b) for x in spread(a) if x > 0])", "a fan-out, all at once"),
        Construct(
            "a step that filters",
            "return sum([x for x in spread(a) if odd(x)])",
            "a turn for each, whose lists become one",
        ),
        Construct(
            "a step that makes the inner list", "return sum([z for x in spread(a) for z in spread(x)])", "the same"
        ),
        Construct(
            "a dict comprehension",
            "return len({str(x): add(x, b) for x in spread(a)})",
            "a fan-out, then an expression",
        ),
        Construct("a generator in `sum`, `max`, ...", "return sum(add(x, b) for x in spread(a))", "as the list"),
        Construct("a generator in `any`", "return 1 if any(odd(x) for x in spread(a)) else 0"),
        Construct("a set comprehension", "return len({x for x in spread(a)})"),
    ),
    "Patterns of `match`": (
        Construct(
            "literals, `|`, `as`, guards",
            "match add(a, b):\n    case 1 | 2 as x if x > a:\n        return x\n    case _:\n        return 0",
            "a branch",
        ),
        Construct(
            "members of an enum",
            "match mode(a):\n    case Mode.RED:\n        return 1\n    case Mode.BLUE | Mode.GREEN:\n        return 2",
            "a branch",
        ),
        Construct(
            "a sequence",
            "match spread(a):\n    case []:\n        return 0\n    case [x, *rest]:\n"
            "        return x + len(rest)\nreturn 0",
            "a branch",
        ),
        Construct(
            "several values",
            "match (a, b):\n    case (0, _):\n        return 1\n    case (_, x):\n        return x",
            "a branch",
        ),
        Construct(
            "a mapping",
            'match {"x": a}:\n    case {"x": 1}:\n        return 0\n    case {"x": x}:\n        return x\nreturn a',
            "a branch",
        ),
        Construct("the rest of a mapping", 'match {"x": a}:\n    case {**rest}:\n        return 0\nreturn a'),
        Construct(
            "a class",
            "match box(a):\n    case Box(size=5 | 6):\n        return 1\n    case Box(x):\n"
            "        return x\n    case None:\n        return 0",
            "a branch",
        ),
        Construct(
            "how an attempt ended",
            "match risky.attempt(a):\n    case Ok(x):\n        return x\n"
            "    case Failed(exit_code=code):\n        return code or 0",
            "a branch",
        ),
        Construct(
            "a step in a guard", "match a:\n    case x if odd(x):\n        return 1\nreturn 0", "a branch before it"
        ),
    ),
    "Expressions": (
        Construct("calls in calls", "return add(add(a, b), twice(c))", "a step each"),
        Construct("a call as a condition", "if odd(a):\n    return 1\nreturn 0", "a step before the branch"),
        Construct(
            "`x if f(y) else g(z)`, `f(x) and g(y)`",
            "d = add(a, 1) if odd(b) and odd(c) else twice(c)\nreturn d",
            "branches: what is not reached does not run",
        ),
        Construct("`a < b() < c`", "return 1 if 1 < add(a, b) < 5 else 0", "one step"),
        Construct(
            "arithmetic, f-strings, methods",
            "return len(f'{add(a, b):03d}'.replace('0', ''))",
            "[an expression](../expressions.md)",
        ),
        Construct("what Argo computes otherwise", "return a ** 2"),
        Construct("slices", "return sum(spread(a)[1:]) + sum(spread(b)[::-1])", "an expression"),
        Construct("a computed slice", "return sum(spread(a)[b:])"),
        Construct(
            "`[*xs, x]`, `{**a, 'b': x}`, `a | b`",
            'd = {**{"x": a}, "w": b} | {"x": c}\nreturn sum([*spread(a), d["x"]])',
            "an expression",
        ),
        Construct("`key=` and lambdas", "return sorted(spread(a), key=lambda x: -x)[0]"),
        Construct("a value of a class", "return Box(size=a).size", "an object in JSON"),
    ),
    "Calls": (
        Construct("`f(*pair)`, `f(**{...})`", 'return add(*(a, b)) + add(**{"x": a, "z": b})', "one argument each"),
        Construct("`f(*xs)` of a list", "return add(*spread(a))"),
        Construct(
            "a function that is no step", "return len(str(max(a, b))) + abs(a)", "an expression, where Argo has it"
        ),
        Construct("a plain function", "return list_of(a)"),
        Construct("a workflow", "return twice(a)", "a sub-workflow"),
        Construct("the workflow itself", "return flow(a, b, c)"),
    ),
    "Definitions": (
        Construct("`async def`", "@workflow\nasync def flow(a: int) -> int:\n    return a", is_module=True),
        Construct(
            "a method",
            "class Flows:\n    @workflow\n    def flow(self, a: int) -> int:\n        return a",
            is_module=True,
        ),
        Construct("`*args`, `**kwargs`", "@workflow\ndef flow(*args: int) -> None:\n    pass", is_module=True),
        Construct(
            "a default that is computed",
            "def size() -> int:\n    return 3\n\n@workflow\ndef flow(a: int = size()) -> int:\n    return a",
            is_module=True,
        ),
        Construct(
            "a second decorator",
            "from functools import cache\n\n@cache\n@workflow\ndef flow(a: int) -> int:\n    return a",
            is_module=True,
        ),
        Construct("no annotation", "@workflow\ndef flow(a) -> int:\n    return 1", is_module=True),
    ),
}

INTRODUCTION = """\
# Python in a workflow's body

What becomes of each construct. Every program here is checked by a test; those that are lowered are run as Python and
as the manifests that they become, which must give the same result and call the same steps. What is refused is an error
at its own place: the message, what to write instead, and the fix where there is one.

The steps are `add(x, z) -> int`, `odd(x) -> bool`, `mode(x) -> Mode`, `box(x) -> Box | None`, `spread(x) -> list[int]`,
`risky(x) -> int`, which may fail, `note(x) -> None`, and the workflow `twice(x) -> int`; `a`, `b` and `c` are
parameters, all `int`.
"""


def shown(body: str) -> str:
    """A program in a cell of a table."""
    lines = body.splitlines()
    indents = ["&emsp;" * ((len(line) - len(line.lstrip())) // 4) for line in lines]
    cells = (f"{indent}`{line.strip()}`" if line.strip() else "" for indent, line in zip(indents, lines, strict=True))
    return "<br>".join(cells).replace("|", "\\|")
