"""Programs with branches and loops, made at random: run as Python, and run as the manifests that they become.

The runs must give the same result, call the same steps with the same arguments, and end in the same way.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from athena_lsp.argo.preflight import refusals
from athena_lsp.diagnostics import Severity
from athena_lsp.engine.model import Outcome, StartPod
from athena_lsp.engine.program import program_of
from athena_lsp.engine.simulation import simulate
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.settings import Settings
from athena_runtime.contract import RAISED
from athena_runtime.outcomes import StepFailed

HEAD = """\
from dataclasses import dataclass
from enum import Enum

from athena_runtime import Failed, Ok, StepFailed, bounded, container, workflow

class Mode(Enum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"

CALLS = []

@container
def add(x: int, z: int) -> int:
    CALLS.append(("add", x, z))
    return (x * 3 + z) % 7

@container
def odd(x: int) -> bool:
    CALLS.append(("odd", x))
    return x % 2 == 1

@container
def mode(x: int) -> Mode:
    CALLS.append(("mode", x))
    return list(Mode)[x % 3]

@container
def maybe(x: int) -> int | None:
    CALLS.append(("maybe", x))
    return x if x % 3 else None

@container
def risky(x: int) -> int:
    CALLS.append(("risky", x))
    if x % 3 == 0:
        raise ValueError(x)
    return x + 1

@dataclass
class Box:
    size: int

@container
def box(x: int) -> Box | None:
    CALLS.append(("box", x))
    return Box(x + 1) if x > 2 else None

@container
def spread(x: int) -> list[int]:
    CALLS.append(("spread", x))
    return list(range(x % 4))

@workflow
def twice(x: int) -> int:
    if odd(x):
        return add(x, x)
    return x

@container
def note(x: int) -> None:
    CALLS.append(("note", x))

"""
NAMES = ("a", "b", "c")
SIMPLE = (
    "assign", "choose", "note", "fan-out", "call", "logic", "for", "attempt", "finally", "caught", "augment", "walrus",
    "chain", "raise", "skip", "fill", "apart",
)  # fmt: skip
"""Statements that hold no others, or only some that are made for them."""
PARAMETERS = {
    "add": ("x", "z"),
    "odd": ("x",),
    "mode": ("x",),
    "maybe": ("x",),
    "note": ("x",),
    "spread": ("x",),
    "box": ("x",),
    "risky": ("x",),
}


@dataclass
class Writer:
    """Writes one random program, with all names bound from the start."""

    chance: random.Random
    lines: list[str] = field(default_factory=list)
    loops: int = 0
    lists: int = 0
    budget: int = 14

    def block(self, depth: int, *, in_loop: bool) -> None:
        """Some statements; the last one may leave."""
        indent = "    " * (depth + 1)
        for _ in range(self.chance.randint(1, 3)):
            self.statement(depth, in_loop=in_loop)
        if self.chance.random() < 0.15 and depth:
            self.lines.append(f"{indent}return {self.number()}")
        elif in_loop and self.chance.random() < 0.35:
            self.lines.append(f"{indent}{self.chance.choice(['break', 'break', 'continue'])}")

    def statement(self, depth: int, *, in_loop: bool) -> None:
        indent = "    " * (depth + 1)
        self.budget -= 1
        kinds = ["assign", *SIMPLE]
        if depth < 4 and self.budget > 0:
            kinds += ["if", "if", "match", "fold", *(["loop"] if self.loops < 2 and depth < 3 else [])]
        match self.chance.choice(kinds):
            case "assign":
                value = self.chance.choice([self.number(), f"add({self.number()}, {self.number()})"])
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} = {value}")
            case "choose":
                call = f"add({self.number()}, 1)"
                self.lines.append(
                    f"{indent}{self.chance.choice(NAMES)} = {call} if {self.condition()} else {self.number()}"
                )
            case "for":
                self.lines += [
                    f"{indent}for each in spread({self.number()}):",
                    f"{indent}    note(each)",
                    f"{indent}    if each > {self.number()}:",
                    f"{indent}        note(add(each, {self.number()}))",
                ]
            case "attempt":
                self.lines += [
                    f"{indent}match risky.attempt({self.number()}):",
                    f"{indent}    case Ok(value):",
                    f"{indent}        {self.chance.choice(NAMES)} = value",
                    f"{indent}    case Failed():",
                    f"{indent}        {self.chance.choice(NAMES)} = 0",
                ]
            case "finally":
                # Handled outside, so that whatever runs after it runs in both: a failure leaves nothing undecided.
                number, name = self.number(), self.chance.choice(NAMES)
                self.lines += [
                    f"{indent}try:",
                    f"{indent}    try:",
                    f"{indent}        got = add(risky({number}), {self.number()})",
                    f"{indent}    finally:",
                    f"{indent}        note(risky({number}) if {self.condition()} else {self.number()})",
                    f"{indent}    {name} = got",
                    f"{indent}except StepFailed:",
                    f"{indent}    {name} = add({self.number()}, 5)",
                ]
            case "caught":
                self.caught(depth, in_loop=in_loop)
            case "augment":
                value = self.chance.choice([self.number(), f"add({self.number()}, 3)"])
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} {self.chance.choice('+-')}= {value}")
            case "walrus":
                first, second = self.chance.sample(NAMES, 2)
                self.lines += [
                    f"{indent}if ({first} := add({second}, {self.number()})) > {self.number()} and {self.condition()}:",
                    f"{indent}    note({first})",
                ]
            case "chain":
                bounds = f"{self.number()} <= add({self.number()}, 1) < add({self.number()}, {self.number()})"
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} = 1 if {bounds} else 2")
            case "raise":
                if self.chance.random() < 0.2:
                    self.lines += [f"{indent}if {self.condition()}:", f"{indent}    {self.failure()}"]
                else:
                    self.lines.append(f"{indent}pass")
            case "skip":
                self.lines += [
                    f"{indent}for each in spread({self.number()}):",
                    f"{indent}    if each == {self.number()}:",
                    f"{indent}        note(each)",
                    f"{indent}        continue",
                    f"{indent}    note(add(each, {self.number()}))",
                ]
            case "fill":
                self.lists += 1
                name = f"xs{self.lists}"
                self.lines += [
                    f"{indent}{name} = {self.chance.choice(['[]', 'spread(2)', f'[{self.number()}]'])}",
                    f"{indent}for each in spread({self.number()}):",
                    f"{indent}    if {self.condition()}:",
                    f"{indent}        {name}.append(add(each, len({name})))",
                    f"{indent}{self.chance.choice(NAMES)} = sum({name}) + len({name})",
                ]
            case "apart":
                name, (one, two) = self.chance.choice(NAMES), (self.number(), self.number())
                self.lines += self.chance.choice(
                    [
                        [f"{indent}{name} = sum([add(x, {one}) for x in spread({two}) if odd(x)])"],
                        [f"{indent}{name} = sum(z for x in spread({two}) if x > 0 if (z := add(x, {one})) > 2)"],
                        [f"{indent}{name} = sum([add(x, z) for x in spread({one}) for z in spread(x + {two})])"],
                        [f"{indent}{name} = add(*({one}, {two})) + add(**{{'x': {two}, 'z': {one}}})"],
                        [
                            f"{indent}first, (second, *others) = {one}, (add({two}, 1), 3, {one})",
                            f"{indent}{name} = first + second + len(others) + others[1]",
                        ],
                        [
                            f"{indent}found = {{str(x): add(x, {one}) for x in spread({two})}}",
                            f"{indent}{name} = len(found) + found.get('1', {two})",
                        ],
                        [
                            f"{indent}for each in Mode:",
                            f"{indent}    if each == mode({one}):",
                            f"{indent}        {name} += 1",
                        ],
                    ]
                )
            case "logic":
                value = f"{self.chance.choice(NAMES)} {self.chance.choice(['and', 'or'])} add({self.number()}, 2)"
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} = {value}")
            case "fan-out":
                condition = self.chance.choice(["", f" if x != {self.number()}"])
                value = f"sum([add(x, {self.number()}) for x in spread({self.number()}){condition}])"
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} = {value}")
            case "call":
                self.lines.append(f"{indent}{self.chance.choice(NAMES)} = twice({self.number()})")
            case "note":
                self.lines.append(f"{indent}note({self.number()})")
            case "if":
                self.branch(depth, in_loop=in_loop)
            case "match":
                self.match(depth, in_loop=in_loop)
            case "fold":
                self.fold(depth)
            case _:
                self.loop(depth)

    def caught(self, depth: int, *, in_loop: bool) -> None:
        """A `try` whose handler asks what failed."""
        indent, name = "    " * (depth + 1), self.chance.choice(NAMES)
        self.lines.append(f"{indent}try:")
        for _ in range(self.chance.randint(1, 3)):
            nested = f"risky({self.number()} if {self.condition()} else risky({self.number()}))"
            value = self.chance.choice([f"risky({self.number()})", f"add(risky({self.number()}), {name})", nested])
            self.lines.append(
                f"{indent}    "
                + self.chance.choice(
                    [f"{name} = {value}", f"note({value})", f"if {self.condition()}: {name} = {value}",
                     f"{name} = sum([risky(x + 1) for x in spread({self.number()})])",
                     f"if risky({self.number()}) > 4: raise StepFailed('no')",
                     f"for each in spread({self.number()}): {name} += risky(each + {name})",
                     f"for i in bounded(9): {name} = risky(i) + 1; break"]
                )
            )  # fmt: skip
        leaves = [f"return risky({self.number()})", *(["break", "continue"] if in_loop else [])]
        if self.chance.random() < 0.4:
            self.lines.append(f"{indent}    {self.chance.choice(leaves)}")
        self.lines += [f"{indent}except StepFailed as error:", f"{indent}    note(len(str(error)))"]
        handler = ["error.exit_code or 0", "len(error.message)", "1 if error.step == 'risky' else 2"]
        self.lines.append(f"{indent}    {self.chance.choice(NAMES)} = {self.chance.choice(handler)}")
        if self.chance.random() < 0.2:
            self.lines.append(f"{indent}    {self.chance.choice(['raise', 'return 3', *leaves])}")
        elif self.chance.random() < 0.3:
            self.lines += [f"{indent}else:", f"{indent}    note(7)"]

    def failure(self) -> str:
        return self.chance.choice([f"raise StepFailed(f'bad {{{self.number()}}}')", "assert a > 9"])

    def branch(self, depth: int, *, in_loop: bool) -> None:
        indent = "    " * (depth + 1)
        self.lines.append(f"{indent}if {self.condition()}:")
        self.block(depth + 1, in_loop=in_loop)
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            self.lines.append(f"{indent}elif {self.condition()}:")
            self.block(depth + 1, in_loop=in_loop)
        if self.chance.random() < 0.5:
            self.lines.append(f"{indent}else:")
            self.block(depth + 1, in_loop=in_loop)

    def match(self, depth: int, *, in_loop: bool) -> None:
        indent = "    " * (depth + 1)
        if self.chance.random() < 0.5:
            self.take_apart(depth, in_loop=in_loop)
            return
        if self.chance.random() < 0.5:
            cases = ["Mode.RED", "Mode.BLUE | Mode.GREEN", "_", "Mode.GREEN if a > 2"]
            self.lines.append(f"{indent}match mode({self.number()}):")
        else:
            cases = ["0", "1 | 2", "other if other > 3", "_"]
            self.lines.append(f"{indent}match {self.chance.choice(NAMES)}:")
        chosen = self.chance.sample(cases, self.chance.randint(1, 3))
        for case in sorted(chosen, key=lambda case: case == "_"):
            self.lines.append(f"{indent}    case {case}:")
            self.block(depth + 2, in_loop=in_loop)

    def take_apart(self, depth: int, *, in_loop: bool) -> None:
        """A `match` with patterns in patterns."""
        indent = "    " * (depth + 1)
        first, second = self.number(), self.number()
        lists = ["[]", "[x]", "[0, x, *_]", "[x, *_, 2] if x < 9", "[*_, 1]", "[_, *xs] if odd(len(xs))"]
        dicts = ['{"a": 1}', '{"a": x, "b": 2 | 3}', '{"c": _}', '{"b": x} if odd(x)']
        subject, cases = self.chance.choice(
            [
                (f"({first}, {second})", ["(0, _)", "(x, 1 | 2 as z) if x > z", "(1 | 2, x)", "[x, z]", "(5, *_)"]),
                (f"spread({first})", lists),
                (f"box({first})", ["None", "Box(size=4)", "Box(5 | 6 as x)", "Box(x) if odd(x)", "Box(size=x)"]),
                (f"risky.attempt({first})", ["Ok(3)", "Failed(exit_code=1)", "Ok(x) if odd(x)", "Failed(message=m)"]),
                (f'{{"a": {first}, "b": {second}}}', dicts),
                (first, ["0 | 1", "x if odd(x)", "2 | 3 as x if x == a", "x if x > 5 and odd(x)"]),
            ]
        )
        self.lines.append(f"{indent}match {subject}:")
        for case in self.chance.sample(cases, self.chance.randint(1, len(cases) - 1)):
            self.lines.append(f"{indent}    case {case}:")
            names = [name for name in ("x", "z") if re.search(rf"\b{name}\b", case)]
            if names:
                self.lines.append(f"{indent}        note({' + '.join(names)})")
            self.block(depth + 2, in_loop=in_loop)
        if self.chance.random() < 0.5:
            self.lines += [f"{indent}    case _:", f"{indent}        note(0)"]

    def loop(self, depth: int) -> None:
        indent = "    " * (depth + 1)
        self.loops += 1
        self.lines.append(f"{indent}for i in bounded({self.chance.randint(2, 5)}):")
        self.block(depth + 1, in_loop=True)
        self.lines.append(f"{indent}    if {self.condition()}:")
        self.lines.append(f"{indent}        break")

    def fold(self, depth: int) -> None:
        """A `for` over a list, whose turns hand on names and may end it."""
        indent = "    " * (depth + 1)
        source = self.chance.choice(
            [f"spread({self.number()})", f"[{self.number()}, {self.number()}, {self.number()}]", "range(4)",
             f"enumerate(spread({self.number()}), {self.number()})"]
        )  # fmt: skip
        self.lines.append(f"{indent}for {'i, each' if 'enumerate' in source else 'each'} in {source}:")
        self.lines.append(f"{indent}    {self.chance.choice(NAMES)} {self.chance.choice(['', '+'])}= each + 1")
        self.block(depth + 1, in_loop=True)
        if self.chance.random() < 0.3:
            self.lines += [f"{indent}else:", f"{indent}    {self.chance.choice(NAMES)} = 4"]

    def number(self) -> str:
        name = self.chance.choice(NAMES)
        return self.chance.choice([name, name, f"{name} + 1", str(self.chance.randint(0, 9))])

    def condition(self) -> str:
        name = self.chance.choice(NAMES)
        return self.chance.choice(
            [f"{name} > 3", f"{name} == 1 or b < 2", f"odd({name})", f"not odd({name})", f"{name} != 2",
             f"a > b and odd({name})", f"odd({name}) or c > 1", f"maybe({name}) is None"]
        )  # fmt: skip


def program(seed: int, decorator: str = "@workflow") -> str:
    """The text of a random program; `flow` is its workflow."""
    writer = Writer(random.Random(seed))
    writer.block(0, in_loop=False)
    return (
        f"{HEAD}{decorator}\ndef flow(a: int, b: int, c: int) -> int:\n"
        + "\n".join([*writer.lines, "    return a"])
        + "\n"
    )


@dataclass(frozen=True)
class Ran:
    """How a run went."""

    result: object
    calls: Counter[tuple[Any, ...]]
    failed: bool


def as_python(source: str, arguments: Mapping[str, int]) -> Ran:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(source, "flow_program", "exec"), names)
    try:
        result, failed = names["flow"](**arguments), False
    except (StepFailed, AssertionError):
        result, failed = None, True
    return Ran(result, Counter(names["CALLS"]), failed)


def emitted(source: str) -> list[dict[str, Any]]:
    """The manifests, without a finding of the rules or of preflight."""
    project = Project.of({"main.py": source}, settings=Settings(project="p"))
    found = [each for each in project.diagnostics("main.py") if each.severity is Severity.ERROR]
    assert not found, [(each.rule, each.message) for each in found]
    documents = list(yaml.safe_load_all(project.emit(Declaration("main.py", "flow")).text))
    assert [str(refusal) for refusal in refusals(documents)] == []
    return documents


def as_manifest(source: str, arguments: Mapping[str, int], version: tuple[int, int, int] = (4, 1, 2)) -> Ran:
    names: dict[str, Any] = {"__name__": __name__}
    exec(compile(source, "flow_program", "exec"), names)
    modes = names["Mode"]

    def pod(start: StartPod) -> Outcome:
        name = str(start.template["name"]).removeprefix("p-")
        values = {key: json.loads(start.inputs[key]) for key in PARAMETERS[name]}
        try:
            result = names[name](**values)
        except ValueError as error:
            said = f"{RAISED}{json.dumps(f'ValueError: {error}')}"
            return Outcome("Failed", 1, str(error), files={"return": said})
        plain = result.value if isinstance(result, modes) else getattr(result, "__dict__", result)
        return Outcome("Succeeded", 0, files={"return": json.dumps(plain)})

    documents = emitted(source)
    made = program_of(documents, root="p-flow-0-0-0", version=version)
    run = simulate(made, {key: json.dumps(value) for key, value in arguments.items()}, pods=pod)
    assert not run.is_stuck, run.state.message
    given = run.outputs.parameters.get("return")
    failed = run.state.phase != "Succeeded"
    return Ran(None if failed or given is None else json.loads(given), Counter(names["CALLS"]), failed)
