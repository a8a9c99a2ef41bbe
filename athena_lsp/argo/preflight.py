"""What Argo would refuse of manifests, found before any cluster sees them; also of manifests that others wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from athena_lsp.argo.checks.absent import check_absent
from athena_lsp.argo.checks.catalogue import BINDING, KINDS, Catalogue, Document, ReadYaml
from athena_lsp.argo.checks.durations import check_times
from athena_lsp.argo.checks.fields import check_kind
from athena_lsp.argo.checks.graph import check_graph
from athena_lsp.argo.checks.limits import check_limits, check_run_limits
from athena_lsp.argo.checks.names import check_names
from athena_lsp.argo.checks.objects import check_object, check_set, check_unknown
from athena_lsp.argo.checks.parameters import check_parameters
from athena_lsp.argo.checks.places import Level, Path, Refused
from athena_lsp.argo.checks.pods import check_pods
from athena_lsp.argo.checks.templates import check_metric, check_template
from athena_lsp.argo.checks.timetables import check_binding, check_timetable
from athena_lsp.argo.checks.variables import check_options, check_variables
from athena_lsp.argo.tree import Origin, Part, Tree, entries_of, plain
from athena_lsp.argo.yaml import path_step
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Span


@dataclass(frozen=True, slots=True)
class Refusal:
    """One finding of preflight, in the words of Argo's own rule."""

    document: int
    """The number of the document, from 0."""
    path: Path
    """Keys and indexes from the document's root."""
    code: str
    """The rule: a letter for its family and a number, as in `docs/preflight`."""
    message: str
    level: Level = "refused"
    part: Span | None = None
    """Where in the text at the path, in code points, when it is about a part of that."""
    is_key: bool = False
    """It is about the last key of the path, not about what stands there."""
    origin: Origin | None = None
    """The Python it came from, for manifests that athena made."""

    @property
    def is_limit(self) -> bool:
        """A size or a length (`manifest-limit`), not a mistake (`argo-refuses`)."""
        return self.level == "limit"

    @property
    def place(self) -> str:
        """The path as people write it: `spec.templates[0].dag.tasks[1]`."""
        return "".join(path_step(key) for key in self.path).removeprefix(".")

    def __str__(self) -> str:
        return f"{self.document}: {self.place}: {self.message} ({self.code})"


def refusals(
    documents: Iterable[object],
    *,
    complete: bool = True,
    wiring: bool = True,
    read_yaml: ReadYaml | None = None,
    files: Iterable[str] = (),
) -> Iterator[Refusal]:
    """What is refused of plain manifests (dicts, as a YAML reader gives them), document by document.

    `complete`: whatever they refer to must be among them. Objects of other kinds are passed over. Without `wiring` the
    tasks of dags and steps are not looked at: what lies between them is right when athena has made it. `read_yaml`
    reads the YAML that some fields hold as texts; `files` tell where each document was read.
    """
    catalogue = Catalogue.of(documents, complete=complete, read_yaml=read_yaml, files=files)
    found: list[tuple[int, Refused]] = [*check_set(catalogue), *check_run_limits(catalogue)]
    for number, document in enumerate(catalogue.documents):
        found += ((number, refused) for refused in _check(catalogue, document, wiring=wiring))
    for number, refused in sorted(found, key=lambda pair: pair[0]):
        yield Refusal(number, refused.path, refused.code, refused.message, refused.level, refused.part, refused.is_key)


def emission_refusals(documents: Sequence[Part], *, complete: bool = True, wiring: bool = True) -> Iterator[Refusal]:
    """The same of manifests that athena made, each finding with the Python that it came from."""
    for refusal in refusals((plain(document) for document in documents), complete=complete, wiring=wiring):
        yield replace(refusal, origin=origin_at(documents[refusal.document], refusal.path))


def origin_at(document: Part, path: Path) -> Origin | None:
    """Where the part at a path came from; the nearest part around it that says so counts."""
    origin, here = document.origin, document
    tree: Tree = here
    for key in path:
        if isinstance(tree, Part):
            found = next(((value, mark) for name, value, mark in entries_of(tree) if name == key), None)
        elif isinstance(tree, tuple) and isinstance(key, int) and key < len(tree):
            found = (tree[key], None)
        else:
            found = None
        if found is None:
            return origin
        tree, mark = found
        origin = mark or (tree.origin if isinstance(tree, Part) else None) or origin
    return origin


def _check(catalogue: Catalogue, document: Document, *, wiring: bool) -> Iterator[Refused]:
    """All checks of one object, from the outside in."""
    if document.kind not in KINDS and document.kind != BINDING:
        yield from check_unknown(document)
        return
    yield from check_kind(document.at, document.kind, "")
    yield from check_object(catalogue, document)
    if document.kind == BINDING:
        yield from check_binding(catalogue, document)
        return
    if document.kind == "CronWorkflow":
        yield from check_timetable(catalogue, document)
    for metric in document.spec.get("metrics", "prometheus").items():
        yield from check_metric(metric, "spec")
    for template in document.everywhere:
        yield from check_template(template, catalogue.read_yaml)
    yield from check_times(document)
    if wiring or not any(template.tasks for template in document.everywhere):
        yield from check_names(document)
        yield from check_parameters(catalogue, document)
        yield from check_graph(catalogue, document)
        yield from check_variables(catalogue, document)
        yield from check_absent(catalogue, document)
    else:
        yield from check_options(catalogue, document)
    yield from check_pods(document, catalogue.read_yaml)
    yield from check_limits(document)
