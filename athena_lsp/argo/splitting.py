"""A workflow of more than 200 templates: several objects, whose templates call each other by reference.

Argo's full CRDs take 200 templates in one object. A run holds all of them in any case, whatever objects they stand in.
"""

from __future__ import annotations

from athena_lsp.argo.manifest import Task, Template, TemplateRef, WorkflowSpec, WorkflowTemplate
from athena_lsp.argo.naming import object_name
from athena_lsp.records import replace
from athena_lsp.settings import Settings

MAX_TEMPLATES = 200


def split(settings: Settings, document: WorkflowTemplate) -> tuple[WorkflowTemplate, ...]:
    """The object, and others with the templates for which it has no room; `<workflow>-more-2` is the first of these."""
    templates = document.spec.templates
    if len(templates) <= MAX_TEMPLATES:
        return (document,)
    base = templates[0].name
    runs = [templates[start : start + MAX_TEMPLATES] for start in range(0, len(templates), MAX_TEMPLATES)]
    names = [
        document.metadata.name or "",
        *(object_name(settings, f"{base}-more-{number}") for number in range(2, len(runs) + 1)),
    ]
    owners = {template.name: name for name, run in zip(names, runs, strict=True) for template in run}
    found: list[WorkflowTemplate] = []
    for name, run in zip(names, runs, strict=True):
        own = tuple(_by_reference(template, name, owners) for template in run)
        if not found:
            found.append(replace(document, spec=replace(document.spec, templates=own)))
        else:
            spec = WorkflowSpec(templates=own, origin=document.spec.origin)
            found.append(replace(document, metadata=replace(document.metadata, name=name), spec=spec))
    return tuple(found)


def _by_reference(template: Template, name: str, owners: dict[str, str]) -> Template:
    """The template, in which those of other objects are called by reference."""
    steps = tuple(tuple(_task(task, name, owners) for task in group) for group in template.steps)
    dag = template.dag
    if dag is not None:
        dag = replace(dag, tasks=tuple(_task(task, name, owners) for task in dag.tasks))
    return replace(template, steps=steps, dag=dag)


def _task(task: Task, name: str, owners: dict[str, str]) -> Task:
    owner = owners.get(task.template or "", name)
    if task.template is None or owner == name:
        return task
    return replace(task, template=None, template_ref=TemplateRef(name=owner, template=task.template))
