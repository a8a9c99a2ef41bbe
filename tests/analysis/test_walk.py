"""Walking the IR finds every node there is, in the order of the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from athena_lsp.ir.node import Node, walk
from athena_lsp.project import Project

PROGRAM = """
from dataclasses import dataclass
from athena_runtime import Retry, Inject, EphemeralPvc, container, env, host, workflow
from typing import Annotated

SCRATCH = EphemeralPvc(size="1Gi")

@dataclass
class Row:
    id: str

@container(image="a:{tag}", retry=Retry(limit=3), env={"A": "b", "C": f"{'d'}"})
def load(url: str, tag: str = "x", run: Annotated[str, Inject("workflow.name")] = "") -> Row:
    host("example.com")
    return Row(url)

@workflow
def flow(url: str = "u") -> str:
    first = load(url, tag=load(url).id)
    a, b = first, missing(first)
    x: int = first.id
    if a:
        pass
    first.nothing.more
    return a.id + f"{b}"

def stray():
    host("b")

from nowhere_athena import x
from .nowhere import y
"""


def _everything(node: object) -> Iterator[Node]:
    if isinstance(node, Node):
        yield node
        for part in fields(node):
            yield from _everything(getattr(node, part.name))
    if isinstance(node, tuple):
        for child in node:
            yield from _everything(child)


def test_all_nodes_are_found_in_order() -> None:
    units = [unit for _, unit in Project.of({"main.py": PROGRAM}).units("main.py")]
    kinds: set[type[Node]] = {type(node) for node in _everything(tuple(units))}
    assert len(kinds) > 20
    for unit in units:
        for kind in sorted(kinds | {Node}, key=lambda kind: kind.__name__):
            assert [id(node) for node in walk(unit, kind)] == [
                id(node) for node in _everything(unit) if isinstance(node, kind)
            ]
