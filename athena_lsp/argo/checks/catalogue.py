"""The templates of a set of documents, by which references between them are followed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from athena_lsp.argo.checks.places import At

KINDS = frozenset({"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"})
POD_KINDS = ("container", "containerSet", "script", "resource", "data")
LEAF_KINDS = (*POD_KINDS, "suspend", "http", "plugin")
TEMPLATE_KINDS = ("dag", "steps", *LEAF_KINDS)


@dataclass(frozen=True, slots=True)
class Document:
    """One object of Argo's."""

    at: At

    @property
    def kind(self) -> str:
        return self.at.get("kind").text

    @property
    def name(self) -> str:
        return self.at.get("metadata", "name").text

    @property
    def spec(self) -> At:
        """The workflow's own spec; of a timetable, the spec of what it submits."""
        return self.at.get("spec", "workflowSpec") if self.kind == "CronWorkflow" else self.at.get("spec")

    @property
    def templates(self) -> tuple[At, ...]:
        return tuple(self.spec.get("templates").items())

    def template(self, name: str) -> At | None:
        return next((template for template in self.templates if template.get("name").text == name), None)


@dataclass(frozen=True)
class Catalogue:
    """All documents that are there. `complete`: what is referred to and is not among them is nowhere."""

    documents: tuple[Document, ...]
    complete: bool
    by_name: dict[tuple[str, str], Document]

    @classmethod
    def of(cls, documents: Iterable[object], *, complete: bool) -> Catalogue:
        found = tuple(Document(At(value)) for value in documents)
        return cls(found, complete, {(document.kind, document.name): document for document in reversed(found)})

    def object(self, reference: At) -> Document | None:
        """What a `workflowTemplateRef` or a `templateRef` names."""
        kind = "ClusterWorkflowTemplate" if reference.get("clusterScope").value is True else "WorkflowTemplate"
        return self.by_name.get((kind, reference.get("name").text))

    def called(self, document: Document, task: At) -> At | None:
        """The template that a task, a step or a hook calls; None when it cannot be seen."""
        if task.get("inline"):
            return task.get("inline")
        reference = task.get("templateRef")
        if not reference:
            return document.template(task.get("template").text)
        found = self.object(reference)
        return found.template(reference.get("template").text) if found is not None else None


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
