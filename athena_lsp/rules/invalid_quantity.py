"""invalid-quantity: an amount of processor time, memory or disk space that Kubernetes would refuse or misread."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import QuantityShape
from athena_lsp.analysis.quantities import QuantityProblem, parse_quantity
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Construct, Mapping, Number, Text, Value
from athena_lsp.rules._options import Slot, calls, describe, replaced, slots
from athena_lsp.rules.base import Finding, Mend, Related, rule

LEAST_MEMORY = 1024
EXAMPLES = {"cores": "`500m` or `2`", "bytes": "`512Mi` or `10Gi`", "units": "`1`"}


@rule("an amount that is no Kubernetes quantity", fixable=True, required=True)
def invalid_quantity(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if isinstance(slot.shape, QuantityShape):
            yield from _slot(slot, slot.shape)
    for call in calls(unit):
        if call.construct.name == "Resources":
            yield from _more_than_limit(call.construct)


def _slot(slot: Slot, shape: QuantityShape) -> Iterator[Finding]:
    value = _quantity(slot.value)
    hints = (f"write {EXAMPLES[shape.measure]}, for example",)
    if isinstance(value, QuantityProblem):
        edits = replaced(slot, value.suggestion) if value.suggestion else ()
        yield Finding(
            span=slot.value.span,
            message=f"{slot.title} takes a quantity, and {describe(slot.value)} {value.what}",
            hints=hints,
            fixes=(Mend(f"Replace with `{value.suggestion}`", edits),) if edits else (),
        )
    elif value is not None and (value < 0 or (value == 0 and slot.key == "EphemeralPvc.size")):
        wrong = "is negative" if value < 0 else "is nothing"
        yield Finding(
            span=slot.value.span,
            message=f"{slot.title} takes a quantity, and {describe(slot.value)} {wrong}",
            hints=hints,
        )
    elif value is not None and shape.measure == "bytes":
        yield from _hardly_any(slot, value)


def _hardly_any(slot: Slot, value: Decimal) -> Iterator[Finding]:
    """`500m` and 512 of memory: Kubernetes takes them, and means half a byte and half a kibibyte."""
    number, is_text = _text(slot.value), isinstance(slot.value, Text)
    if is_text and number.endswith("m`"):
        problem = f"{describe(slot.value)} is thousandths of a byte"
    elif slot.key == "Resources.memory" and 0 < value < LEAST_MEMORY:
        problem = f"{describe(slot.value)} is {value:f} of them, too few for any program"
    else:
        return
    meant = f"{number.strip('`').rstrip('m')}Mi"
    edits = replaced(slot, meant)
    yield Finding(
        span=slot.value.span,
        message=f"{slot.title} counts bytes, and {problem}",
        hints=(f"write `{meant}` for mebibytes",),
        fixes=(Mend(f"Replace with `{meant}`", edits),) if edits else (),
    )


def _more_than_limit(resources: Construct) -> Iterator[Finding]:
    """A request above its limit, which Kubernetes refuses when the pod is made."""
    requests, limits = (_amounts(resources, name) for name in ("requests", "limits"))
    for name, request in requests.items():
        limit = limits.get(name)
        amount, most = _quantity(request), _quantity(limit) if limit else None
        if isinstance(amount, Decimal) and isinstance(most, Decimal) and amount > most and limit is not None:
            yield Finding(
                span=request.span,
                message=f"`{name}` is requested with {_text(request)}, more than its limit of {_text(limit)}",
                related=(Related("the limit", span=limit.span),),
                hints=("raise the limit, or request less",),
            )


def _amounts(resources: Construct, of: str) -> dict[str, Value]:
    """Requests or limits by resource name: the common ones, then those that `requests=` or `limits=` give."""
    found: dict[str, Value] = {}
    for argument in resources.arguments:
        if argument.name in ("cpu", "memory", "ephemeral_storage"):
            found[argument.name.replace("_", "-")] = argument.value
    given = resources.argument(of)
    if isinstance(given, Mapping):
        found |= {entry.key.value: entry.value for entry in given.entries if isinstance(entry.key, Text)}
    return found


def _quantity(value: Value) -> Decimal | QuantityProblem | None:
    match value:
        case Text(value=text):
            return parse_quantity(text)
        case Number(value=number) if number == number and abs(number) != float("inf"):
            return Decimal(str(number))
        case _:
            return None


def _text(value: Value) -> str:
    return f"`{value.value}`" if isinstance(value, Text | Number) else describe(value)
