"""A step in its pod: arguments in, the function, the result out, an exit code."""

from __future__ import annotations

import json

import pytest

from athena_runtime import contract
from tests.pod.steps import Pod

ORDERS = """
from __future__ import annotations
from dataclasses import dataclass
from athena_runtime import container

@dataclass
class Line:
    name: str
    price: float

@dataclass
class Order:
    id: int
    lines: list[Line]

@container
def total(order: Order, tags: set[str], note: str = "none") -> float:
    print(note)
    return sum(line.price for line in order.lines)

@container
async def later(n: int) -> int:
    return n + 1

@container
def nothing() -> None: ...
"""
ORDER = '{"id": 9007199254740993, "lines": [{"name": "tea", "price": 1.5}, {"name": "cup", "price": 4}]}'


def test_a_step_takes_json_and_gives_json(pod: Pod) -> None:
    pod.write(ORDERS)
    ended = pod.run("total", ORDER, '["b", "a"]', '"thé"')
    assert (ended.code, ended.result, ended.out, ended.err) == (0, "5.5", "thé\n", "")


def test_an_async_function_runs_to_its_end(pod: Pod) -> None:
    pod.write(ORDERS)
    assert pod.run("later", "41").result == "42"


def test_a_step_without_a_result_writes_null(pod: Pod) -> None:
    pod.write(ORDERS)
    assert pod.run("nothing").result == "null"


def test_a_text_may_be_given_without_quotes(pod: Pod) -> None:
    pod.write(ORDERS)
    assert pod.run("total", ORDER, "[]", "as typed: {").out == "as typed: {\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((ORDER.replace(" 4}", ' "12,5"}'), "[]", "x"), 'order.lines[1].price: expected float, got "12,5"'),
        ((ORDER, '["a", "a"]', "x"), 'tags: "a" stands twice in a set'),
        (("[1", "[]", "x"), "order: this is no JSON"),
        ((ORDER, "[]"), "`total` takes 3 arguments (order, tags, note), got 2: was the template emitted from another"),
        ((contract.ABSENT, "[]", "x"), "`order`: expected Order, but the step before it produced no value"),
        ((ORDER, "[]", f'{contract.RAISED}"x"'), "`note`: expected str, but the step before it failed"),
        ((contract.TIMED_OUT, "[]", "x"), "`order`: expected Order, but nobody answered in time"),
        ((f"{contract.ABSENT}:shop-load", "[]", "x"), "`order`: expected Order, but `shop-load` produced no value"),
    ],
)
def test_a_bad_input_is_one_line_and_exit_code_64(pod: Pod, arguments: tuple[str, ...], message: str) -> None:
    pod.write(ORDERS)
    ended = pod.run("total", *arguments)
    assert ended.code == contract.EXIT_BAD_INPUT
    assert ended.err.startswith(f"athena: {message}")
    assert ended.err.count("\n") == 1
    assert ended.message == ended.err.removeprefix("athena: ").rstrip("\n")
    assert ended.result is None


def test_a_template_that_the_code_does_not_have(pod: Pod) -> None:
    pod.write(ORDERS)
    ended = pod.run("totl")
    assert ended.code == contract.EXIT_BAD_INPUT
    assert ended.err == "athena: this code has no template `totl`: was the template emitted from another version?\n"


def test_a_function_that_is_gone(pod: Pod) -> None:
    pod.write(ORDERS)
    index = {"version": 1, "templates": {"a": "flow:gone", "b": "gone.flow:a"}, "path": [str(pod.root / "app")]}
    (pod.root / contract.INDEX).write_text(json.dumps(index))
    assert "is the container `gone` of `flow`, which has none of that name" in pod.run("a").err
    assert "is the function `a` of `gone.flow`, which is not here" in pod.run("b").err
