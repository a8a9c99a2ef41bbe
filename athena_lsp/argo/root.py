"""What Argo reads from the submitted workflow alone: the spec of a WorkflowTemplate, timetables, a run to submit."""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.inputs import SCHEDULED, is_scheduled, workflow_arguments
from athena_lsp.argo.manifest import (
    Arguments,
    CronSpec,
    CronWorkflow,
    EventBindingSpec,
    EventSelector,
    Hook,
    Parameter,
    PodGc,
    Submit,
    Template,
    TemplateRef,
    TtlStrategy,
    ValueFrom,
    Workflow,
    WorkflowEventBinding,
    WorkflowSpec,
    WorkflowTemplate,
)
from athena_lsp.argo.naming import labels, object_name, schedule_name, template_metadata
from athena_lsp.argo.pod import ClaimSpec, Metadata, Named, Resources, VolumeClaim
from athena_lsp.argo.read import (
    entries_of,
    flag_of,
    go_seconds_of,
    int_of,
    items_of,
    quantity_of,
    seconds_of,
    text_of,
    texts_of,
)
from athena_lsp.argo.resources import PersistentVolume
from athena_lsp.argo.scheduling import affinity, pod_spec_patch, synchronization, text_map, tolerations
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import NO_MAP, Map, Origin
from athena_lsp.argo.values import known_text
from athena_lsp.ir.model import Definition
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Construct, Reference, Value
from athena_lsp.settings import Settings

OVERLAPS = {"allow": "Allow", "forbid": "Forbid", "replace": "Replace"}
FIELD_OF_OPTION = {
    "active_deadline_if_root": "active_deadline_seconds",
    "priority_if_root": "priority",
    "parallelism_if_root": "parallelism",
    "tolerations_if_root": "tolerations",
    "affinity_if_root": "affinity",
    "pod_spec_patch_if_root": "pod_spec_patch",
    "image_pull_secrets_if_root": "image_pull_secrets",
}
"""Options that are one field of the spec, which then comes from the option's value."""


def workflow_template_object(
    facts: Facts,
    definition: Definition,
    templates: tuple[Template, ...],
    volumes: tuple[tuple[PersistentVolume, Origin], ...],
) -> WorkflowTemplate:
    """The object of one workflow or container. `volumes`: those that a run of it needs."""
    scope, option = Scope(facts, definition, "root"), definition.option
    given = ((FIELD_OF_OPTION.get(argument.name), argument.value) for argument in definition.options)
    origin = Origin(definition.declaration, definition.name_span)
    spec = WorkflowSpec(
        entrypoint=definition.template,
        arguments=workflow_arguments(facts, definition),
        templates=templates,
        hooks=_hooks(facts, scope),
        ttl_strategy=_ttl(scope, option("ttl_if_root")),
        pod_gc=_pod_gc(scope, option("pod_gc_if_root")),
        active_deadline_seconds=seconds_of(option("active_deadline_if_root")),
        priority=int_of(option("priority_if_root")),
        parallelism=int_of(option("parallelism_if_root")),
        synchronization=synchronization(scope, option("mutexes_if_root"), option("semaphores_if_root")),
        node_selector=text_map(scope, option("node_selector_if_root")),
        tolerations=tolerations(scope, option("tolerations_if_root")),
        affinity=affinity(scope, option("affinity_if_root")),
        pod_spec_patch=pod_spec_patch(scope, option("pod_spec_patch_if_root")),
        image_pull_secrets=tuple(Named(name=name) for name in texts_of(option("image_pull_secrets_if_root"))),
        volume_claim_templates=_claims(volumes),
        origin=origin,
        marks=tuple((field, scope.origin(value)) for field, value in given if field is not None),
    )
    return WorkflowTemplate(metadata=template_metadata(facts.settings, definition), spec=spec, origin=origin)


def cron_workflows(settings: Settings, definition: Definition) -> tuple[CronWorkflow, ...]:
    """One CronWorkflow for each timetable of the workflow."""
    constructs = [item for item in items_of(definition.option("schedule")) if isinstance(item, Construct)]
    return tuple(_cron(settings, definition, item, number) for number, item in enumerate(constructs))


def run(settings: Settings, definition: Definition) -> Workflow:
    """A run of the template, with its parameters' defaults; Argo takes everything else from the template."""
    name = object_name(settings, definition.template)
    return Workflow(
        metadata=Metadata(generate_name=f"{name}-", namespace=settings.namespace or None, labels=labels(settings)),
        spec=WorkflowSpec(workflow_template_ref=Named(name=name)),
        origin=Origin(definition.declaration, definition.name_span),
    )


def exit_handler(definition: Definition) -> Declaration | None:
    """The template that runs when a run of this one ends."""
    value = definition.option("on_exit_if_root")
    return value.declaration if isinstance(value, Reference) else None


def _cron(settings: Settings, definition: Definition, item: Construct, number: int) -> CronWorkflow:
    origin = Origin(definition.declaration, item.span)
    spec = CronSpec(
        schedules=(text_of(item.argument("schedule")) or "",),
        timezone=text_of(item.argument("timezone")),
        concurrency_policy=OVERLAPS.get(text_of(item.argument("overlap")) or ""),
        starting_deadline_seconds=seconds_of(item.argument("starting_deadline")),
        suspend=flag_of(item.argument("suspend")) or None,
        workflow_spec=WorkflowSpec(
            workflow_template_ref=Named(name=object_name(settings, definition.template)),
            arguments=_scheduled_arguments(definition, item),
        ),
    )
    metadata = Metadata(
        name=schedule_name(settings, definition.template, number),
        namespace=settings.namespace or None,
        labels=labels(settings),
    )
    return CronWorkflow(metadata=metadata, spec=spec, origin=origin)


def _scheduled_arguments(definition: Definition, item: Construct) -> Arguments | None:
    """What a timetable gives to its runs: its own arguments, and the time for which it makes them."""
    given = entries_of(item.argument("arguments"))
    found = {parameter.name: SCHEDULED for parameter in definition.parameters if is_scheduled(parameter)}
    found |= {name: text for name, value in given if name not in found and (text := known_text(value)) is not None}
    origin = Origin(definition.declaration, item.span)
    parameters = tuple(Parameter(name=name, value=text, origin=origin) for name, text in found.items())
    return Arguments(parameters=parameters) if parameters else None


def event_bindings(settings: Settings, definition: Definition) -> tuple[WorkflowEventBinding, ...]:
    """One WorkflowEventBinding for each event that submits the workflow."""
    constructs = [item for item in items_of(definition.option("on")) if isinstance(item, Construct)]
    return tuple(_binding(settings, definition, item, number) for number, item in enumerate(constructs))


def _binding(settings: Settings, definition: Definition, item: Construct, number: int) -> WorkflowEventBinding:
    """The event's values become JSON text, which is what every parameter holds."""
    origin = Origin(definition.declaration, item.span)
    parameters = tuple(
        Parameter(name=name, value_from=ValueFrom(event=f"toJSON({text_of(value)})"), origin=origin)
        for name, value in entries_of(item.argument("arguments"))
    )
    spec = EventBindingSpec(
        event=EventSelector(selector=text_of(item.argument("selector")) or ""),
        submit=Submit(
            workflow_template_ref=Named(name=object_name(settings, definition.template)),
            arguments=Arguments(parameters=parameters) if parameters else None,
        ),
    )
    metadata = Metadata(
        name=schedule_name(settings, definition.template, number),
        namespace=settings.namespace or None,
        labels=labels(settings),
    )
    return WorkflowEventBinding(metadata=metadata, spec=spec, origin=origin)


def _hooks(facts: Facts, scope: Scope) -> Map:
    value, handler = scope.definition.option("on_exit_if_root"), exit_handler(scope.definition)
    called = facts.signature(handler) if handler is not None else None
    if value is None or called is None:
        return NO_MAP
    reference = TemplateRef(name=object_name(facts.settings, called.template), template=called.template)
    origin = scope.origin(value)
    return Map(entries=(("exit", Hook(template_ref=reference, origin=origin)),), origin=origin)


def _ttl(scope: Scope, value: Value | None) -> TtlStrategy | None:
    if not isinstance(value, Construct):
        return None
    return TtlStrategy(
        seconds_after_completion=seconds_of(value.argument("after_completion")),
        seconds_after_success=seconds_of(value.argument("after_success")),
        seconds_after_failure=seconds_of(value.argument("after_failure")),
        origin=scope.origin(value),
    )


def _pod_gc(scope: Scope, value: Value | None) -> PodGc | None:
    if value is None:
        return None
    if isinstance(value, Construct):
        return PodGc(
            strategy=text_of(value.argument("strategy")) or "",
            delete_delay_duration=go_seconds_of(value.argument("delete_delay")),
            origin=scope.origin(value),
        )
    strategy = text_of(value)
    return PodGc(strategy=strategy, origin=scope.origin(value)) if strategy else None


def _claims(volumes: tuple[tuple[PersistentVolume, Origin], ...]) -> tuple[VolumeClaim, ...]:
    """The volumes that Argo makes for a run and deletes after it, by name."""
    claims = (_claim(volume, origin) for volume, origin in volumes if volume.is_ephemeral)
    return tuple(dict.fromkeys(sorted(claims, key=lambda claim: claim.metadata.name or "")))


def _claim(volume: PersistentVolume, origin: Origin) -> VolumeClaim:
    size = quantity_of(volume.construct.argument("size")) or ""
    return VolumeClaim(
        metadata=Metadata(name=volume.name),
        spec=ClaimSpec(
            access_modes=texts_of(volume.construct.argument("access_modes")),
            resources=Resources(requests=Map(entries=(("storage", size),))),
            storage_class_name=text_of(volume.construct.argument("storage_class")),
        ),
        origin=origin,
    )
