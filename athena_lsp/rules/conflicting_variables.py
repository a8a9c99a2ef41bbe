"""conflicting-variables: two values of one pod that need the same environment variable."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.resources import Asked, asked_by
from athena_lsp.ir.model import Definition, PodBody, Unit
from athena_lsp.ir.values import Mapping, Text
from athena_lsp.rules._resources import concerns
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span
from athena_runtime.contract import config_map_variable, secret_variable

NAMED = {"secret": secret_variable, "secret_opt": secret_variable, "config_map": config_map_variable}
WHAT = {"secret": "secret", "secret_opt": "secret", "config_map": "config map"}


@rule("two values of a pod in one environment variable", required=True)
def conflicting_variables(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if isinstance(definition.body, PodBody) and (definition.body.resources or definition.body.calls):
            yield from _pod(definition, asked_by(facts, definition))


def _pod(definition: Definition, asked: tuple[Asked, ...]) -> Iterator[Finding]:
    seen: dict[str, Asked] = {}
    told: set[str] = set()
    for ask in asked:
        name, key = ask.text("name"), ask.text("key")
        if ask.call.name not in NAMED or not (name and key):
            continue
        variable = NAMED[ask.call.name](name, key)
        first = seen.setdefault(variable, ask)
        is_same = (first.text("name"), first.text("key")) == (name, key)
        if is_same or variable in told or not concerns(definition, first.owner, ask.owner):
            continue
        told.add(variable)
        yield _finding(definition, first, ask, variable)
    yield from _env(definition, seen)


def _finding(definition: Definition, first: Asked, second: Asked, variable: str) -> Finding:
    return Finding(
        span=_span(definition, second),
        message=f"{_shown(first)} and {_shown(second)} would both stand in the environment variable `{variable}`",
        related=tuple(
            _related(definition, ask) for ask in (first, second) if ask is first or ask.owner != definition.declaration
        ),
        hints=("rename one of them in the cluster, or ask for them in two containers",),
    )


def _env(definition: Definition, seen: dict[str, Asked]) -> Iterator[Finding]:
    """Variables that the decorator sets itself."""
    env = definition.option("env")
    for key in (entry.key for entry in env.entries) if isinstance(env, Mapping) else ():
        if isinstance(key, Text) and key.value in seen:
            ask = seen[key.value]
            yield Finding(
                span=key.span,
                message=f"`{key.value}` is the variable that {_shown(ask)} stands in",
                related=(_related(definition, ask),),
                hints=("rename the variable",),
            )


def _shown(ask: Asked) -> str:
    return f"the {WHAT[ask.call.name]} `{ask.text('name')}`, `{ask.text('key')}`"


def _span(definition: Definition, ask: Asked) -> Span:
    return ask.call.span if ask.owner == definition.declaration else definition.name_span


def _related(definition: Definition, ask: Asked) -> Related:
    if ask.owner == definition.declaration:
        return Related(f"{_shown(ask)} is asked for here", span=ask.call.span)
    return Related(f"`{ask.owner.name}` asks for {_shown(ask)}", ask.owner)
