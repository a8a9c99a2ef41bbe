"""Which modules the packages that a project has locked provide, read from files: what pods will be able to import."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from athena_lsp.environment import Environment
from athena_lsp.files import Text, read_text
from athena_lsp.settings import BundleSettings, Supply

LOCKS = ("uv.lock", "pylock.toml", "requirements.txt")
LARGEST_LOCK = 20_000_000
"""Bytes."""
HASHED = "--hash=sha256:"
NAME = re.compile(r"""^name\s*=\s*"([^"]+)"$""", re.MULTILINE)
NEEDED = re.compile(r"""\{ name = "([^"]+)"([^}]*)""")
REQUIREMENT = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*(?:\[[^]]*\]\s*)?(?:==|@)(.*)$", re.MULTILINE)
LOCAL = re.compile(r"^source = \{ (?:virtual|editable) = .\..", re.MULTILINE)
DEPENDENCIES = re.compile(r"""^\s*dependencies\s*=\s*\[(.*?)\]""", re.MULTILINE | re.DOTALL)


def find_supply(root: Path, bundle: BundleSettings, environment: Callable[[], Environment]) -> Supply | None:
    """What pods of the project in a folder get; None when nobody can tell without a lock. Never raises.

    `environment` finds the packages that are installed; it is called when there is a lock.
    """
    name = bundle.lock or next((each for each in LOCKS if (root / each).is_file()), "")
    text = _text(root / name) if name else ""
    if name and (name.endswith((".lock", ".toml")) or HASHED in text):
        folders = tuple((str(folder), _changed(folder)) for folder in environment().folders)
        return _supply(name, text, folders)
    project = _text(root / "pyproject.toml")
    needed = DEPENDENCIES.search(project)
    names = re.findall(r"[\"']([\w.-]+)", needed[1]) if needed else []
    is_told = "[project]" in project and not name and not [each for each in names if normal(each) != "athena-lsp"]
    return Supply("", frozenset(), complete=True) if is_told else None


def normal(name: str) -> str:
    """The name of a package as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@lru_cache(maxsize=8)
def _supply(name: str, text: str, folders: tuple[tuple[str, int], ...]) -> Supply:
    """What a lock's text means with these folders of packages, as they were changed last."""
    always: set[str] = set()
    locked: set[str] = set()
    for package, is_conditional in _locked(name, text):
        locked.add(normal(package))
        if not is_conditional:
            always.add(normal(package))
    provided = _provided([Path(folder) for folder, _ in folders], locked)
    modules = frozenset(module for module, _ in provided)
    here = {package for _, package in provided}
    return Supply(name, modules | {each.replace("-", "_") for each in locked}, complete=always <= here)


def _locked(name: str, text: str) -> Iterator[tuple[str, bool]]:
    """The packages that a lock has for pods, each with whether only some systems need it: of a uv.lock those that the
    project needs when it runs."""
    if name.endswith(".toml"):
        for block in text.split("[[packages]]")[1:]:
            if match := NAME.search(block):
                yield match[1], "\nmarker" in block
        return
    if name.rpartition("/")[2] != "uv.lock":
        yield from ((match[1], ";" in match[2]) for match in REQUIREMENT.finditer(text))
        return
    blocks = {match[1]: block for block in text.split("[[package]]")[1:] if (match := NAME.search(block))}
    waiting = [each for each, block in blocks.items() if LOCAL.search(block)]
    seen: set[str] = set()
    for each in waiting:
        if each in seen or each not in blocks:
            continue
        seen.add(each)
        # What a group for development needs, pods do not get; extras of packages count as asked for.
        block = blocks[each].partition("[package.dev-dependencies]")[0].partition("[package.metadata")[0]
        for match in NEEDED.finditer(block):
            waiting.append(match[1])
            yield match[1], "marker" in match[2] or "[package.optional-dependencies]" in block[: match.start()]


def _provided(folders: Iterable[Path], wanted: Collection[str]) -> list[tuple[str, str]]:
    """The top-level modules of installed packages that are locked, each with its package."""
    found: list[tuple[str, str]] = []
    for folder in folders:
        try:
            names = os.listdir(folder)
        except OSError:
            continue
        for each in names:
            package = normal(each.removesuffix(".dist-info").rpartition("-")[0]) if each.endswith(".dist-info") else ""
            if package in wanted:
                found += ((module, package) for module in _modules(folder / each) or {package.replace("-", "_")})
    return found


def _modules(metadata: Path) -> set[str]:
    """The names that the files of an installed package can be imported by."""
    paths = (line.partition(",")[0] for line in _text(metadata / "RECORD").splitlines())
    code = (path for path in paths if ".py" in path or ".so" in path)
    tops = {path.partition("/")[0] if "/" in path else path.partition(".")[0] for path in code}
    return {top for top in tops if top.isidentifier()}


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_LOCK:
            return ""
    except OSError:
        return ""
    found = read_text(path)
    return found.text if isinstance(found, Text) else ""


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return 0
