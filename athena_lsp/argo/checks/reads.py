"""Checks of expressions, which Argo never looks at before a run (X1 to X7): often a run would wait for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from athena_lsp.argo.checks.places import At, Refused
from athena_lsp.argo.checks.scopes import (
    TASK_WORDS,
    Scope,
    Verdict,
    input_verdict,
    item_verdict,
    near_parameter,
    result_verdict,
    workflow_verdict,
)
from athena_lsp.argo.checks.values import gives_text, mismatches, text_length
from athena_lsp.argo.exprs.cursor import Problem
from athena_lsp.argo.exprs.functions import call_problems, sprig_problem
from athena_lsp.argo.exprs.names import Reference, references
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tree import Expression

Place = Literal["", "retry", "hook", "http", "data", "metrics"]
"""Fields with variables of their own."""
HEADS = frozenset({"workflow", "inputs", "outputs", "tasks", "steps", "item", "pod", "node", "retries"})
TASK_RESULTS = frozenset({"status", "ip", "exitCode", "outputs", "name"})
FUNCTIONS = frozenset({"sprig", "asInt", "asFloat", "jsonpath", "toJson", "$env"})
MORE_HEADS: Mapping[str, frozenset[str]] = {
    "retry": frozenset({"lastRetry"}),
    "http": frozenset({"request", "response"}),
    "data": frozenset({"data"}),
    "metrics": frozenset({"status", "duration", "exitCode", "resourcesDuration", "lastRetry"}),
}
NEVER = "is never there: what is written for its absence always holds"
"""Of paths that may be missing for Argo, and cannot be there."""
UNDECLARED = "is not declared here"
PARTS: Mapping[str, frozenset[str]] = {
    "inputs": frozenset({"parameters", "artifacts"}),
    "outputs": frozenset({"parameters", "artifacts", "result", "exitCode"}),
}
Variables: TypeAlias = Mapping[str, frozenset[str] | None]
"""Variables with their members; None where anything may be one."""
LAST_RETRY = frozenset({"exitCode", "status", "duration", "message"})


def check_field(at: At, scope: Scope, where: str, place: str = "") -> Iterator[Refused]:
    """A field that holds an expression without a tag around it. Tags inside are filled in first."""
    if at.text and not at.has_tag:
        yield from check_expression(at, at.text, 0, scope, where, place)


def check_foreign(at: At, text: str, start: int, where: str, variables: Variables) -> Iterator[Refused]:
    """An expression that reads nothing of a run, but these variables."""
    parsed = parse(text)
    if parsed.expression is None:
        assert parsed.problem is not None
        yield at.trap("X1", f"{where}: {parsed.problem.what}", parsed.problem.span.shift(start))
        return
    for problem in call_problems(parsed.expression):
        yield at.trap("X1", f"{where}: {problem.what}", problem.span.shift(start))
    for reference in references(parsed.expression):
        what = sprig_problem(reference) or _foreign_problem(reference, variables)
        if what:
            yield at.trap("X1", f"{where}: {what}", reference.span.shift(start))


def check_output(at: At, scope: Scope, where: str) -> Iterator[Refused]:
    """The expression of an output, whose value is written as Go writes it: only a text arrives as it is."""
    yield from check_field(at, scope, where)
    expression = parse(at.text).expression if at.text and not at.has_tag else None
    if expression is not None and gives_text(expression) is False:
        message = f"`{at.text}` gives no text, and Go writes a list as `[1 2]` and a map as `map[a:1]`: end in toJson"
        yield at.trap("X7", f"{where} expression {message}")


def check_expression(at: At, text: str, start: int, scope: Scope, where: str, place: str = "") -> Iterator[Refused]:
    """An expression that begins at `start` of the text at a place."""
    parsed = parse(text)
    if parsed.expression is None:
        assert parsed.problem is not None
        message = f"{where} failed to evaluate expression `{text}`: {parsed.problem.what}"
        yield at.trap("X1", message, parsed.problem.span.shift(start))
        return
    said: set[str] = set()
    for code, problem in _problems(parsed.expression, scope, place):
        if problem.what not in said:
            said.add(problem.what)
            say = at.advise if NEVER in problem.what or UNDECLARED in problem.what else at.trap
            yield say(code, f"{where} expression `{text}`: {problem.what}", problem.span.shift(start))


def _problems(expression: Expression, scope: Scope, place: str) -> Iterator[tuple[str, Problem]]:
    """Each with its rule."""
    yield from (("X1", problem) for problem in call_problems(expression))
    yield from (("X3", problem) for problem in mismatches(expression))
    for reference in references(expression):
        code, what = _reference_problem(reference, scope, place)
        if what:
            yield code, Problem(reference.span, what)


def _reference_problem(reference: Reference, scope: Scope, place: str) -> tuple[str, str]:
    """The rule that a path breaks, and how; both empty when there is nothing against it."""
    head, names = reference.head, reference.names
    if head == "sprig":
        return "X1", sprig_problem(reference)
    if head not in HEADS | FUNCTIONS | MORE_HEADS.get(place, frozenset()):
        return "X1", f"there is no variable `{head}`"
    if head in ("tasks", "steps"):
        return _result_problem(reference, scope, place)
    verdict: Verdict = ""
    if head == "inputs" and len(names) > 1:
        verdict = input_verdict(names[1 : 4 if names[1] == "artifacts" else 3], scope)
    elif head == "workflow" and len(names) > 1:
        length = text_length(names) or len(names)
        verdict = workflow_verdict(names[1:length], scope.world)
    elif head == "item":
        verdict = item_verdict(".".join(names[:2]), scope)
    elif head == "lastRetry" and len(names) > 1 and names[1] not in LAST_RETRY:
        verdict = "absent"
    if verdict == "absent" and not reference.is_guarded(len(names)):
        return "X2", _absent(names)
    if names[:2] == ("workflow", "parameters") and len(names) > 2 and (near := near_parameter(names[2], scope.world)):
        return "V1", f"`{'.'.join(names[:3])}` {UNDECLARED}{near}"
    if verdict == "absent" and (head == "inputs" or names[:2] == ("workflow", "parameters")):
        return "X2", f"`{'.'.join(names[:3])}` {NEVER}"
    if head == "inputs" and len(names) > 1 and names[1] not in PARTS[head]:
        return "X2", f"`{'.'.join(names[:2])}` {NEVER}"
    return "X3", _text_problem(names)


def _result_problem(reference: Reference, scope: Scope, place: str) -> tuple[str, str]:
    """A path that begins with `tasks` or `steps`."""
    head, *names = reference.names
    if not names or ".".join(names) == "name":
        return "", ""
    task, rest = names[0], names[1:]
    if head != scope.mode or task not in scope.tasks:
        return "X2", f"`{head}['{task}']` is not there, and Argo would wait for it for ever"
    guarded = reference.is_guarded(len(names) + 1)
    if not scope.has_ended(task) and not guarded and place != "hook":
        missing = "it is missing in depends" if head == "tasks" else "it is not in an earlier group of steps"
        return "X2", f"`{task}` need not have ended by then: {missing}"
    if rest[:2] == ["outputs", "result"] and reference.keys[0].quote not in ("", "'"):
        return "X6", "stdout is only captured for outputs.result in single quotes"
    if rest:
        verdict = result_verdict(tuple(names[: 4 if rest[0] == "outputs" else 2]), scope, is_tag=False)
        told = ".".join(reference.names[:5])
        if guarded:
            never = verdict in ("result", "unseen") or _is_no_part(rest)
            return ("X2", f"`{told}` {NEVER}") if never else ("X3", _text_problem(reference.names))
        if verdict == "result":
            return "X2", f"`{told}` is not there: what `{task}` calls has no result"
        if verdict in ("absent", "unseen"):
            return "X2", f"`{told}` is no output of what `{task}` calls"
    return "X3", _text_problem(reference.names)


def _is_no_part(names: list[str]) -> bool:
    """Whether a task has nothing that is called so."""
    known = names[0] in TASK_WORDS | TASK_RESULTS and (
        len(names) == 1 or names[0] != "outputs" or names[1] in PARTS["outputs"]
    )
    return not known


def _foreign_problem(reference: Reference, variables: Variables) -> str:
    head, names = reference.head, reference.names
    if head not in variables and head not in FUNCTIONS | {"sprig"}:
        return f"there is no variable `{head}`"
    members = variables.get(head)
    if members is not None and len(names) > 1 and names[1] not in members:
        return f"there is no `{head}.{names[1]}`"
    return ""


def _absent(names: tuple[str, ...]) -> str:
    whole = ".".join(names)
    if names[0] == "inputs":
        return f"`{whole}` is no input of this template"
    if names[0] == "item":
        return f"`{whole}` is not there: no loop around this gives it"
    return f"there is no `{whole}`"


def _text_problem(names: tuple[str, ...]) -> str:
    length = text_length(names)
    if not length or len(names) <= length:
        return ""
    whole, part = ".".join(names[:length]), names[length]
    return f"`{whole}` is a text and has no `{part}`: decode it with fromJSON first"
