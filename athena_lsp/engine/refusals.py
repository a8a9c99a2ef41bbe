"""What a manifest asks for and the local engine does not know: named before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.argo.exprs.functions import SPRIG as SPRIG_NAMES
from athena_lsp.argo.exprs.names import references
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tags import Tag, tags
from athena_lsp.engine.program import Program, ProgramError, as_list, as_map, as_text, calls_of
from athena_lsp.engine.sprig import SPRIG
from athena_lsp.engine.substitution import Tree

UNKNOWN_KINDS = ("containerSet", "resource", "data", "http", "plugin")
UNKNOWN_SPEC = ("suspend", "retryStrategy", "executorPlugins")
UNKNOWN_BUILTINS = frozenset({"timezone"})
TASK_FIELDS = frozenset(
    (
        *("name", "template", "templateRef", "inline", "arguments", "depends", "dependencies", "when", "withItems"),
        *("withParam", "withSequence", "continueOn", "hooks", "onExit"),
    )
)
TEMPLATE_FIELDS = frozenset(
    (
        *("name", "inputs", "outputs", "dag", "steps", "suspend", "container", "script", "retryStrategy", "timeout"),
        *("activeDeadlineSeconds", "daemon", "memoize", "parallelism", "failFast", "synchronization", "volumes"),
        *("initContainers", "sidecars", "metadata", "annotations"),
    )
)
IGNORED = frozenset(
    (
        *("affinity", "archiveLocation", "automountServiceAccountToken", "executor", "hostAliases", "metrics"),
        *("nodeSelector", "pendingTimeout", "podResources", "podSpecPatch", "priority", "priorityClassName"),
        *("resourceClaims", "schedulerName", "securityContext", "serviceAccountName", "tolerations"),
    )
)
"""Fields that say where and as whom a pod runs: on this machine, here and as you."""
SOURCES = frozenset({"path", "parameter", "expression", "default", "supplied", "configMapKeyRef"})


def refusals(program: Program) -> tuple[str, ...]:
    """What the local engine does not know of a program, each as a sentence without a full stop."""
    try:
        return tuple(dict.fromkeys(_all(program)))
    except ProgramError as error:
        return (str(error),)


def _all(program: Program) -> Iterator[str]:
    for field in UNKNOWN_SPEC:
        if program.spec.get(field):
            yield f"`spec.{field}` is not known to the local engine"
    for _, template in program.reachable(given_too=False):
        name = as_text(template.get("name")) or "an inline template"
        yield from (f"template `{name}`: {what}" for what in _template(template))
    yield from _expressions(program.spec.get("hooks"))


def _template(template: Mapping[str, Tree]) -> Iterator[str]:
    for key in template:
        if key in UNKNOWN_KINDS:
            yield f"`{key}` is not known to the local engine"
        elif key not in TEMPLATE_FIELDS | IGNORED:
            yield f"there is no field `{key}`"
    for task in calls_of(template):
        name = as_text(task.get("name"))
        yield from (f"task `{name}`: there is no field `{key}`" for key in task if name and key not in TASK_FIELDS)
    sides = (as_map(template.get(side)).get("parameters") for side in ("inputs", "outputs"))
    for parameter in (as_map(each) for side in sides for each in as_list(side)):
        for source in as_map(parameter.get("valueFrom")):
            if source not in SOURCES:
                what = f"`valueFrom.{source}` of parameter `{as_text(parameter.get('name'))}`"
                yield f"{what} is not known to the local engine"
    yield from _expressions({key: value for key, value in template.items() if key not in IGNORED})
    yield from _unknown_functions(as_text(as_map(template.get("retryStrategy")).get("expression")))


def _expressions(tree: Tree) -> Iterator[str]:
    """Functions that are called in the expressions of a tree and that the engine does not know."""
    for key, text in _texts(tree, ""):
        if key in ("expression", "fromExpression"):
            yield from _unknown_functions(text)
        for tag in tags(text):
            if isinstance(tag, Tag) and tag.is_expression:
                yield from _unknown_functions(tag.content)


def _texts(tree: Tree, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield key, tree
    elif isinstance(tree, dict):
        for inner, value in tree.items():
            yield from _texts(value, inner)
    elif isinstance(tree, list):
        for value in tree:
            yield from _texts(value, key)


def _unknown_functions(text: str) -> Iterable[str]:
    expression = parse(text).expression if text else None
    if expression is None:
        return
    for reference in references(expression):
        name = reference.keys[0].name if reference.head == "sprig" and reference.keys else ""
        if name in SPRIG_NAMES and name not in SPRIG:
            yield f"`sprig.{name}` is not known to the local engine"
