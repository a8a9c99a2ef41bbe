"""invalid-argument-value: a value of the wrong type, or a word that Argo does not know there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.kubernetes_names import image_problem, label_value_problem
from athena_lsp.analysis.options import (
    IMAGE,
    ChoiceShape,
    ExceptionsShape,
    JsonShape,
    MapShape,
    TemplateShape,
    TextShape,
)
from athena_lsp.analysis.placeholders import ARGO_TAG, Malformed, Placeholder, Verbatim, parse_placeholders
from athena_lsp.ir.model import Definition, Kind, Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import (
    Bytes,
    Concatenated,
    Construct,
    Duration,
    EnumCase,
    Flag,
    Mapping,
    NotStatic,
    Null,
    Number,
    Reference,
    Sequence,
    Text,
)
from athena_lsp.rules._edits import added, removed, reworded
from athena_lsp.rules._fitting import expected, fits, mends, words_of
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules._options import Slot, calls, describe, replaced, rewritten, slots, values_in
from athena_lsp.rules.base import Decorate, Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

MUST_SAY_SOMETHING = (TextShape(check="non-empty"), TextShape(placeholders=True, check="non-empty"))


@rule("a value of the wrong type, or an unknown word", fixable=True, required=True)
def invalid_argument_value(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if slot.source != "resource":
            yield from _slot(slot, facts)
    for definition in unit.definitions:
        yield from _fail_fast(unit, definition)
    for call in calls(unit):
        if call.construct.name == "Toleration":
            yield from _toleration(unit, call.construct)


def _slot(slot: Slot, facts: Facts) -> Iterator[Finding]:
    value = slot.value
    if isinstance(value, NotStatic | Concatenated) or (isinstance(value, Null) and not slot.required):
        return
    words = words_of(slot.shape)
    if isinstance(value, EnumCase):
        yield _enum_case(slot, value)
    elif isinstance(value, Text) and words and value.value not in words and not _has_placeholder(slot.shape, value):
        yield _unknown_word(slot, value, words)
    elif not fits(slot.shape, value):
        yield Finding(
            span=value.span,
            message=f"{slot.title} takes {expected(slot.shape, slot.also)}, not {describe(value)}",
            fixes=mends(slot) or tuple(_unquoted(slot, facts)),
        )
    elif isinstance(slot.shape, TemplateShape) and isinstance(value, Reference):
        yield from _template(slot, value, facts)
    elif isinstance(slot.shape, JsonShape):
        yield from _json(slot)
    elif isinstance(slot.shape, MapShape) and isinstance(value, Mapping):
        yield from _map(slot, slot.shape, value)
    elif slot.shape == IMAGE and isinstance(value, Text):
        yield from _image(slot, value)
    elif slot.shape in MUST_SAY_SOMETHING and isinstance(value, Text) and not value.value.strip():
        yield Finding(span=value.span, message=f"{slot.title} is empty")


def _image(slot: Slot, value: Text) -> Iterator[Finding]:
    """What no container runtime takes for the name of an image, whatever its placeholders stand for."""
    filled = ""
    for part in parse_placeholders(value.value):
        match part:
            case Verbatim(text=text):
                filled += ARGO_TAG.sub("x", text)
            case Placeholder():
                filled += "x"
            case Malformed():
                return
            case _:
                assert_never(part)
    if problem := image_problem(filled):
        message = f"{slot.title} names an image, and {describe(value)} {problem}"
        yield Finding(span=value.span, message=message, fixes=_image_mends(value))


def _image_mends(value: Text) -> tuple[Mend, ...]:
    """The name without what a browser puts before it, without blanks, and in small letters up to its tag."""
    near = "".join(value.value.split()).removeprefix("https://").removeprefix("http://").removeprefix("docker://")
    name, colon, tag = near.rpartition(":") if ":" in near.rpartition("/")[2] else (near, "", "")
    near = f"{name if '{' in name else name.lower()}{colon}{tag}"
    is_name = "{" in near or not image_problem(near)
    return reworded(value, near) if is_name else ()


def _unquoted(slot: Slot, facts: Facts) -> Iterator[Mend]:
    """A name in quotes that stands for a template of the file, or for exceptions."""
    value = slot.value
    path = slot.definition.declaration.path if slot.definition else ""
    if isinstance(slot.shape, TemplateShape) and isinstance(value, Text):
        face = facts.signature(Declaration(path, value.value))
        if face is not None and face.kind is not Kind.FRAGMENT:
            yield Mend(f"Write `{value.value}`", rewritten(slot, value.value))
    elif isinstance(slot.shape, ExceptionsShape) and slot.spelled:
        items = value.items if isinstance(value, Sequence) else (value,)
        texts = [item for item in items if isinstance(item, Text)]
        if texts and all(text.value.isidentifier() for text in texts):
            yield Mend("Write the names without quotes", tuple(TextEdit(each.span, each.value) for each in texts))


def _has_placeholder(shape: object, value: Text) -> bool:
    return isinstance(shape, ChoiceShape) and shape.placeholders and "{" in value.value


def _unknown_word(slot: Slot, value: Text, words: tuple[str, ...]) -> Finding:
    shown = listed(f'"{word}"' for word in words if word)
    near = nearest(value.value, words)
    fixes = []
    for word in near:
        if edits := replaced(slot, word):
            same = word.lower() == value.value.lower()
            fixes.append(Mend(f"Replace with `{word}`", edits, safe=same))
    return Finding(
        span=value.span,
        message=f"{slot.title} is one of {shown}, and {describe(value)} is none of them",
        fixes=tuple(fixes) or mends(slot),
    )


def _enum_case(slot: Slot, value: EnumCase) -> Finding:
    edit = TextEdit(Span(value.span.end, value.span.end), ".value")
    fixes = (Mend("Write its `.value`", (edit,)),) if slot.spelled and value.value is not None else ()
    return Finding(
        span=value.span,
        message=f"{slot.title} takes {expected(slot.shape, slot.also)}, not {describe(value)}",
        hints=("write the member's `.value`",),
        fixes=fixes,
    )


def _template(slot: Slot, value: Reference, facts: Facts) -> Iterator[Finding]:
    declaration = value.declaration
    signature = facts.signature(declaration)
    if signature is None or signature.kind is Kind.FRAGMENT:
        what = "a fragment" if signature else "a plain function" if facts.is_function(declaration) else "no template"
        fix = Mend(f"Decorate `{declaration.name}` with `@container`", decorates=(Decorate(declaration, "container"),))
        yield Finding(
            span=value.span,
            message=f"{slot.title} takes a workflow or a container, and `{declaration.name}` is {what}",
            related=(Related(f"`{declaration.name}` is declared here", declaration),) if declaration.path else (),
            fixes=(fix,) if what == "a plain function" else (),
        )
        return
    name = declaration.name
    missing = [parameter.name for parameter in signature.callable_parameters if not parameter.has_default]
    if missing:
        yield Finding(
            span=value.span,
            message=f"Argo calls {slot.title} without arguments, and `{name}` needs {listed(missing, 'and')}",
            related=tuple(Related(f"`{each}` has no default", declaration.of(each)) for each in missing),
            hints=("give its parameters defaults, or name another template",),
        )


def _json(slot: Slot) -> Iterator[Finding]:
    for part in values_in(slot.value):
        if isinstance(part, Bytes | Duration | Construct | Reference | EnumCase):
            yield Finding(
                span=part.span,
                message=f"{slot.title} goes to Kubernetes as JSON, and {describe(part)} has no such form",
            )


def _map(slot: Slot, shape: MapShape, value: Mapping) -> Iterator[Finding]:
    for entry in value.entries:
        if not isinstance(entry.key, Text | NotStatic | Concatenated):
            yield Finding(span=entry.key.span, message=f"a key of {slot.title} is a text, not {describe(entry.key)}")
        text = entry.value.value if isinstance(entry.value, Text) else ""
        problem = label_value_problem(text) if shape.key == "label" and "{" not in text else ""
        if problem:
            yield Finding(
                span=entry.value.span,
                message=f"{describe(entry.value)} in {slot.title} is no label value: it {problem}",
            )


def _fail_fast(unit: Unit, definition: Definition) -> Iterator[Finding]:
    """Argo has `failFast` for dags alone."""
    steps, fail_fast = definition.option("steps"), definition.option("fail_fast")
    if isinstance(steps, Flag) and steps.value and isinstance(fail_fast, Flag) and not fail_fast.value:
        yield Finding(
            span=fail_fast.span,
            message="`fail_fast=False` does nothing with `steps=True`: a step that fails ends the sequence",
            hints=("remove one of the two",),
            fixes=tuple(
                mend
                for option in definition.options
                if option.name in ("fail_fast", "steps")
                for mend in removed(unit, definition.options, option)
            ),
        )


def _without(unit: Unit, construct: Construct, name: str) -> tuple[Mend, ...]:
    argument = next(each for each in construct.arguments if each.name == name)
    return removed(unit, construct.arguments, argument)


def _toleration(unit: Unit, construct: Construct) -> Iterator[Finding]:
    """What Kubernetes refuses between the fields of a toleration (`ValidateTolerations`)."""
    texts = {a.name: a.value.value for a in construct.arguments if isinstance(a.value, Text)}
    unknown = any(not isinstance(a.value, Text) and a.name != "toleration_seconds" for a in construct.arguments)
    if unknown:
        return
    operator = construct.argument("operator")
    if not texts.get("key") and texts.get("operator", "Equal") == "Equal":
        yield Finding(
            span=operator.span if operator else construct.span,
            message='a `Toleration` without `key` takes every taint, and then `operator` is `"Exists"`',
            hints=('write `key=...`, or `operator="Exists"`',),
            fixes=added(unit, construct, 'operator="Exists"') if operator is None else (),
        )
    value = construct.argument("value")
    if value is not None and texts.get("operator") == "Exists" and texts.get("value"):
        yield Finding(
            span=value.span,
            message='a `Toleration` with `operator="Exists"` takes any value, so it cannot have a `value`',
            hints=('leave `value` out, or write `operator="Equal"`',),
            fixes=_without(unit, construct, "value"),
        )
    seconds = construct.argument("toleration_seconds")
    effect = texts.get("effect", "")
    if isinstance(seconds, Number) and effect != "NoExecute" and "{" not in effect:
        yield Finding(
            span=seconds.span,
            message='`toleration_seconds` counts from a taint with `effect="NoExecute"`, and this is another effect',
            hints=('write `effect="NoExecute"`, or leave `toleration_seconds` out',),
            fixes=_without(unit, construct, "toleration_seconds"),
        )
