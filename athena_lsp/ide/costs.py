"""What a call costs: the pods that it takes."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.ir.model import Definition, Kind, Step, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.values import Construct, Number, Text, Value


def pods_of_call(facts: Facts, call: Step) -> str:
    """The pods of a call, in a sentence; those of each element, of a fan-out."""
    each = " for each element" if call.item is not None else ""
    if call.callee.kind is Kind.WORKFLOW:
        return pods_of_workflow(facts, call.callee.declaration, each)
    definition = facts.definition(call.callee.declaration)
    if definition is None:
        return ""
    own = call.options.retry if call.options is not None else None
    limit = _retries(own if own is not None else definition.option("retry"))
    match limit:
        case None:
            return f"Costs 1 pod{each}."
        case "unlimited":
            return f"Costs 1 pod{each}, and another one for each time that it is tried again, without a limit."
        case _:
            return f"Costs 1 pod{each}, at most {int(limit) + 1} with those that try again."


def pods_of_workflow(facts: Facts, declaration: Declaration, each: str = "") -> str:
    """The pods of a workflow, in a sentence."""
    count, is_all = _pods(facts, declaration, frozenset())
    number = f"{count or 'no'} pod{'' if count == 1 else 's'}"
    if is_all:
        return f"Costs {number}{each}."
    if count == 0:
        return f"Costs as many pods{each} as its fan-outs, arms and loops need."
    return f"Costs {number}{each}, and as many more as its fan-outs, arms and loops need."


def _retries(value: Value | None) -> str | None:
    """The limit of retries, as digits or as `unlimited`; None for no retries, or an unknown number."""
    limit = value.argument("limit") if isinstance(value, Construct) else value
    match limit:
        case Number(value=int(number)) if number > 0:
            return str(number)
        case Text(value="unlimited"):
            return "unlimited"
        case _:
            return None


def _pods(facts: Facts, declaration: Declaration, around: frozenset[Declaration]) -> tuple[int, bool]:
    """The pods that a template takes in any case, and whether these are all."""
    definition: Definition | None = facts.definition(declaration)
    if definition is None or declaration in around or not isinstance(definition.body, WorkflowBody):
        return 1, True
    straight = {id(each) for each in definition.body.statements}
    count, is_all = 0, True
    for each in walk(definition.body, Step):
        inside, whole = _pods(facts, each.callee.declaration, around | {declaration})
        always = id(each) in straight and each.item is None
        count += inside if always else 0
        is_all = is_all and whole and always
    return count, is_all
