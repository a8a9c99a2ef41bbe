"""The layer `deps`: the packages that a project has locked, for each architecture, and the runtime itself.

any/                what is the same everywhere, and `athena_runtime`
x86_64/, aarch64/   packages with compiled modules
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from athena_runtime.bundle.compiling import with_compiled
from athena_runtime.bundle.layer import Entries, Entry, layer_file, ordered
from athena_runtime.bundle.requirements import Requirements
from athena_runtime.bundle.runtime import runtime_entries
from athena_runtime.bundle.uv import run_uv
from athena_runtime.contract import ROOT

DROPPED = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
"""Files about an installation, not about the package."""
MANYLINUX = {"3.11": "manylinux_2_36", "3.13": "manylinux_2_40"}
"""The newest C library that packages may need, by the version of Python: that of the release which it comes from."""
OLDEST_MANYLINUX = "manylinux_2_28"


def packages_layer(
    requirements: Requirements | None, python: str, architectures: Sequence[str], command: Sequence[str]
) -> Entries:
    """The files of the layer. `command` starts the Python that compiles; without it nothing is compiled."""
    entries = list(runtime_entries("any/athena_runtime/"))
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        if requirements is not None:
            for architecture in architectures:
                target = Path(name) / architecture
                install(requirements, python, architecture, target)
                entries += _installed(target, architecture)
        unique = {entry.path: entry for entry in entries}
        about = {"python": python, "architectures": list(architectures), "packages": sorted(_names(unique))}
        whole = (*unique.values(), layer_file("deps", about))
        if command:
            whole = with_compiled(whole, f"{ROOT}/deps", command)
        # The folder is deleted when this returns.
        return ordered(Entry(entry.path, entry.read(), entry.executable) for entry in whole)


def _names(paths: Iterable[str]) -> set[str]:
    """`numpy 2.1.0` of each package, by the folders with their metadata."""
    folders = {part for path in paths for part in path.split("/")[1:2] if part.endswith(".dist-info")}
    return {" ".join(folder.removesuffix(".dist-info").rsplit("-", 1)) for folder in folders}


def _installed(folder: Path, architecture: str) -> Iterator[Entry]:
    """The files of all packages below a folder, by the lists that they came with; no scripts, nothing compiled."""
    for metadata in sorted(folder.glob("*.dist-info")):
        wheel = _text(metadata / "WHEEL")
        pure = "Root-Is-Purelib: true" in wheel and "-any" in wheel
        top = "any" if pure else architecture
        for line in csv.reader(_text(metadata / "RECORD").splitlines()):
            path = line[0].replace("\\", "/") if line else ""
            name = path.rpartition("/")[2]
            own = path.startswith(f"{metadata.name}/") and name in DROPPED
            outside = path.startswith(("../", "/", "bin/"))
            file = folder / path
            if path and not (own or outside or path.endswith(".pyc")) and file.is_file() and not file.is_symlink():
                yield Entry(f"{top}/{path}", file, executable=".so" in name)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


# --- uv ---------------------------------------------------------------------------------------------------------------


def install(requirements: Requirements, python: str, architecture: str, target: Path) -> None:
    """Unpacks the wheels for an architecture into a folder. Raises BundleError when a package has none."""
    platform = f"{architecture}-{MANYLINUX.get(python, OLDEST_MANYLINUX)}"
    with tempfile.TemporaryDirectory(prefix="athena-") as name:
        file = Path(name) / requirements.name
        file.write_text(requirements.text, encoding="utf-8")
        hashes = () if file.suffix == ".toml" else ("--require-hashes", "--no-deps")
        run_uv(
            [
                *("pip", "install", "--quiet", "--target", str(target), "--link-mode", "copy"),
                *("--python-platform", platform, "--python-version", python, "--no-python-downloads"),
                *("--only-binary", ":all:", *hashes, "-r", str(file)),
            ],
            Path(name),
            f"the packages of {requirements.origin or requirements.name} for {architecture}",
        )
