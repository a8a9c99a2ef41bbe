"""A template's inputs and a workflow's arguments: the parameters of the function, as Argo knows them."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.jsonform import Json
from athena_lsp.argo.docstrings import parameter_texts
from athena_lsp.argo.manifest import Arguments, Artifact, Parameter
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.values import json_text, known_text
from athena_lsp.ir import model
from athena_lsp.ir.model import Definition
from athena_lsp.ir.types import BOOL, ArtifactOf, EnumOf, LiteralOf, NewTypeOf, Type
from athena_lsp.ir.values import Construct
from athena_lsp.records import replace
from athena_runtime.contract import ROOT, artifact_parameter

START, SCHEDULED = '"{{workflow.creationTimestamp.RFC3339}}"', '"{{workflow.scheduledTime}}"'
"""The time at which a run was made, and the one for which a timetable made it: JSON text once Argo has put it in."""


def is_scheduled(parameter: model.Parameter) -> bool:
    """Whether a timetable gives the parameter the time of the run (`Scheduled()`)."""
    return isinstance(parameter.default, Construct) and parameter.default.name == "Scheduled"


def is_artifact(type_: Type) -> bool:
    return isinstance(type_, ArtifactOf)


def input_parameters(definition: Definition) -> tuple[Parameter, ...]:
    """The parameters that a caller gives (Argo `inputs.parameters`)."""
    return tuple(
        Parameter(name=parameter.name, default=default_text(parameter), origin=_origin(definition, parameter))
        for parameter in _given(definition)
        if not is_artifact(parameter.type)
    )


def input_artifacts(definition: Definition, *, with_path: bool) -> tuple[Artifact, ...]:
    """The `Artifact[T]` parameters (Argo `inputs.artifacts`); only a pod has a path for them."""
    return tuple(
        Artifact(
            name=parameter.name,
            path=f"{ROOT}/{artifact_parameter(parameter.name)}" if with_path else None,
            origin=_origin(definition, parameter),
        )
        for parameter in _given(definition)
        if is_artifact(parameter.type)
    )


def workflow_arguments(facts: Facts, definition: Definition) -> Arguments | None:
    """What a submitter may give: Argo makes its form of it (Argo `spec.arguments`)."""
    texts = parameter_texts(definition.doc)
    parameters = tuple(
        Parameter(
            name=parameter.name,
            description=texts.get(parameter.name) or None,
            value=default_text(parameter),
            enum=choices(facts, parameter.type),
            origin=_origin(definition, parameter),
        )
        for parameter in _given(definition)
        if not is_artifact(parameter.type)
    )
    return Arguments(parameters=parameters) if parameters else None


def with_values(arguments: Arguments | None, values: Mapping[str, Json]) -> Arguments | None:
    """The same arguments with other defaults, by the parameters' names; names of no parameter are left out."""
    if arguments is None or not values:
        return arguments
    parameters = tuple(
        replace(parameter, value=json_text(values[parameter.name])) if parameter.name in values else parameter
        for parameter in arguments.parameters
    )
    return replace(arguments, parameters=parameters)


def default_text(parameter: model.Parameter) -> str | None:
    """The default as JSON text; None when there is none, or when only the running program knows it."""
    if parameter.default is None:
        return None
    if is_scheduled(parameter):
        return START
    return known_text(parameter.default)


def choices(facts: Facts, type_: Type) -> tuple[str, ...]:
    """Every value that the type allows, as JSON text, when they can be counted: Literal, enum, bool."""
    match type_:
        case LiteralOf(values=values):
            plain = [value for value in values if not isinstance(value, bytes)]
            return tuple(map(json_text, plain)) if len(plain) == len(values) else ()
        case EnumOf(declaration=declaration, case=only):
            info = facts.class_info(declaration)
            cases = info.cases if info is not None else ()
            if any(value is None for _, value in cases) or (info is not None and info.is_flag and not only):
                return ()
            return tuple(json_text(value) for name, value in cases if not only or name == only)
        case NewTypeOf(base=base):
            return choices(facts, base)
        case _:
            return ("true", "false") if type_ == BOOL else ()


def _given(definition: Definition) -> tuple[model.Parameter, ...]:
    return tuple(parameter for parameter in definition.parameters if parameter.inject is None)


def _origin(definition: Definition, parameter: model.Parameter) -> Origin:
    return Origin(definition.declaration, parameter.span)
