"""The interpreter from Debian's packages: CPython with its own C library and loader, for any machine, on a Debian.

`apt-get` downloads the packages into a state of its own: what is installed on this machine, and which architectures its
dpkg knows, is neither asked nor changed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from athena_runtime.bundle.deb import Files, read_packages
from athena_runtime.bundle.elf import is_elf, read_elf, with_loader, with_rpath
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.interpreter import LOADERS, Tree, keeps, rpath_of
from athena_runtime.contract import ROOT

DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TIMEOUT = 600.0
"""Seconds that one run of apt-get may take."""
COMMON_LICENCES = ("GPL-2", "GPL-3", "LGPL-2", "LGPL-2.1", "LGPL-3")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Debian: its CPython, and the packages with the libraries of that."""

    name: str
    libraries: tuple[str, ...]


LIBRARIES = (
    "base-files",
    "libbz2-1.0",
    "libc6",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "liblzma5",
    "libncursesw6",
    "libsqlite3-0",
    "libstdc++6",
    "libtinfo6",
    "libuuid1",
    "zlib1g",
)
RELEASES: Mapping[str, Release] = {
    "3.11": Release(
        "bookworm",
        (
            *LIBRARIES,
            "gcc-12-base",
            "libcom-err2",
            "libcrypt1",
            "libgssapi-krb5-2",
            "libk5crypto3",
            "libkeyutils1",
            "libkrb5-3",
            "libkrb5support0",
            "libnsl2",
            "libreadline8",
            "libssl3",
            "libtirpc3",
        ),
    ),
    "3.13": Release("trixie", (*LIBRARIES, "gcc-14-base", "libreadline8t64", "libssl3t64", "libzstd1")),
}
"""By the version of CPython."""


C_LIBRARY = ("base-files", "gcc-14-base", "libc6", "libexpat1", "libgcc-s1", "libstdc++6", "zlib1g")
"""What packages may expect of a system, besides what they bring themselves (manylinux)."""
NEWEST = "3.13"


def library_tree(architecture: str, state: Path) -> Tree:
    """The C library and its kin alone, for an interpreter from elsewhere: the newest that there is."""
    packages = download(C_LIBRARY, RELEASES[NEWEST].name, DEBIAN_NAMES[architecture], state)
    files = read_packages(packages)
    return Tree(
        architecture=architecture,
        version=NEWEST,
        program=b"",
        libraries=dict(_libraries(files, architecture)),
        modules={},
        licences=dict(_licences(files)),
        packages=_names(packages),
    )


def debian_tree(python: str, architecture: str, state: Path) -> Tree:
    """The interpreter for one architecture; `state` is a folder for apt's files and the packages."""
    release = RELEASES.get(python)
    if release is None:
        known = " and ".join(RELEASES)
        raise BundleError(
            f"Debian has no Python {python} that athena knows: it has {known}",
            'choose one of them with `python`, or `interpreter = "uv"`, in `[tool.athena.bundle]`',
        )
    names = [f"python{python}-minimal", f"libpython{python}-minimal", f"libpython{python}-stdlib", *release.libraries]
    packages = download(names, release.name, DEBIAN_NAMES[architecture], state)
    files = read_packages(packages)
    return Tree(
        architecture=architecture,
        version=_version(packages, python),
        program=_program(files, python, architecture),
        libraries=dict(_libraries(files, architecture)),
        modules=dict(_modules(files, python)),
        licences=dict(_licences(files)),
        packages=_names(packages),
        site=f"lib/python{python}/dist-packages",
    )


def _names(packages: Iterable[Path]) -> tuple[str, ...]:
    return tuple(sorted(path.name.removesuffix(".deb").replace("%3a", ":") for path in packages))


def _version(packages: Iterable[Path], python: str) -> str:
    """The exact version, which compiled modules belong to: `3.13.5`."""
    for path in packages:
        if match := re.match(rf"libpython{re.escape(python)}-stdlib_(\d+\.\d+\.\d+)", path.name):
            return match[1]
    raise BundleError(f"the packages of Debian do not tell the version of Python {python}")


def _program(files: Files, python: str, architecture: str) -> bytes:
    data = files.read(f"bin/python{python}")
    if data is None:
        raise BundleError(f"the packages of Debian hold no `python{python}`")
    loader = f"{ROOT}/py/{architecture}/lib/{LOADERS[architecture]}"
    return with_rpath(with_loader(data, loader), rpath_of(architecture))


def _libraries(files: Files, architecture: str) -> Iterator[tuple[str, bytes]]:
    """Every shared library under the name that programs ask for."""
    folders = (f"lib/{architecture}-linux-gnu/", "lib/", "lib64/")
    for path in sorted({*files.contents, *files.links}):
        folder, _, name = path.rpartition("/")
        if f"{folder}/" not in folders or ".so" not in name:
            continue
        data = files.read(path)
        if data is not None and is_elf(data) and (read_elf(data).soname or name) == name:
            yield name, data


def _modules(files: Files, python: str) -> Iterator[tuple[str, bytes]]:
    """The standard library, by paths from its folder."""
    folder = f"lib/python{python}/"
    for path in sorted({*files.contents, *files.links}):
        if path.startswith(folder) and keeps(path[len(folder) :]) and (data := files.read(path)) is not None:
            yield path[len(folder) :], data


def _licences(files: Files) -> Iterator[tuple[str, bytes]]:
    for path in sorted({*files.contents, *files.links}):
        match path.split("/"):
            case ["share", "doc", package, "copyright"]:
                if (text := files.read(path)) is not None:
                    yield package, text
            case ["share", "doc", package] if (text := files.read(f"{path}/copyright")) is not None:
                yield package, text
            case ["share", "common-licenses", name] if name in COMMON_LICENCES and path in files.contents:
                yield f"common/{name}", files.contents[path]


# --- apt --------------------------------------------------------------------------------------------------------------


def download(names: Iterable[str], release: str, architecture: str, state: Path) -> list[Path]:
    """The packages as files, newest versions of that release."""
    if shutil.which("apt-get") is None:
        raise BundleError(
            "the interpreter comes from Debian's packages, and there is no `apt-get` here",
            "run this on a Debian or Ubuntu, or import a ready layer with `athena bundle build --py FILE`",
            kind="no-apt",
        )
    own = state / f"{release}-{architecture}"
    packages = own / "packages"
    for folder in (own / "state/lists/partial", own / "cache/archives/partial", packages):
        folder.mkdir(parents=True, exist_ok=True)
    (own / "status").touch()
    (own / "sources.list").write_text(_source(release), encoding="utf-8")
    options = {
        "Dir::State": own / "state",
        "Dir::State::status": own / "status",
        "Dir::Cache": own / "cache",
        "Dir::Etc::SourceList": own / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "APT::Architecture": architecture,
        "APT::Architectures::": architecture,
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",
    }
    command = ["apt-get", "-qq", *(word for key, value in options.items() for word in ("-o", f"{key}={value}"))]
    _run([*command, "update"], own)
    _run([*command, "download", *names], packages)
    found = [_newest(packages.glob(f"{name}_*_*.deb"), name) for name in names]
    for path in packages.iterdir():
        if path not in found:
            path.unlink()
    return found


def _newest(paths: Iterable[Path], name: str) -> Path:
    """The package that was downloaded last, for older ones may lie beside it."""
    found = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
    if not found:
        raise BundleError(f"Debian's package `{name}` was not downloaded")
    return found[-1]


def _source(release: str) -> str:
    """The line of a sources.list for a release: from where this machine gets its own packages."""
    fields = "$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)"
    targets = _run(["apt-get", "indextargets", "--format", fields, "Created-By: Packages"], Path.cwd())
    for line in sorted(set(targets.splitlines())):
        origin, label, component, address = (line.split("|") + [""] * 4)[:4]
        if (origin, label, component) == ("Debian", "Debian", "main"):
            signature = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
            return f"deb {signature}{address} {release} main\n"
    raise BundleError(
        "apt knows no address of Debian's packages",
        "run `apt-get update` first; on another system import a ready layer with `athena bundle build --py FILE`",
        kind="no-apt",
    )


def _run(command: list[str], folder: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError(f"`{command[0]}` did not do it: {error}", kind="no-apt") from error
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if line.startswith("E:")), done.stderr.strip()[-300:])
        verb = next((word for word in ("update", "download", "indextargets") if word in command), "")
        raise BundleError(f"`apt-get {verb}` failed: {said}", "look at your network and at apt's sources", kind="apt")
    return done.stdout


def debian_trees(python: str, architectures: Iterable[str], state: Path) -> tuple[Tree, ...]:
    """The interpreters for several architectures, downloaded at the same time."""
    wanted = tuple(architectures)
    with ThreadPoolExecutor(len(wanted)) as pool:
        return tuple(pool.map(lambda architecture: debian_tree(python, architecture, state), wanted))
