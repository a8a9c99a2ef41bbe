"""Random and mutated expressions: what Argo's expression engine refuses to read, our parser refuses, and the reverse.

The engine is expr-lang itself, of the version in Argo. Run as a program for more cases: `--count 20000 --seed 1`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import golem

from athena_lsp.argo.exprs.functions import BUILTINS, call_problems
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.printer import printed
from tests.agreement import Outcome, report

SYNTAX = re.compile(
    r"unexpected token|unexpected end|unrecognized character|literal not terminated|invalid char escape"
    r"|unable to unescape|unclosed comment|bad number syntax|invalid (?:hex|float|integer|binary|octal) literal"
    r"|expected name|a map key must|expected at least \d+ arguments \(|wrap predicate|cannot be mixed"
    r"|literal is too large|maximum allowed nodes"
)
"""The engine's words about texts that are no expressions; all others are about types, and about names it has not."""
CALLS = re.compile(
    r"(?:not enough|too many) arguments to call|invalid number of arguments|cannot redeclare|unknown pointer"
)
NAMES = ("a", "b", "x1", "_c", "$d", "tasks", "not_", "é")
FIELDS = ("f", "in", "not", "outputs", "let", "true", "é", "_1")
TEXTS = ("'a'", '"a"', "`a`", "'a\\'b'", "'\\n'", "'\\u007b'", "`a``b`", "''", "b'a'", "'\\x41\\101'", "'{{'")
NUMBERS = ("0", "1", "42", "1.5", ".5", "1.", "1e3", "1.5e-3", "0xFF", "0b101", "0o17", "1_000", "07")
BINARY = (
    *("+", "-", "*", "/", "%", "**", "^", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "and", "or", "in", ".."),
    *("matches", "contains", "startsWith", "endsWith", "not in", "not contains", "??", "not matches"),
)
PREDICATED = ("all", "filter", "map", "find", "count", "sum", "sortBy", "reduce", "groupBy")
PLAIN = ("len", "toJSON", "upper", "max", "replace", "f", "now")
BLANKS = ("", "", "", " ", " ", "\t", "\n", "/**/", "// c\n")
SPLICES = (
    *("(", ")", "[", "]", "{", "}", ",", ";", ":", "::", "?", "?.", "??", ".", "..", "#", "|", "||", "&", "=", "=="),
    *("!", "not", "in", "let", "if", "else", "nil", "'", '"', "`", "\\", "1", "1.", "e", "_", "0x", "@", "~", "//"),
    *("/*", "*/", "\n", "\u00a0", "²", "b'", "a", "let x = 1;", "- ", "+", "**", "<", "}}", "{{"),
)


def run(count: int, seed: int) -> Outcome:
    rng = random.Random(seed)
    outcome = Outcome()
    engine = golem.Engine(strict_vars=False)
    for _ in range(count):
        text = _expression(rng, 4)
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 3))):
            text = _mutated(rng, text)
        _compare(engine, text, outcome)
    return outcome


def _compare(engine: golem.Engine, text: str, outcome: Outcome) -> None:
    theirs, about_calls = verdict(engine, text)
    ours = parse(text)
    outcome.counts["refused" if ours.problem else "taken"] += 1
    if bool(ours.problem) != bool(theirs):
        outcome.disagreements.append(f"{text!r}: we say {ours.problem}, the engine {theirs or 'takes it'}")
        return
    if ours.expression is None:
        return
    again = printed(ours.expression)
    if parse(again).expression != ours.expression:
        outcome.disagreements.append(f"{text!r}: printed as {again!r}, which is {parse(again)}")
    misuse = next((problem for problem in call_problems(ours.expression) if "no function" not in problem.what), None)
    if about_calls and misuse is None:
        outcome.disagreements.append(f"{text!r}: the engine says {about_calls}, we nothing")


def verdict(engine: golem.Engine, text: str) -> tuple[str, str]:
    """What the engine has against the text as an expression, and against the calls in it; both may be empty."""
    try:
        engine.eval(text, {})
    except golem.GolemError as error:
        message = str(error)
        if not message.startswith("golem: parse error in"):
            return "", ""
        tail = message[len("golem: parse error in ") + len(text) :]
        if CALLS.search(tail):
            return "", tail
        return (tail, "") if SYNTAX.search(tail) else ("", "")
    return "", ""


def _mutated(rng: random.Random, text: str) -> str:
    place = rng.randrange(len(text) + 1)
    end = min(len(text), place + rng.randrange(1, 4))
    match rng.randrange(4):
        case 0:
            return text[:place] + text[end:]
        case 1:
            return text[:place] + rng.choice(SPLICES) + text[place:]
        case 2:
            return text[:place] + rng.choice(SPLICES) + text[end:]
        case _:
            return text[:place] + text[place:end] * 2 + text[end:]


def _expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.15:
        return rng.choice((*NAMES, *TEXTS, *NUMBERS, "nil", "true", "[]", "{}"))
    return rng.choice(SHAPES)(rng, depth - 1)


def _binary(rng: random.Random, depth: int) -> str:
    blank = rng.choice(BLANKS) or " "
    return f"{_expression(rng, depth)}{blank}{rng.choice(BINARY)}{blank}{_expression(rng, depth)}"


def _member(rng: random.Random, depth: int) -> str:
    dot, field_ = rng.choice((".", ".", "?.")), rng.choice(FIELDS)
    inside = _expression(rng, depth)
    base = rng.choice((*NAMES, f"({inside})", "a.b", "a?.b", "f(a)", "a.b()", "[1]", "a[0]"))
    return base + rng.choice(
        (f"{dot}{field_}", f"['{field_}']", f"?.['{field_}']", f"[{inside}]", f"[{inside}:]", "[:1]", f".m({inside})")
    )


def _call(rng: random.Random, depth: int) -> str:
    argument = _expression(rng, depth)
    if rng.random() < 0.5:
        inside = rng.choice((f"# == {argument}", ".f", ".f > 1", f"{{#.g; {argument}}}", "#acc + #", "{let y = #; y}"))
        end = rng.choice(("", "", ",", ", 1"))
        name = rng.choice(PREDICATED)
        return rng.choice((f"{name}({argument}, {inside}{end})", f"{argument} | {name}({inside}{end})"))
    name, more = rng.choice(PLAIN), ", 1" * rng.randrange(3)
    return rng.choice((f"{name}({argument}{more})", f"{argument} | {name}()", f"::{name}({argument})", f"{name}()"))


def _condition(rng: random.Random, depth: int) -> str:
    test, then, other = (_expression(rng, depth) for _ in range(3))
    return rng.choice(
        (
            f"{test} ? {then} : {other}",
            f"{test} ?: {other}",
            f"if {test} {{{then}}} else {{{other}}}",
            f"if {test} {{{then}}} else if {other} {{1}} else {{2}}",
        )
    )


def _display(rng: random.Random, depth: int) -> str:
    first, second = _expression(rng, depth), _expression(rng, depth)
    end = rng.choice(("", ","))
    return rng.choice((f"[{first}, {second}{end}]", f"{{a: {first}, 'b c': {second}{end}}}", f"{{({first}): 1}}"))


def _grouped(rng: random.Random, depth: int) -> str:
    inside = _expression(rng, depth)
    sign = rng.choice(("-", "+", "!", "not ", "- -"))
    return rng.choice(
        (f"({inside})", f"{sign}{inside}", f"let v = {inside}; v + 1", f"({inside}; 1)", f"{inside}; {inside}")
    )


SHAPES: tuple[Callable[[random.Random, int], str], ...] = (
    _binary,
    _binary,
    _member,
    _member,
    _call,
    _condition,
    _display,
    _grouped,
)


def arguments_taken(engine: golem.Engine, name: str) -> tuple[int, int]:
    """The least and the largest number of arguments, of up to six, with which the engine takes a call."""
    taken: list[int] = []
    for count in range(7):
        call = f"::{name}({', '.join('abcdefg'[:count])})"
        syntax, calls = verdict(engine, call)
        if not syntax and not calls:
            taken.append(count)
    return taken[0], taken[-1]


def main() -> int:
    """The exit code: 1 when they disagree."""
    code = report(__doc__, run)
    print(f"{len(BUILTINS):>7}  functions")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
