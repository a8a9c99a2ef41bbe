"""Names, labels and annotations of the objects (lowering.md, `Objects`)."""

from __future__ import annotations

import re

from athena_lsp.argo.docstrings import title_and_description
from athena_lsp.argo.pod import Metadata
from athena_lsp.argo.tree import NO_MAP, Map, Origin
from athena_lsp.ir.model import Definition
from athena_lsp.settings import Settings

LABEL_LIMIT = 63


def object_name(settings: Settings, base: str) -> str:
    """The name of a template's WorkflowTemplate: the base name with the version's tag."""
    return f"{base}-{settings.version_tag}"


def schedule_name(settings: Settings, base: str, number: int) -> str:
    """The name of a CronWorkflow, counted from 0.

    A release takes over from the last one, so its name has no version: two versions of one timetable never both run.
    What is no release has names of its own and leaves the released timetable alone.
    """
    name = base if settings.channel == "release" else object_name(settings, base)
    return f"{name}-{number + 1}" if number else name


def labels(settings: Settings) -> Map:
    """Labels that every object has: those by which a version's objects are found again, then the project's own."""
    values = (
        ("athena/project", settings.project),
        ("athena/version", settings.version),
        ("athena/tag", settings.version_tag),
        ("athena/channel", settings.channel),
    )
    own = tuple((key, label_value(value)) for key, value in values)
    return Map(entries=(*own, *sorted(settings.labels.items())))


def label_value(text: str) -> str:
    """The text as a label's value: letters, digits, `-`, `_` and `.`, at most 63, a letter or digit at both ends."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "-", text)[:LABEL_LIMIT]
    return kept.strip("-_.")


def template_metadata(settings: Settings, definition: Definition) -> Metadata:
    """The metadata of a WorkflowTemplate; Argo's page shows the docstring."""
    title, description = title_and_description(definition.doc)
    shown = (("workflows.argoproj.io/title", title), ("workflows.argoproj.io/description", description))
    annotations = tuple((key, text) for key, text in shown if text)
    origin = Origin(definition.declaration, definition.name_span)
    return Metadata(
        name=object_name(settings, definition.template),
        namespace=settings.namespace or None,
        labels=labels(settings),
        annotations=Map(entries=annotations) if annotations else NO_MAP,
        origin=origin,
    )
