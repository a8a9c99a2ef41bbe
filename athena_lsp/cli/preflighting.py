"""What preflight says of a whole emission, as diagnostics at the Python that each part came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.argo.emit import Emission
from athena_lsp.argo.preflight import Refusal, emission_refusals
from athena_lsp.cli.findings import shown_path
from athena_lsp.diagnostics import Diagnostic, Location, Severity
from athena_lsp.ir.names import Declaration
from athena_lsp.project import one_line
from athena_lsp.text import Source, Span
from athena_lsp.workspace import Workspace


def refused(workspace: Workspace, root: Declaration, emission: Emission) -> tuple[Diagnostic, ...]:
    """What Argo or the cluster would not take, or a run would fail on, by path and position; paths as they are shown.

    All that a run comes to is in the emission, so whatever is referred to and is not there is nowhere.
    """
    found = dict.fromkeys(_diagnostics(workspace, root, emission))
    return tuple(sorted(found, key=lambda one: (one.path, one.span, one.message)))


def sources_of(workspace: Workspace, diagnostics: tuple[Diagnostic, ...]) -> Mapping[str, Source]:
    """The texts that the diagnostics are shown in."""
    shown = {shown_path(workspace.root / path): path for path in workspace.project.files}
    return {one.path: workspace.project.source(shown[one.path]) for one in diagnostics if one.path in shown}


def _diagnostics(workspace: Workspace, root: Declaration, emission: Emission) -> Iterator[Diagnostic]:
    for refusal in emission_refusals(emission.documents, complete=emission.complete):
        if refusal.level != "advice":
            location = _location(workspace, root, refusal)
            rule = "manifest-limit" if refusal.is_limit else "argo-refuses"
            hint = f"look at `{refusal.place}` in the manifest"
            message = one_line(f"{refusal.message} ({refusal.code})")
            path = shown_path(workspace.root / location.path)
            yield Diagnostic(rule, Severity.ERROR, path, location.span, message, (hint,))


def _location(workspace: Workspace, root: Declaration, refusal: Refusal) -> Location:
    """Where the part came from; at worst, the function that the emission began with."""
    project, origin = workspace.project, refusal.origin
    place = project.place(origin.declaration, origin.span) if origin is not None else None
    return place or project.locate(root) or Location(root.path, Span(0, 0))
