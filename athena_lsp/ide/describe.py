"""Markdown about the things of a program: what they are, what becomes of them, what they wait for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import OPTIONS
from athena_lsp.analysis.options import Scope as OptionScope
from athena_lsp.analysis.runtime_docs import Documented, Entry
from athena_lsp.analysis.types import attribute_type, field_of, item_type, show
from athena_lsp.argo.captures import captured
from athena_lsp.argo.edges import argument
from athena_lsp.argo.expressions import Wires
from athena_lsp.argo.manifest import Parameter as ManifestParameter
from athena_lsp.argo.scope import Scope
from athena_lsp.ide.costs import pods_of_call, pods_of_workflow
from athena_lsp.ide.faces import parameter_texts, signature
from athena_lsp.ide.spots import PlaceholderSpot
from athena_lsp.ir.model import (
    REGIONS,
    Definition,
    Given,
    HookKind,
    Kind,
    Parameter,
    Projection,
    Region,
    Statement,
    Step,
    StepRef,
    WorkflowBody,
    calls,
)
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.ir.values import Argument, Text

ABOUT = re.compile(
    r"(?P<what>.*?)(?:\s*Argo field: (?P<field>`[^`]*`(?:, `[^`]*`)*)\.)?(?:\s*Default: (?P<default>.*?)\.?)?\Z", re.S
)
ACTS: Mapping[OptionScope, str] = {
    "template": "wherever the template runs",
    "root": "only when this is what was submitted: Argo reads the field there and nowhere else",
    "boundary": "for the pods directly inside that say nothing themselves",
}


HOOKED: Mapping[HookKind, str] = {
    "exit": "`{0}` has ended, however it ended",
    "success": "`{0}` has succeeded",
    "failure": "`{0}` has failed",
    "error": "the cluster has failed `{0}`",
    "expression": "`{1}` is true",
}
"""When a hook of a call runs: by the call's task, or by Argo's own expression."""


def entry(docs: Mapping[str, Documented], owner: str, name: str) -> str:
    """A field of an option type."""
    found = docs[owner].entry(name) if owner in docs else None
    return _joined(*_about(found)) if found else ""


def option(facts: Facts, docs: Mapping[str, Documented], definition: Definition, given: Argument) -> str:
    """A keyword of a decorator: what it means, its Argo field, when it acts, and what its value becomes."""
    decorator = docs.get(definition.kind.value)
    found = decorator.entry(given.name) if decorator else None
    if found is None:
        return ""
    acts = "" if "Acts " in found.doc else f"Acts {ACTS[_level(given)]}."
    return _joined(*_about(found), acts, *_becomes(facts, definition, given))


def placeholder(facts: Facts, spot: PlaceholderSpot) -> str:
    """A parameter in a placeholder, or a field of it: its type, and what Argo puts in its place."""
    part = spot.placeholder
    parameter = next((each for each in spot.definition.parameters if each.name == part.parameter), None)
    found: Type | None = parameter.type if parameter else None
    for name in part.fields[: spot.depth]:
        found = attribute_type(facts, found, name) if found is not None else None
    if found is None:
        return ""
    name = ".".join((part.parameter, *part.fields[: spot.depth]))
    written = "{" + ".".join((part.parameter, *part.fields)) + "}"
    spliced = Scope(facts, spot.definition, _level(spot.option)).splice(written)
    return _joined(
        _code(f"{name}: {show(found)}"), f"Becomes `{spliced}`, which Argo fills in when it creates the pod."
    )


def template(facts: Facts, declaration: Declaration) -> str:
    """A workflow, container or fragment by its face and its docstring."""
    definition = facts.definition(declaration)
    if definition is None:
        return ""
    cost = pods_of_workflow(facts, declaration) if definition.kind is Kind.WORKFLOW else ""
    return _joined(_code(signature(facts, definition.signature)), _template_line(definition), cost, definition.doc)


def parameter(definition: Definition, given: Parameter) -> str:
    """A parameter in its `def`."""
    if given.inject and given.inject.expression is not None:
        return _joined(
            _code(f"{given.name}: {show(given.type)}"),
            f"Filled in by Argo: `{given.inject.expression}`. Callers do not see it.",
        )
    if definition.kind is Kind.FRAGMENT:
        return ""
    return _joined(
        _code(f"{given.name}: {show(given.type)}"),
        f"Parameter `{given.name}` of `{definition.template}`, as JSON text.",
    )


def step(facts: Facts, definition: Definition, call: Step) -> str:
    """A call in a workflow: its task, what it waits for, what it is given."""
    waits = waits_for(definition, call)
    callee = facts.definition(call.callee.declaration)
    given = "\n".join(_given(facts, definition, call))
    return _joined(
        _code(signature(facts, call.callee)),
        f"Task `{call.task}` of `{definition.template}`, "
        + (f"after {_listed(waits)}." if waits else f"as soon as {_start(definition, call)}."),
        pods_of_call(facts, call),
        given,
        _first_paragraph(callee.doc) if callee else "",
    )


def _start(definition: Definition, call: Step) -> str:
    for owner in walk(definition.body, Step):
        for hook in owner.options.hooks if owner.options is not None else ():
            if hook.call is call:
                return HOOKED[hook.kind].format(owner.task, hook.expression)
    inside = isinstance(definition.body, WorkflowBody) and not _is_among(call, definition.body.statements)
    return "its arm or turn is reached" if inside else "the workflow starts"


def keyword(facts: Facts, definition: Definition, call: Step, given: Given) -> str:
    """A keyword argument of a call, with what Argo hands over for it."""
    faces = zip(call.callee.callable_parameters, parameter_texts(facts, call.callee), strict=True)
    text = next((text for face, text in faces if face.name == given.keyword), None)
    if text is None:
        return ""
    handed = next((line for line in _given(facts, definition, call) if line.startswith(f"- `{given.keyword}`:")), "")
    return _joined(_code(text), f"Parameter of `{call.callee.template}`.", handed)


def access(facts: Facts, projection: Projection, depth: int) -> str:
    """A field of a value between steps: its type, and where its class is declared."""
    owner = owner_type(facts, projection, depth)
    key = str(projection.path[depth].key)
    field = field_of(facts, owner, key) if owner is not None else None
    if owner is None or field is None:
        return ""
    return _joined(_code(f"{key}: {show(field.type)}"), f"Field of `{show(owner)}`.")


def owner_type(facts: Facts, projection: Projection, depth: int) -> Type | None:
    """The type of what the access of that number is an access of; None when the path breaks before."""
    found: Type | None = projection.base.type
    for each in projection.path[:depth]:
        if found is not None:
            key = each.key
            found = attribute_type(facts, found, str(key)) if each.attribute else item_type(facts, found, key)
    return found


def waits_for(definition: Definition, call: Step) -> tuple[str, ...]:
    """The tasks beside it that must have ended first: those whose results the call takes; with `steps=True`, the one
    before. A call in an arm or a turn starts when that is reached."""
    beside = _beside(definition, call)
    tasks = [each.task for each in beside]
    if definition.signature.steps:
        before = tasks[: tasks.index(call.task)] if call.task in tasks else []
        return tuple(before[-1:])
    given = (call.bound, call.source, call.options.after if call.options else ())
    taken = (reference.task for reference in walk(given, StepRef))
    return tuple(dict.fromkeys(task for task in taken if task in tasks))


def _beside(definition: Definition, call: Step) -> tuple[Step | Region, ...]:
    """The calls of the statements that a call stands among."""
    if not isinstance(definition.body, WorkflowBody):
        return ()
    if _is_among(call, definition.body.statements):
        return calls(definition.body.statements)
    regions = (each for each in definition.body.every_statement if isinstance(each, REGIONS))
    lists = (body.statements for region in regions for body in region.bodies)
    return next((calls(statements) for statements in lists if _is_among(call, statements)), ())


def _is_among(call: Step, statements: tuple[Statement, ...]) -> bool:
    return any(each is call for each in statements)


def _given(facts: Facts, definition: Definition, call: Step) -> Iterator[str]:
    """Each parameter with what Argo hands over, as it stands in the manifest."""
    beside = _beside(definition, call)
    is_inside = isinstance(definition.body, WorkflowBody) and not _is_among(call, definition.body.statements)
    taken = frozenset(captured(beside)) if is_inside else frozenset()
    wires = Wires("steps" if definition.signature.steps else "tasks", taken)
    bound = {each.parameter.name: each for each in call.bound}
    for face in call.callee.callable_parameters:
        if face.name in bound:
            handed = argument(facts, definition.declaration, bound[face.name], wires)
            text = handed.value if isinstance(handed, ManifestParameter) else handed.from_ or "raw data"
            yield f"- `{face.name}`: `{text}`"
        elif face.has_default:
            yield f"- `{face.name}`: its default"


def _level(option: Argument) -> OptionScope:
    return next((each.scope for each in OPTIONS if each.name == option.name), "template")


def _becomes(facts: Facts, definition: Definition, given: Argument) -> Iterator[str]:
    """The value with its placeholders as Argo sees them, when it has any."""
    if isinstance(given.value, Text):
        spliced = Scope(facts, definition, _level(given)).splice(given.value.value)
        if spliced != given.value.value:
            yield f"Becomes `{spliced}`."


def _about(found: Entry) -> Iterator[str]:
    """A head line and the parts of a docstring that ends in its Argo field and its default."""
    yield _code(f"{found.name}: {found.type}" + (f" = {found.default}" if found.default else ""))
    parts = ABOUT.match(found.doc)
    if parts is None:
        yield found.doc
        return
    yield parts["what"]
    lines = [
        f"- {title}: {parts[key]}" for title, key in (("Argo field", "field"), ("Default", "default")) if parts[key]
    ]
    yield "\n".join(lines)


def _template_line(definition: Definition) -> str:
    match definition.kind:
        case Kind.WORKFLOW:
            return f"WorkflowTemplate `{definition.template}`: a dag of its calls."
        case Kind.CONTAINER:
            return f"WorkflowTemplate `{definition.template}`: one pod a call."
        case Kind.FRAGMENT:
            return "Runs inside the pod of the container that calls it, and brings its resource calls there."


def _first_paragraph(text: str) -> str:
    return text.split("\n\n", 1)[0]


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
