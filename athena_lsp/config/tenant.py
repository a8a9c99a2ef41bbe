"""Whether a tenant's defaults are of the workflow that is emitted: each a parameter of it, of the parameter's type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from athena_lsp.analysis.misfits import misfit
from athena_lsp.analysis.schema import ARTIFACT
from athena_lsp.config.documents import Problem, diagnostics_of, read_document
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.records import replace
from athena_lsp.rules._nearest import listed, nearest


def wrong_defaults(
    path: str, text: str, tenant: str, defaults: Mapping[str, Any], workflow: str, inputs: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """What is wrong with the defaults of a tenant, at their keys in the configuration of that path and text.

    `inputs` is the JSON Schema of the arguments of `workflow`, which is named in messages. All are errors.
    """
    document = read_document(path, text)
    problems = (problem for name, value in defaults.items() for problem in _problems(name, value, workflow, inputs))
    table = ("tenants", tenant, "defaults")
    placed = (replace(problem, path=(*table, *problem.path), document=document) for problem in problems)
    return diagnostics_of(placed, {})


def _problems(name: str, value: Any, workflow: str, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    parameters: Mapping[str, Any] = inputs["properties"]
    schema = parameters.get(name)
    if schema is None:
        known = [each for each in parameters if ARTIFACT not in parameters[each]]
        near = nearest(name, known)
        meant = f"; did you mean {listed(near)}?" if near else ""
        yield Problem(
            rule="unknown-config-key",
            message=f"`{workflow}` has no parameter `{name}`{meant}",
            path=(name,),
            hint="" if near or not known else f"use one of {listed(known)}",
            new_key=near[0] if near else "",
        )
    elif ARTIFACT in schema:
        message = f"`{name}` of `{workflow}` is an artifact, which has no default"
        yield Problem(message=message, path=(name,), hint="remove this line")
    elif wrong := misfit({**schema, "$defs": inputs.get("$defs", {})}, value):
        message = f"`{name}{wrong.path}` of `{workflow}` must be {wrong.expected}"
        yield Problem(message=message, path=(name,))
