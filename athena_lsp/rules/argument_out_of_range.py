"""argument-out-of-range: a number that is too small, too large or not whole."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import IntShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Number
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._options import Slot, rewritten, slots
from athena_lsp.rules.base import Finding, Mend, rule

HINTS = {
    "parallelism": "leave it out where there is no limit",
    "parallelism_if_root": "leave it out where there is no limit",
    "retry": "leave it out where a failure is final",
    "Retry.factor": "leave it out, or write 1, for equal waits",
    "Resources.gpu": "leave it out where there is none",
}


@rule("a number outside what Argo takes", fixable=True, required=True)
def argument_out_of_range(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        match slot:
            case Slot(shape=IntShape() as shape, value=Number(value=number)) if problem := _problem(shape, number):
                yield Finding(
                    span=slot.value.span,
                    message=f"{slot.title} takes {_range(shape)}, and {number} {problem}",
                    hints=(HINTS[slot.key],) if slot.key in HINTS else (),
                    fixes=_nearest(slot, shape, number),
                )
            case _:
                pass


def _nearest(slot: Slot, shape: IntShape, number: int | float) -> tuple[Mend, ...]:
    """The number that is nearest to what stands there."""
    if isinstance(number, float) and not isfinite(number):
        return ()
    least = shape.minimum if shape.minimum is not None else 0
    near = max(least, min(round(number), shape.maximum if shape.maximum is not None else round(number)))
    edits = rewritten(slot, str(near))
    return (Mend(f"Replace with `{near}`", edits),) if edits else ()


def _problem(shape: IntShape, number: int | float) -> str:
    if not isinstance(number, int):
        return "is not a whole number"
    if shape.minimum is not None and number < shape.minimum:
        return "is too small"
    if shape.maximum is not None and number > shape.maximum:
        return "is too large"
    return ""


def _range(shape: IntShape) -> str:
    text = "a whole number"
    if shape.minimum is not None and shape.maximum is not None:
        text += f" from {shape.minimum} to {shape.maximum}"
    elif shape.minimum is not None:
        text += f", {shape.minimum} or more"
    return f"{text}, or {listed(shape.words)}" if shape.words else text
