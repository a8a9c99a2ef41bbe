"""conflicting-mounts: two things mounted at one path of a pod, or two volumes under one name."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.read import items_of, text_of
from athena_lsp.argo.resources import PersistentVolume, asked_by, persistent_volumes
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Definition, Kind, PodBody, Unit
from athena_lsp.ir.values import Construct, Text, Value
from athena_lsp.records import dataclass
from athena_lsp.rules._resources import concerns
from athena_lsp.rules.base import Finding, Related, rule
from athena_lsp.text import Span
from athena_runtime.contract import ROOT

ARGO = "/var/run/argo"
"""Where Argo puts its own program and what it tells the container."""
TAKEN = {ROOT: "athena's own folder", ARGO: "Argo's own folder"}


@dataclass(frozen=True, slots=True)
class Mount:
    """One `HostMount` with both paths."""

    host_path: str
    path: str
    value: Value
    """The mount path as it stands in the source."""

    @property
    def place(self) -> str:
        """The path in its one spelling."""
        return normpath(self.path)


@rule("one path, or one name, for two volumes", required=True)
def conflicting_mounts(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for definition in unit.definitions:
        if definition.kind is Kind.CONTAINER:
            yield from _mounts(definition)
        if isinstance(definition.body, PodBody) and (definition.body.resources or definition.body.calls):
            yield from _volumes(facts, definition)


def _mounts(definition: Definition) -> Iterator[Finding]:
    seen: dict[str, Mount] = {}
    for mount in _host_mounts(definition):
        taken = next((folder for folder in TAKEN if _is_in(mount.place, folder)), "")
        first = seen.setdefault(mount.place, mount)
        if mount.place == "/":
            yield Finding(
                span=mount.value.span,
                message="`/` is the root of the container's files, and a mount there would hide the whole image",
                hints=("mount it at a folder of its own, such as `/data`",),
            )
        elif taken:
            what = "is" if mount.place == taken else "lies in"
            yield Finding(
                span=mount.value.span,
                message=f"`{mount.path}` {what} {TAKEN[taken]}, `{taken}`, which is in every pod",
                hints=("mount it at another path, such as `/data`",),
            )
        elif first is not mount:
            yield _second(mount, first)


def _second(mount: Mount, first: Mount) -> Finding:
    message = f"`{mount.path}` is mounted twice: from `{first.host_path}` and from `{mount.host_path}`"
    hint = "give one of them another path"
    if mount.host_path == first.host_path:
        message, hint = f"`{mount.host_path}` is mounted at `{mount.path}` twice", "remove one of the two"
    related = Related("the first one", span=first.value.span)
    return Finding(span=mount.value.span, message=message, related=(related,), hints=(hint,))


def _host_mounts(definition: Definition) -> Iterator[Mount]:
    for item in items_of(definition.option("host_mounts")):
        if isinstance(item, Construct) and item.name == "HostMount":
            host_path, path = text_of(item.argument("host_path")), item.argument("mount_path")
            # What is no absolute path, another rule reports.
            if host_path and isinstance(path, Text) and path.value.startswith("/"):
                yield Mount(host_path, path.value, path)


def _volumes(facts: Facts, definition: Definition) -> Iterator[Finding]:
    """Volumes of two variables under one name: the pod would find one folder behind both."""
    seen: dict[str, tuple[PersistentVolume, Origin]] = {}
    for volume, origin in persistent_volumes(facts, asked_by(facts, definition)):
        first, first_origin = seen.setdefault(volume.name, (volume, origin))
        is_same = first is volume or not (first.is_ephemeral or volume.is_ephemeral)
        if is_same or not concerns(definition, first_origin.declaration, origin.declaration):
            continue
        yield Finding(
            span=_span(definition, origin),
            message=f"`{first.variable.name}` and `{volume.variable.name}` are both the claim `{volume.name}`",
            related=(
                Related(f"`{first.variable.name}` is declared here", first.variable),
                Related(f"`{volume.variable.name}` is declared here", volume.variable),
            ),
            hints=("give one of them another `name`",),
        )


def _span(definition: Definition, origin: Origin) -> Span:
    return origin.span if origin.declaration == definition.declaration else definition.name_span


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
