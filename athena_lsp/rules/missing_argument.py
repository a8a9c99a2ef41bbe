"""missing-argument: an option that says nothing without an argument that it was not given."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import CONSTRUCTS
from athena_lsp.ir.model import Definition, Unit
from athena_lsp.ir.values import Construct, Null, Sequence, Text
from athena_lsp.rules._edits import added, added_to_decorator
from athena_lsp.rules._nearest import listed
from athena_lsp.rules._options import calls
from athena_lsp.rules.base import Finding, rule
from athena_lsp.settings import Settings

WHY = {
    ("Retry", "limit"): 'write `limit=3`, or `limit="unlimited"` to say so',
    ("PodGc", "strategy"): 'write `strategy="OnPodCompletion"`, for example',
    ("EphemeralPvc", "size"): 'write `size="10Gi"`, for example',
    ("EphemeralPvc", "access_modes"): 'write `access_modes=["ReadWriteMany"]`, for example',
    ("ExternalPvc", "claim"): "write the claim's name",
}
EXAMPLES = {
    ("Retry", "limit"): "limit=3",
    ("PodGc", "strategy"): 'strategy="OnPodCompletion"',
    ("EphemeralPvc", "size"): 'size="10Gi"',
    ("EphemeralPvc", "access_modes"): 'access_modes=["ReadWriteOnce"]',
}
"""What a fix writes, where there is a value that most people would."""
BOUNDS = ("after_completion", "after_success", "after_failure")
WITH_BACKOFF = ("factor", "cap", "max_duration")


@rule("an option without an argument that it needs", fixable=True, required=True)
def missing_argument(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        yield from _interpreter(definition, facts.settings)
    for call in calls(unit):
        construct = call.construct
        fields = CONSTRUCTS[construct.name]
        given = {argument.name for argument in construct.arguments if not isinstance(argument.value, Null)}
        if given - {field.name for field in fields}:
            continue  # what is missing may be what is misspelt
        for field in fields:
            if field.required and field.name not in given:
                hint = WHY.get((construct.name, field.name), f"write `{field.name}=...`")
                fixes = (
                    added(unit, construct, EXAMPLES[key]) if (key := (construct.name, field.name)) in EXAMPLES else ()
                )
                message = f"`{construct.name}` needs `{field.name}`"
                yield Finding(span=construct.span, message=message, hints=(hint,), fixes=fixes)
        yield from _together(unit, construct, given)


def _interpreter(definition: Definition, settings: Settings) -> Iterator[Finding]:
    """The image's own Python, of the image that is there to hold none."""
    interpreter, image = definition.option("interpreter"), definition.option("image")
    has_image = (image is not None and not isinstance(image, Null)) or settings.image != Settings().image
    if isinstance(interpreter, Text) and interpreter.value == "image" and not has_image:
        yield Finding(
            span=interpreter.span,
            message=f'`interpreter="image"` needs `image`: `{settings.image}`, the default, holds no Python',
            hints=('write `image="python:3.13-slim"`, for example, or set `image` in the configuration',),
            fixes=added_to_decorator(definition, 'image="python:3.13-slim"') if image is None else (),
        )


def _together(unit: Unit, construct: Construct, given: set[str]) -> Iterator[Finding]:
    """Arguments that are optional one by one."""
    match construct.name:
        case "Ttl" if not given.intersection(BOUNDS):
            yield Finding(
                span=construct.span,
                message="`Ttl` without a time keeps finished workflows as if it were not there",
                hints=(f"write at least one of {listed(BOUNDS)}",),
                fixes=added(unit, construct, 'after_completion="7d"') if not construct.arguments else (),
            )
        case "Retry" if "backoff" not in given:
            alone = [name for name in WITH_BACKOFF if name in given]
            if alone:
                yield Finding(
                    span=construct.span,
                    message=f"`Retry` with {listed(alone, 'and')} needs `backoff`, the first wait",
                    hints=('write `backoff="30s"`, for example',),
                    fixes=added(unit, construct, 'backoff="30s"') if construct.argument("backoff") is None else (),
                )
        case "EphemeralPvc":
            modes = construct.argument("access_modes")
            if isinstance(modes, Sequence) and not modes.items:
                yield Finding(
                    span=modes.span,
                    message="`access_modes` of `EphemeralPvc` is empty, and a claim needs one mode or more",
                    hints=(WHY[construct.name, "access_modes"],),
                )
        case _:
            return
