"""argument-without-effect: an argument that is right by itself and does nothing where it stands."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.read import flag_of, int_of
from athena_lsp.ir.model import Definition, Kind, Unit, WorkflowBody
from athena_lsp.ir.values import Argument, Construct, Mapping, Null, Sequence, Value
from athena_lsp.rules._edits import added, removed
from athena_lsp.rules._options import calls
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span


@rule("an argument that does nothing where it stands", fixable=True)
def argument_without_effect(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is Kind.WORKFLOW:
            yield from _retry_by_exception(unit, definition)
            yield from _boundary(unit, definition)
        elif definition.kind is Kind.CONTAINER:
            yield from _daemon_cache(unit, definition)
    for call in calls(unit):
        match call.construct.name:
            case "Resources":
                yield from _resources(unit, call.construct)
            case "Retry":
                yield from _cap(unit, call.construct)
            case _:
                pass


def _retry_by_exception(unit: Unit, definition: Definition) -> Iterator[Finding]:
    """Argo compares exit codes, and only a pod has one."""
    retry = definition.option("retry")
    on = _given(retry, "on") if isinstance(retry, Construct) else None
    if on is not None and isinstance(retry, Construct):
        yield Finding(
            span=_span(on),
            message=f"`on` goes by the exit code of a pod, and the workflow `{definition.name}` has none, so it would "
            "never be tried again",
            hints=("give `retry` to the containers that raise, or use `policy`",),
            fixes=removed(unit, retry.arguments, on),
        )


def _boundary(unit: Unit, definition: Definition) -> Iterator[Finding]:
    """It acts on the pods of containers that are called directly."""
    steps = definition.body.every_step if isinstance(definition.body, WorkflowBody) else ()
    if not steps or any(step.callee.kind is Kind.CONTAINER for step in steps):
        return
    for option in definition.options:
        if option.name.startswith("boundary_") and not _is_nothing(option.value):
            yield Finding(
                span=_keyword(option),
                message=f"`{option.name}` is for containers that `{definition.name}` calls itself, and it calls "
                "workflows alone",
                related=(Related(f"`{steps[0].callee.declaration.name}` is a workflow", steps[0].callee.declaration),),
                hints=("give it to those workflows",),
                fixes=removed(unit, definition.options, option),
            )


def _daemon_cache(unit: Unit, definition: Definition) -> Iterator[Finding]:
    cache = definition.option("cache")
    if flag_of(definition.option("daemon")) and cache is not None and not _is_nothing(cache):
        yield Finding(
            span=cache.span,
            message=f"`{definition.name}` is a daemon, and has no result that `cache` could remember",
            hints=("remove one of the two",),
            fixes=tuple(
                mend
                for option in definition.options
                if option.name in ("cache", "daemon")
                for mend in removed(unit, definition.options, option)
            ),
        )


def _resources(unit: Unit, construct: Construct) -> Iterator[Finding]:
    device = _given(construct, "gpu_resource")
    if device is not None and _given(construct, "gpu") is None:
        yield Finding(
            span=_span(device),
            message="`gpu_resource` of `Resources` names what `gpu` counts, and `gpu` is not given",
            hints=("write `gpu=1`, for example",),
            fixes=(*added(unit, construct, "gpu=1"), *removed(unit, construct.arguments, device)),
        )
    if not any(not _is_nothing(argument.value) for argument in construct.arguments):
        yield Finding(
            span=construct.span,
            message="`Resources` without an argument asks for nothing",
            hints=('write `cpu="500m"` or `memory="1Gi"`, for example',),
            fixes=added(unit, construct, 'cpu="500m", memory="1Gi"'),
        )


def _cap(unit: Unit, construct: Construct) -> Iterator[Finding]:
    """Waits grow by the factor alone."""
    cap, factor = _given(construct, "cap"), construct.argument("factor")
    if cap is not None and _given(construct, "backoff") is not None and (int_of(factor) or 1) == 1:
        grown = added(unit, construct, "factor=2") if factor is None else ()
        yield Finding(
            span=_span(cap),
            message="`cap` of `Retry` bounds waits that grow, and without `factor` all waits are the same",
            hints=("write `factor=2`, for example",),
            fixes=(*grown, *removed(unit, construct.arguments, cap)),
        )


def _given(construct: Construct, name: str) -> Argument | None:
    """An argument that says something."""
    found = next((argument for argument in construct.arguments if argument.name == name), None)
    return found if found is not None and not _is_nothing(found.value) else None


def _is_nothing(value: Value) -> bool:
    match value:
        case Null() | Sequence(items=()) | Mapping(entries=()):
            return True
        case _:
            return False


def _span(argument: Argument) -> Span:
    return argument.value.span


def _keyword(argument: Argument) -> Span:
    return Span(argument.name_span_start, argument.name_span_start + len(argument.name))
