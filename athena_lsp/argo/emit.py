"""From a project's meaning to Argo's manifests: one object for each workflow and container that the root reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.container import container_template
from athena_lsp.argo.inputs import with_values
from athena_lsp.argo.layers import Layers
from athena_lsp.argo.manifest import Document, WorkflowTemplate
from athena_lsp.argo.resources import PersistentVolume, asked_by, persistent_volumes
from athena_lsp.argo.root import cron_workflows, event_bindings, exit_handler, run, workflow_template_object
from athena_lsp.argo.splitting import split
from athena_lsp.argo.tree import Origin
from athena_lsp.argo.workflow import workflow_templates
from athena_lsp.argo.yaml import Written, write
from athena_lsp.ir.model import Definition, Kind, WorkflowBody
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, replace

NOT_PUBLISHED = "nothing has been published yet: the manifests name code layers that are not in the bucket"

Volumes = tuple[tuple[PersistentVolume, Origin], ...]


@dataclass(frozen=True)
class Emission:
    """The manifests of one root: `text` is their YAML, `documents` are they themselves, in the same order."""

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()
    """What whoever asked for the manifests must know, in sentences without a full stop."""
    complete: bool = True
    """All that a run comes to is here: no template is called that athena did not write."""

    @cached_property
    def written(self) -> Written:
        return write(self.documents)

    @property
    def text(self) -> str:
        return self.written.text

    @property
    def origins(self) -> tuple[tuple[int, Origin], ...]:
        """The Python behind each line, lines from 0, in order; every line but `---` has one."""
        return self.written.origins

    @property
    def paths(self) -> Mapping[tuple[int, str], int]:
        """The first line of each part: the document's number from 0 and a path such as `spec.templates[0].name`."""
        return self.written.paths


def emit(facts: Facts, root: Declaration, *, with_workflow: bool = False, layers: Layers | None = None) -> Emission:
    """The manifests of a workflow or container and of all that it reaches, in an order that never changes.

    Total where no definition on the way has an error; whoever calls looks at the diagnostics first. Empty when no
    template stands at `root`. `with_workflow` adds a run to submit. Without `layers` the code counts as unpublished.
    """
    reached = reachable(facts, root)
    used = layers or Layers()
    volumes = _volumes(facts, reached)
    documents: list[Document] = []
    for definition in reached.values():
        document = template_object(facts, definition, used, volumes.get(definition.declaration, ()))
        document = _with_defaults(document, facts) if definition.declaration == root else document
        documents += split(facts.settings, document)
        documents += (*cron_workflows(facts.settings, definition), *event_bindings(facts.settings, definition))
    if with_workflow and root in reached:
        documents.append(run(facts.settings, reached[root]))
    documents.sort(key=_order)
    notes = () if layers is not None else (NOT_PUBLISHED,)
    return Emission(tuple(documents), notes, complete=not any(map(_calls_external, reached.values())))


def _calls_external(definition: Definition) -> bool:
    steps = definition.body.every_step if isinstance(definition.body, WorkflowBody) else ()
    return any(step.callee.external for step in steps)


def template_object(facts: Facts, definition: Definition, layers: Layers, volumes: Volumes) -> WorkflowTemplate:
    """The object of one definition. `volumes`: those of all that a run of it reaches."""
    if definition.kind is Kind.WORKFLOW:
        templates = workflow_templates(facts, definition, layers)
    else:
        templates = (container_template(facts, definition, layers),)
    return workflow_template_object(facts, definition, templates, volumes)


def _with_defaults(document: WorkflowTemplate, facts: Facts) -> WorkflowTemplate:
    """The object to begin with, with the defaults that the settings have for its parameters."""
    arguments = with_values(document.spec.arguments, facts.settings.defaults)
    return replace(document, spec=replace(document.spec, arguments=arguments))


def own_documents(facts: Facts, definition: Definition) -> tuple[Document, ...]:
    """The objects of one definition alone: its WorkflowTemplate and its timetables."""
    volumes = _volumes(facts, {definition.declaration: definition}).get(definition.declaration, ())
    timetables, bindings = cron_workflows(facts.settings, definition), event_bindings(facts.settings, definition)
    own = split(facts.settings, template_object(facts, definition, Layers(), volumes))
    return *own, *timetables, *bindings


def reachable(facts: Facts, root: Declaration) -> dict[Declaration, Definition]:
    """The workflows and containers that a run of the root may start, itself included."""
    found: dict[Declaration, Definition] = {}
    waiting = [root]
    for declaration in waiting:
        definition = facts.definition(declaration) if declaration not in found else None
        if definition is not None and definition.kind is not Kind.FRAGMENT:
            found[declaration] = definition
            waiting += _next(definition)
    return found


def _next(definition: Definition) -> Iterator[Declaration]:
    if isinstance(definition.body, WorkflowBody):
        yield from dict.fromkeys(step.callee.declaration for step in definition.body.every_step)
    if (handler := exit_handler(definition)) is not None:
        yield handler


def _volumes(facts: Facts, reached: Mapping[Declaration, Definition]) -> dict[Declaration, Volumes]:
    """What a run of each definition mounts, itself and in all that it starts; only those that mount something."""
    own = {
        declaration: found
        for declaration, definition in reached.items()
        if definition.kind is Kind.CONTAINER and (found := persistent_volumes(facts, asked_by(facts, definition)))
    }
    if not own:
        return {}
    volumes: dict[Declaration, Volumes] = {}
    for declaration in reached:
        mounted = (pair for inner in _reached_from(declaration, reached) for pair in own.get(inner, ()))
        volumes[declaration] = tuple({volume.variable: (volume, origin) for volume, origin in mounted}.values())
    return volumes


def _reached_from(start: Declaration, reached: Mapping[Declaration, Definition]) -> Iterable[Declaration]:
    seen = {start: None}
    waiting = [start]
    for declaration in waiting:
        for called in _next(reached[declaration]):
            if called in reached and called not in seen:
                seen[called] = None
                waiting.append(called)
    return seen


def _order(document: Document) -> tuple[str, str]:
    return document.kind, document.metadata.name or document.metadata.generate_name or ""
