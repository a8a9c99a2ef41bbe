"""The templates of a set of documents, by which references between them are followed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain, repeat, takewhile
from typing import NamedTuple

from athena_lsp.argo.checks.places import At, did_you_mean
from athena_lsp.records import dataclass

NEIGHBOURS = frozenset(
    (
        *("Application", "ApplicationSet", "AppProject", "ArgoCD", "EventSource", "Sensor", "EventBus", "Rollout"),
        *("AnalysisRun", "AnalysisTemplate", "ClusterAnalysisTemplate", "Experiment", "WorkflowTaskSet"),
        *("WorkflowTaskResult", "WorkflowArtifactGCTask"),
    )
)
"""Kinds of the same group that are others', or that the controller makes for itself."""
VERSION = "argoproj.io/v1alpha1"
KINDS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})
BINDING = "WorkflowEventBinding"
TEMPLATE_OBJECTS = frozenset({"WorkflowTemplate", "ClusterWorkflowTemplate"})
POD_KINDS = ("container", "containerSet", "script", "resource", "data")
LEAF_KINDS = (*POD_KINDS, "suspend", "http", "plugin")
TEMPLATE_KINDS = ("dag", "steps", *LEAF_KINDS)
LOOPS = ("withItems", "withParam", "withSequence")

ReadYaml = Callable[[str], object]
"""Raises ValueError for what is no YAML."""


class Template(NamedTuple):
    """A template, also one that stands inside a task; `where` names it as Argo's messages do."""

    at: At
    where: str
    is_inline: bool
    tasks: tuple[At, ...]
    mode: str
    """How its tasks are referred to: `tasks` in a dag, `steps` in steps."""

    def where_of(self, task: At) -> str:
        """A task as Argo's messages name it."""
        return f"{self.where}.{self.mode}.{task.get('name').text}"


@dataclass(frozen=True)
class Document:
    """One object of Argo's."""

    at: At
    file: str = ""
    """Where it was read, as far as that is known."""

    @cached_property
    def kind(self) -> str:
        """Empty for objects that are not Argo's."""
        version = self.at.get("apiVersion").text
        is_argo = not version or version.startswith("argoproj.io/")
        return self.at.get("kind").text if is_argo else ""

    @cached_property
    def is_misspelled(self) -> bool:
        """Whether it says to be one of Argo Workflows', and has no kind, or one that is nearly a kind."""
        kind = self.at.get("kind").text
        if not self.at.get("apiVersion").text.startswith("argoproj.io/") or kind.endswith("List"):
            return False
        if kind in KINDS | {BINDING} | NEIGHBOURS:
            return False
        return not kind or bool(did_you_mean(kind, (*sorted(KINDS), BINDING)))

    @cached_property
    def name(self) -> str:
        return self.at.get("metadata", "name").text

    @cached_property
    def namespace(self) -> str:
        """Empty when whoever applies it says."""
        return self.at.get("metadata", "namespace").text

    @cached_property
    def spec(self) -> At:
        """The workflow's own spec; of a timetable, the spec of what it submits."""
        return self.at.get("spec", "workflowSpec") if self.kind == "CronWorkflow" else self.at.get("spec")

    @cached_property
    def templates(self) -> tuple[At, ...]:
        return tuple(self.spec.get("templates").items())

    @cached_property
    def by_name(self) -> dict[str, At]:
        """The templates that have a name; of two with one name, the first."""
        return {template.get("name").text: template for template in reversed(self.templates)}

    @cached_property
    def everywhere(self) -> tuple[Template, ...]:
        """All templates, those inside tasks included, each after the one that it stands in."""
        found: list[Template] = []
        for template in self.templates:
            found += _with_inline(template, f"templates.{template.get('name').text}", is_inline=False)
        return tuple(found)

    def template(self, name: str) -> At | None:
        return self.by_name.get(name)


@dataclass(frozen=True)
class Catalogue:
    """All documents that are there. `complete`: what is referred to and is not among them is nowhere."""

    documents: tuple[Document, ...]
    complete: bool
    by_name: dict[tuple[str, str], list[Document]]
    """By kind and name, those of all namespaces."""
    read_yaml: ReadYaml | None = None
    """How YAML inside of YAML is read; without it, that is not looked at."""

    @cached_property
    def has_optional(self) -> bool:
        """Whether some template has an artifact that it need not make."""
        templates = (template.at for document in self.documents for template in document.everywhere)
        outputs = (output for at in templates for output in at.get("outputs", "artifacts").items())
        return any(output.get("optional").value is True for output in outputs)

    @classmethod
    def of(
        cls,
        documents: Iterable[object],
        *,
        complete: bool,
        read_yaml: ReadYaml | None = None,
        files: Iterable[str] = (),
    ) -> Catalogue:
        """`files`: where each of the documents was read."""
        found = tuple(
            Document(At(value), file) for value, file in zip(documents, chain(files, repeat("")), strict=False)
        )
        names: dict[tuple[str, str], list[Document]] = {}
        for document in found:
            names.setdefault((document.kind, document.name), []).append(document)
        return cls(found, complete, names, read_yaml)

    def object(self, document: Document, reference: At) -> Document | None:
        """What a `workflowTemplateRef` or a `templateRef` of a document names.

        It is of the same namespace. One that says none gets it when it is applied: it may be that one.
        """
        if reference.get("clusterScope").value is True:
            return next(iter(self.by_name.get(("ClusterWorkflowTemplate", reference.get("name").text), ())), None)
        found = self.by_name.get(("WorkflowTemplate", reference.get("name").text), ())
        here = document.namespace
        fitting = [each for each in found if each.namespace == here or not each.namespace or not here]
        exact = [each for each in fitting if here and each.namespace == here]
        return max(exact or fitting, key=lambda each: _nearness(each, document), default=None)

    def base(self, document: Document) -> Document | None:
        """Where the templates of an object stand: in itself, or in what its `workflowTemplateRef` names."""
        reference = document.spec.get("workflowTemplateRef")
        return self.object(document, reference) if reference else document

    def called(self, document: Document, task: At) -> At | None:
        """The template that a task, a step or a hook calls; None when it cannot be seen."""
        fields = task.value if isinstance(task.value, dict) else {}
        if fields.get("inline") is not None:
            return task.get("inline")
        if fields.get("templateRef") is None:
            return document.template(str(fields.get("template")))
        reference = task.get("templateRef")
        found = self.object(document, reference)
        return found.template(reference.get("template").text) if found is not None else None


def _nearness(one: Document, other: Document) -> tuple[bool, int, bool]:
    """How near two documents are: in one file, else by the folders that they have in common, at last by namespace."""
    folders = takewhile(lambda pair: pair[0] == pair[1], zip(one.file.split("/"), other.file.split("/"), strict=False))
    return one.file == other.file, len(list(folders)), one.namespace == other.namespace


def kinds_of(template: At) -> tuple[str, ...]:
    """What a template says it is; exactly one kind is right."""
    return tuple(kind for kind in TEMPLATE_KINDS if template.get(kind).value is not None)


def is_leaf(template: At) -> bool:
    return any(kind in LEAF_KINDS for kind in kinds_of(template))


def tasks_of(template: At) -> tuple[At, ...]:
    """The tasks of a dag, or the steps of all groups."""
    groups = template.get("steps").items()
    steps = (step for group in groups for step in group.items())
    return (*template.get("dag", "tasks").items(), *steps)


def loops(task: At) -> bool:
    """Whether a task runs once for each of several items."""
    return isinstance(task.value, dict) and any(task.value.get(loop) is not None for loop in LOOPS)


def hooks_of(task: At) -> Iterator[tuple[str, At]]:
    return task.get("hooks").entries()


def _with_inline(at: At, where: str, *, is_inline: bool) -> Iterator[Template]:
    template = Template(at, where, is_inline, tasks_of(at), "tasks" if at.get("dag") else "steps")
    yield template
    for task in template.tasks:
        if task.get("inline"):
            yield from _with_inline(task.get("inline"), f"{template.where_of(task)}.inline", is_inline=True)
