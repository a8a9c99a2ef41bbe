"""Finding and reading files: a project's root, its Python files without what git ignores, texts in any encoding."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

from athena_lsp.analysis.layout import COMPILED
from athena_lsp.config.read import CONFIG_NAMES, Git, configures
from athena_lsp.records import dataclass

LARGEST_FILE = 1_000_000
"""Bytes; larger files are no programs that somebody wrote."""
GIT_TIMEOUT = 5.0
"""Seconds that git may take to describe the tree."""
SKIPPED_FOLDERS = ("node_modules", "site-packages", "__pycache__")
COOKIE = re.compile(rb"\A(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))?[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
MOST_FOLDERS = 200
"""So many folders are looked into for what files import that belong to no project."""
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<dots>\.*)(?P<module>[\w.]*)[ \t]+import[ \t(]+(?P<names>[\w ,\t]*)"
    r"|import[ \t]+(?P<plain>[\w.]+))",
    re.MULTILINE,
)
WORD = re.compile(r"\w+")
SPECIAL = re.compile(
    r"(?P<deep>(?:\A|(?<=/))\*{2,}(?:/|\Z))|(?P<any>\*+)|(?P<one>\?)|(?P<set>\[[!^]?\]?(?:\\.|[^\]])*\])|\\(?P<plain>.)"
)


Stamp = tuple[int, int]
"""When a file was changed last, in nanoseconds, and its size: while both are the same, so is the file."""


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file or a folder; one that no file has when it is not there."""
    try:
        status = path.stat()
    except OSError:
        return (0, -1)
    return (status.st_mtime_ns, status.st_size)


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and the codec that writes it back; line ends are as they are in the file."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, and why, in a phrase."""

    path: str
    why: str


def read_text(path: Path) -> Text | Unreadable:
    """A Python file's text, without a byte order mark, in the encoding that its first two lines name (PEP 263)."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return Unreadable(str(path), (error.strerror or str(error)).lower())
    cookie = COOKIE.match(data)
    named = cookie[1].decode("ascii", "replace") if cookie and path.suffix in (".py", ".pyi") else "utf-8"
    encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else named
    try:
        return Text(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return Unreadable(str(path), f"byte {error.start} is not {error.encoding}")
    except (LookupError, ValueError):
        return Unreadable(str(path), f"nobody knows the encoding {named!r}")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Replaces the file's content as a whole, or not at all; a link goes on leading to it, its mode stays.

    Raises OSError, and UnicodeEncodeError when the codec cannot write the text.
    """
    data = text.encode(encoding)
    target = Path(os.path.realpath(path))
    # Pipes and devices, such as /dev/stdout, cannot be replaced.
    if target.exists() and not target.is_file():
        target.write_bytes(data)
        return
    # Not by `tempfile`, whose import takes 10 ms of every start; and this way new files have the usual mode.
    name = target.with_name(f".{target.name[:40]}.{os.getpid()}")
    try:
        with open(name, "xb") as file:
            file.write(data)
        if target.exists():
            name.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(name, target)
    except BaseException:
        name.unlink(missing_ok=True)
        raise


def find_root(path: Path) -> tuple[Path, bool]:
    """The folder of the project that a file or folder belongs to, and whether something marks it.

    The nearest folder upwards that configures athena; else the nearest with a pyproject.toml; else the top of the git
    repository; else the folder itself.
    """
    folder = path if path.is_dir() else path.parent
    upwards = (folder, *folder.parents)
    plain: Path | None = None
    for candidate in upwards:
        for name in CONFIG_NAMES:
            config = candidate / name
            if config.is_file():
                text = read_text(config)
                if isinstance(text, Text) and configures(name, text.text):
                    return candidate, True
                plain = plain or candidate
        if (candidate / ".git").exists():
            return plain or candidate, True
    return (plain, True) if plain else (folder, False)


def is_of_program(name: str) -> bool:
    """Whether a file is Python, compiled or not, or configures a project."""
    return name.endswith((".py", ".pyi", *COMPILED)) or name == "pyproject.toml"


def walk(
    root: Path,
    exclude: Sequence[str] = (),
    *,
    packages_only: bool = False,
    is_wanted: Callable[[str], bool] = is_of_program,
) -> tuple[str, ...]:
    """The posix paths, from `root`, of all files below it whose names are wanted, sorted.

    Leaves out what .gitignore files say at any level, up to the top of the repository, and what `exclude` matches;
    hidden folders, virtual environments and installed packages; links to folders, and to files of the same tree; large
    files. A compiled module is there although git ignores it. `packages_only` descends only into packages: folders with
    an `__init__.py`.
    """
    top = root.as_posix().rstrip("/")
    excluded = Level(top, ignore_rules("\n".join(exclude)))
    found: list[str] = []
    pending = [(top, tuple(_levels_above(root)))]
    while pending:
        folder, levels = pending.pop()
        entries = _entries(folder)
        if "pyvenv.cfg" in entries or (packages_only and folder != top and "__init__.py" not in entries):
            continue
        if ".gitignore" in entries and (rules := _rules_in(folder)):
            levels = (*levels, Level(folder, rules))
        for name, entry in entries.items():
            path = f"{folder}/{name}"
            is_folder = _is_folder(entry, top, is_wanted)
            if is_folder is None or is_ignored((excluded,), path, folder=is_folder):
                continue
            if is_ignored(levels, path, folder=is_folder) and not name.endswith(COMPILED):
                continue
            if is_folder:
                pending.append((path, levels))
            else:
                found.append(path[len(top) + 1 :])
    return tuple(sorted(found))


def walk_imported(root: Path, exclude: Sequence[str] = ()) -> tuple[str, ...]:
    """The same of a folder that nothing marks as a project: its own files, packages, and what these import from other
    folders. Anything else may lie in it."""
    found: dict[str, None] = {}
    pending, seen = [""], {""}
    while pending and len(seen) < MOST_FOLDERS:
        folder = pending.pop()
        prefix = f"{folder}/" if folder else ""
        new = [prefix + name for name in walk(root / folder, exclude, packages_only=True)]
        for name in (name for name in new if name not in found and name.endswith(".py")):
            for place in _imported_folders(root, name):
                if place not in seen and (root / place).is_dir() and not (root / place / "__init__.py").exists():
                    seen.add(place)
                    pending.append(place)
        found.update(dict.fromkeys(new))
    return tuple(sorted(found))


def _imported_folders(root: Path, name: str) -> Iterator[str]:
    """Folders below the root that the imports of a file may mean."""
    text = read_text(root / name)
    own = name.rpartition("/")[0]
    for found in IMPORT.finditer(text.text) if isinstance(text, Text) else ():
        dots, module, names = found["dots"] or "", found["module"] or found["plain"] or "", found["names"] or ""
        start = own.split("/")[: -len(dots) + 1 or None] if dots and own else []
        parts = [*start, *filter(None, module.split("."))]
        taken = [WORD.match(each.strip()) for each in names.split(",")]
        paths = [parts[:end] for end in range(1, len(parts) + 1)]
        paths += [[*parts, each[0]] for each in taken if each]
        yield from ("/".join(path) for path in paths)


def matching(root: Path, patterns: Sequence[str]) -> tuple[str, ...]:
    """The posix paths, from `root`, of all files below it that the patterns mean, sorted; hidden folders, virtual
    environments and links are passed over."""
    top = root.as_posix().rstrip("/")
    wanted = Level(top, ignore_rules("\n".join(patterns)))
    found: list[str] = []
    pending = [(top, False)]
    while pending:
        folder, inside = pending.pop()
        entries = _entries(folder)
        for name, entry in entries.items() if "pyvenv.cfg" not in entries else ():
            path = f"{folder}/{name}"
            is_folder = entry.is_dir(follow_symlinks=False)
            meant = inside or is_ignored((wanted,), path, folder=is_folder)
            if is_folder and not name.startswith(".") and name not in SKIPPED_FOLDERS:
                pending.append((path, meant))
            elif meant and entry.is_file(follow_symlinks=False):
                found.append(path[len(top) + 1 :])
    return tuple(sorted(found))


# --- .gitignore ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """One line of a .gitignore file, as a pattern of whole paths from that file's folder."""

    pattern: re.Pattern[str]
    negated: bool
    folders_only: bool


@dataclass(frozen=True, slots=True)
class Level:
    """The rules of one folder; paths below it are absolute and posix."""

    folder: str
    rules: tuple[IgnoreRule, ...]


@cache
def ignore_rules(text: str) -> tuple[IgnoreRule, ...]:
    """The rules of a .gitignore text (gitignore(5)). Lines that are no pattern are left out."""
    return tuple(rule for line in text.splitlines() if (rule := _rule(line)))


def is_ignored(levels: Sequence[Level], path: str, *, folder: bool) -> bool:
    """Whether a path is ignored: the last matching rule of the deepest folder decides."""
    for level in reversed(levels):
        relative = path[len(level.folder) + 1 :]
        for rule in reversed(level.rules):
            if (folder or not rule.folders_only) and rule.pattern.fullmatch(relative):
                return not rule.negated
    return False


def _rule(line: str) -> IgnoreRule | None:
    if line.startswith("#"):
        return None
    text = re.sub(r"(?<!\\)((?:\\\\)*) +\Z", r"\1", line)
    negated = text.startswith("!")
    text = text.removeprefix("!")
    folders_only = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    anchored = "/" in text
    text = text.removeprefix("/") if anchored else f"**/{text}"
    try:
        return IgnoreRule(re.compile(_translated(text), re.S), negated, folders_only)
    except re.error:
        return None


def _translated(text: str) -> str:
    """The regular expression of a pattern."""
    pieces: list[str] = []
    done = 0
    for match in SPECIAL.finditer(text):
        pieces.append(re.escape(text[done : match.start()]))
        done = match.end()
        match match.lastgroup:
            case "deep":
                pieces.append("(?:.*/)?" if match[0].endswith("/") else ".*")
            case "any":
                pieces.append("[^/]*")
            case "one":
                pieces.append("[^/]")
            case "set":
                pieces.append(f"(?!/){_set(match[0])}")
            case _:
                pieces.append(re.escape(match["plain"]))
    return "".join((*pieces, re.escape(text[done:])))


def _set(text: str) -> str:
    inside = text[1:-1]
    negated = inside[:1] in ("!", "^")
    inside = inside[1:] if negated else inside
    escaped = re.sub(r"\\(.)|([\[\]\\^&~|])", lambda match: "\\" + (match[1] or match[2]), inside)
    return f"[{'^' if negated else ''}{escaped}]"


# --- walking ------------------------------------------------------------------------------------------------------


def _levels_above(root: Path) -> Iterator[Level]:
    """The rules of the folders above `root`, outermost first, when it lies in a git repository."""
    if (root / ".git").exists():
        return
    above: list[Path] = []
    for folder in root.parents:
        above.append(folder)
        if (folder / ".git").exists():
            yield from (Level(each.as_posix().rstrip("/"), _rules_in(each.as_posix())) for each in reversed(above))
            return


def _rules_in(folder: str) -> tuple[IgnoreRule, ...]:
    text = read_text(Path(folder, ".gitignore")) if os.path.isfile(f"{folder}/.gitignore") else None
    return ignore_rules(text.text) if isinstance(text, Text) else ()


def _entries(folder: str) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as scan:
            return {entry.name: entry for entry in scan}
    except OSError:
        return {}


def _is_folder(entry: os.DirEntry[str], top: str, is_wanted: Callable[[str], bool]) -> bool | None:
    """Whether to go into a folder (True), to take a file (False), or neither (None)."""
    try:
        if entry.is_dir(follow_symlinks=False):
            return None if entry.name.startswith(".") or entry.name in SKIPPED_FOLDERS else True
        if not is_wanted(entry.name):
            return None
        if entry.is_symlink() and os.path.realpath(entry.path).startswith(f"{os.path.realpath(top)}{os.sep}"):
            return None
        status = entry.stat()
    except OSError:
        return None
    is_small = status.st_size <= LARGEST_FILE or entry.name.endswith(COMPILED)
    return False if stat.S_ISREG(status.st_mode) and is_small else None


def git_says(root: Path) -> Git | None:
    """What git says about the tree; None when it is no repository or git says nothing."""
    if not any((folder / ".git").exists() for folder in (root, *root.parents)):
        return None
    # Imported here because only `emit`, `publish` and `submit` ask git, and it takes 7 ms of every start.
    import subprocess  # noqa: PLC0415

    command = ["git", "status", "--porcelain=v2", "--branch", "--", "."]
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=GIT_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    headers: dict[str, str] = {}
    dirty = False
    for line in done.stdout.decode(errors="replace").splitlines():
        if line.startswith("# "):
            key, _, value = line[2:].partition(" ")
            headers[key] = value
        else:
            dirty = True
    commit = headers.get("branch.oid", "").replace("(initial)", "")
    return Git(commit, headers.get("branch.head", "").replace("(detached)", ""), dirty)
