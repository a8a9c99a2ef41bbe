"""Where the parts of a run lie on this machine: folders of pods, artifacts and volumes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from athena_lsp.engine.program import as_map, as_text
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass
from athena_runtime.contract import ROOT

STATE = ".athena"
"""The folder of a project that holds the state of its runs."""
STORES = ("s3", "gcs", "azure", "oss", "hdfs", "artifactory")
LOCAL = "local"
"""The field of an artifact that is a file or a folder of this machine; manifests have no such field."""
KEYS = ("key", "blob", "path", "url")


class PlaceError(Exception):
    """Something that a pod needs is not on this machine; the message says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one run below the project's `.athena`."""

    state: Path
    """`.athena` itself: what runs share."""
    run: Path

    def pod(self, node: str) -> Path:
        return self.run / "pods" / file_name(node)

    def artifact(self, node: str, name: str) -> Path:
        return self.run / "artifacts" / file_name(node) / file_name(name)

    def volume(self, name: str, *, shared: bool) -> Path:
        return (self.state if shared else self.run) / "volumes" / file_name(name)

    def stored(self, location: Mapping[str, Tree]) -> Path | None:
        """Where an artifact with a place in a bucket lies here; None for one without."""
        for store in STORES:
            fields = as_map(location.get(store))
            key = next((as_text(fields[name]) for name in KEYS if fields.get(name)), "")
            if key:
                parts = [part for part in key.split("/") if part not in ("", ".", "..")]
                return self.state.joinpath("artifacts", *parts)
        return None


def file_name(text: str) -> str:
    """A text as the name of a file: readable, short, and different for different texts."""
    clean = re.sub(r"[^\w.\-]", "_", text)
    if clean == text and len(text) < 100:
        return text
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{clean[:80]}-{value:016x}"


def inside(path: str) -> str | None:
    """A pod's path relative to athena's own folder; None when it stands elsewhere."""
    if path == ROOT:
        return ""
    return path[len(ROOT) + 1 :] if path.startswith(f"{ROOT}/") else None


def bring(location: Mapping[str, Tree], to: Path, places: Places) -> bool:
    """Puts an artifact where a pod wants it; False when there is none. Raises PlaceError for places not known here."""
    if location.get("raw") is not None:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_text(as_text(as_map(location["raw"]).get("data")), encoding="utf-8")
        return True
    if location.get("local"):
        source = places.run / as_text(location["local"])
    else:
        stored = places.stored(location)
        if stored is None:
            kinds = ", ".join(key for key in location if key in ("git", "http", "plugin")) or "this place"
            raise PlaceError(f"artifacts from {kinds} are not known to the local engine")
        source = stored
    if location.get("subPath"):
        source = source / as_text(location["subPath"])
    if not source.exists():
        return False
    copy(source, to)
    return True


def copy(source: Path, to: Path) -> None:
    """A file or a folder, whatever stood there before."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, to, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy2(source, to)


def set_mode(artifact: Mapping[str, Tree], place: Path) -> None:
    """The permissions that an artifact is to have (`mode`), with `recurseMode` all that is in it too."""
    mode = artifact.get("mode")
    if isinstance(mode, int):
        for each in (place, *(place.rglob("*") if artifact.get("recurseMode") is True else ())):
            each.chmod(mode)
