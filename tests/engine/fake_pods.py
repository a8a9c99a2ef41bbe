"""Pods for tests that are only lines of a page: `template: outcome; outcome`, the last one for all further pods.

An outcome is `ok`, or what the pod gives (`return=5 other=x`, `{x}` is its input `x`), or `fail [CODE] [message]`, or
`error message`; `prints=...` is its standard output, `artifact=NAME` an artifact that it leaves. A line may name a node
(`w.task`) instead of a template. `TEMPLATE takes SECONDS` says how long its pods take; `answer NODE: name=value`
answers a question. Pods without a line succeed and give nothing.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from athena_lsp.engine.model import Answered, Ask, Node, Outcome, StartPod
from athena_lsp.engine.program import as_text
from athena_lsp.engine.simulation import Simulated
from athena_lsp.engine.substitution import Tree

DEEPEST = 6
"""Nodes that stand deeper are not shown."""


@dataclass
class FakePods:
    """What the lines say; counts how often each was asked."""

    outcomes: dict[str, list[str]]
    takes: dict[str, float]
    answers: dict[str, dict[str, str]]
    asked: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, text: str) -> FakePods:
        pods = cls({}, {}, {})
        for line in filter(None, map(str.strip, text.splitlines())):
            if answer := re.fullmatch(r"answer (\S+): *(.*)", line):
                pods.answers[answer[1]] = _pairs(answer[2], {})
            elif takes := re.fullmatch(r"(\S+) takes ([\d.]+)", line):
                pods.takes[takes[1]] = float(takes[2])
            else:
                name, colon, outcomes = line.partition(": ")
                assert colon, f"no line about pods: {line!r}"
                pods.outcomes[name] = [outcome.strip() for outcome in outcomes.split(";")]
        return pods

    def outcome(self, start: StartPod) -> Outcome:
        template = as_text(start.template.get("name"))
        key = next((key for key in (start.node, template) if key in self.outcomes), "")
        if not key:
            return Outcome("Succeeded")
        told = self.outcomes[key]
        number = min(self.asked[key], len(told) - 1)
        self.asked[key] += 1
        return _outcome(told[number], start.inputs)

    def seconds(self, start: StartPod) -> float:
        return self.takes.get(start.node, self.takes.get(as_text(start.template.get("name")), 0.0))

    def answer(self, ask: Ask) -> Answered | None:
        return Answered(ask.node, self.answers[ask.node]) if ask.node in self.answers else None


def _outcome(text: str, inputs: Mapping[str, str]) -> Outcome:
    word, _, rest = text.partition(" ")
    if word == "fail":
        code, _, message = rest.partition(" ")
        number = int(code) if code.isdecimal() else 1
        return Outcome("Failed", number, message or f"Error (exit code {number})")
    if word == "error":
        return Outcome("Error", None, rest)
    found = _pairs("" if text == "ok" else text, inputs)
    artifacts: dict[str, Tree] = {found.pop("artifact"): {"local": "here"}} if "artifact" in found else {}
    return Outcome("Succeeded", 0, files=found, artifacts=artifacts, result=found.pop("prints", None))


def _pairs(text: str, inputs: Mapping[str, str]) -> dict[str, str]:
    pairs = (word.partition("=") for word in shlex.split(text))
    return {name: re.sub(r"\{(\w+)\}", lambda key: inputs.get(key[1], key[0]), value) for name, _, value in pairs}


def shown(run: Simulated) -> str:
    """A run as lines: how it ended, its nodes as a tree, what it gave."""
    state = run.state
    phase = "Waits for something that nothing brings" if run.is_stuck else state.phase
    lines = [f"{phase} after {run.seconds:g} s" + (f": {state.message}" if state.message else "")]
    tops = [node for node in state.nodes.values() if not node.parent]
    for node in tops:
        lines += _lines(state.nodes, node, 0)
    for name, value in run.outputs.parameters.items():
        lines.append(f"{name} = {value}")
    return "\n".join(lines) + "\n"


def _lines(nodes: Mapping[str, Node], node: Node, depth: int) -> list[str]:
    if depth > DEEPEST:
        return [f"{'  ' * depth}..."]
    below = [nodes[child] for child in (*node.children, *node.hooks)]
    if node.kind == "StepGroup":
        return [line for child in below for line in _lines(nodes, child, depth)]
    name = node.id if not node.parent else node.id.removeprefix(node.boundary).lstrip(".")
    name = re.sub(r"^\[\d+\]\.", "", name)
    told = [f"{'  ' * depth}{name}: {node.phase}"]
    if node.from_cache:
        told.append("(remembered)")
    if node.message and node.kind not in ("DAG", "Steps"):
        told.append(f"({node.message})")
    told += [f"{key}={value}" for key, value in node.outputs.parameters.items() if depth or node.is_hook]
    return [" ".join(told), *(line for child in below for line in _lines(nodes, child, depth + 1))]
