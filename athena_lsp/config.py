"""Reading a project's settings: `[tool.athena]` of pyproject.toml, or athena.toml, with findings at the keys."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Severity
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules.base import rules_by_name
from athena_lsp.settings import ArtifactRepository, SecretKey, Settings, kebab_version
from athena_lsp.syntax.toml import KeyPath, KeyPlace, key_places
from athena_lsp.text import Source, Span, TextEdit

CONFIG_NAMES = ("athena.toml", "pyproject.toml")
RELEASE_BRANCHES = ("main", "master")
LEVELS: Mapping[str, Severity | None] = {**{level.value: level for level in Severity}, "off": None}
DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
DNS_NAME = re.compile(rf"{DNS_LABEL.pattern}(\.{DNS_LABEL.pattern})*")
MOST_LISTED = 20
"""Known keys are listed in a hint when there are no more than this."""
VERSION = re.compile(r"v?(\d+)\.(\d+)(\.\d+)?")
TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")


@dataclass(frozen=True, slots=True)
class Git:
    """What git says about the tree: its commit, its branch (empty when detached), whether files differ from it."""

    commit: str
    branch: str
    dirty: bool


@dataclass(frozen=True, slots=True)
class Config:
    """What was read: settings that always serve, and what is wrong with the files that they come from."""

    settings: Settings
    diagnostics: tuple[Diagnostic, ...] = ()
    path: str = ""
    """The file that configures athena; empty when none does."""


def read_config(
    folder: str, texts: Mapping[str, str], *, git: Git | None = None, tag: str = "", last: Settings | None = None
) -> Config:
    """The configuration of a project in a folder of that name.

    `texts` holds athena.toml and pyproject.toml by path, where they exist; athena.toml wins. Name and version come
    from there, else from `[project]`, else they are the folder's name and 0.0.0. `tag` is a version tag given from
    outside, which nothing overrules. A text that is no TOML is one finding, and `last`, or the defaults, serve.
    """
    documents = [_document(path, texts[path]) for path in sorted(texts)]
    own = next((document for document in documents if document.table is not None), None)
    changes: dict[str, Any] = {}
    problems = [document.broken for document in documents if document.broken]
    if own:
        for item in _settings(own.table):
            if isinstance(item, Problem):
                problems.append(replace(item, document=own))
            else:
                changes |= item
        problems += (_unread(other, own) for other in documents if other.table is not None and other is not own)
    settings = _complete(_defaults(folder, documents), changes, git, tag)
    if last is not None and any(document.broken for document in documents):
        settings = last
    return Config(settings, _diagnostics(problems, settings.rules), own.path if own else "")


def configures(path: str, text: str) -> bool:
    """Whether the file holds settings of athena: an athena.toml, or a pyproject.toml with `[tool.athena]`."""
    return _document(path, text).table is not None


# --- documents and what is wrong with them ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """One TOML file; `table` holds athena's settings, which `prefix` leads to."""

    path: str
    text: str = field(repr=False)
    values: Mapping[str, Any]
    prefix: KeyPath
    broken: Problem | None = None

    @property
    def table(self) -> Any:
        """Athena's own table, or whatever stands there; None when there is none."""
        values: Any = self.values
        for name in self.prefix:
            values = values.get(name) if isinstance(values, dict) else None
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with the setting `path`, or at `span` when the text is no TOML."""

    message: str
    path: KeyPath = ()
    document: Document | None = None
    span: Span | None = None
    rule: str = "invalid-config"
    hint: str = ""
    new_key: str = ""
    """What the key was most likely meant to be."""
    new_value: str = ""
    """TOML that could stand for the value."""


def _document(path: str, text: str) -> Document:
    prefix = () if path.rpartition("/")[2] == "athena.toml" else ("tool", "athena")
    try:
        return Document(path, text, tomllib.loads(text), prefix)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        empty = Document(path, text, {}, prefix)
        return replace(empty, broken=_no_toml(empty, error))


def _no_toml(document: Document, error: Exception) -> Problem:
    source = Source(document.text)
    if isinstance(error, RecursionError):
        return Problem(message="this file is nested too deeply to be read", document=document, span=Span(0, 0))
    place = TOML_PLACE.search(str(error))
    what = str(error)[: place.start()] if place else str(error)
    line = int(place[1]) - 1 if place and place[1] else source.line_count - 1
    whole = source.line_span(min(line, source.line_count - 1))
    start = min(whole.start + int(place[2]) - 1, whole.end) if place and place[2] else whole.end
    message = f"this is no TOML: {what[:1].lower()}{what[1:]}"
    return Problem(message=message, document=document, span=Span(start, whole.end))


def _unread(document: Document, own: Document) -> Problem:
    return Problem(
        message=f"`[tool.athena]` is not read, because {own.path} stands beside this file",
        document=document,
        hint="keep the settings in one of the two files",
    )


def _diagnostics(problems: list[Problem], levels: Mapping[str, Severity | None]) -> tuple[Diagnostic, ...]:
    shown = (_diagnostic(problem, levels) for problem in problems)
    return tuple(sorted((found for found in shown if found), key=lambda found: (found.path, found.span)))


def _diagnostic(problem: Problem, levels: Mapping[str, Severity | None]) -> Diagnostic | None:
    severity = levels.get(problem.rule, Severity.ERROR)
    if severity is None or problem.document is None:
        return None
    document = problem.document
    hints = (problem.hint,) if problem.hint else ()
    found = Diagnostic(problem.rule, severity, document.path, problem.span or Span(0, 0), problem.message, hints)
    if problem.span:
        return found
    place = _place(document, problem.path)
    span = place.key if problem.rule == "unknown-config-key" else place.value
    return replace(found, span=span, fixes=tuple(_fixes(problem, document, place)))


def _fixes(problem: Problem, document: Document, place: KeyPlace) -> Iterator[Fix]:
    for span, text in ((place.key, problem.new_key), (place.value, problem.new_value)):
        if text:
            yield Fix(f"Replace with `{text}`", (FileEdit(document.path, TextEdit(span, text)),))


def _place(document: Document, path: KeyPath) -> KeyPlace:
    """Where the key stands, or the nearest table around it."""
    places = key_places(document.text)
    whole = (*document.prefix, *path)
    for length in range(len(whole), 0, -1):
        if found := places.get(whole[:length]):
            return found
    return KeyPlace(Span(0, 0), Span(0, 0))


# --- what settings may hold ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value does not do: `expected` is a phrase that follows "must be"."""

    expected: str
    hint: str = ""
    new_value: str = ""


Read = Callable[[Any], Any]


def _text(value: Any) -> str | Wrong:
    return value if isinstance(value, str) and value.strip() else Wrong("a text that is not empty")


def _any_text(value: Any) -> str | Wrong:
    return value if isinstance(value, str) else Wrong("a text")


def _flag(value: Any) -> bool | Wrong:
    return value if isinstance(value, bool) else Wrong("`true` or `false`")


def _label(value: Any) -> str | Wrong:
    if isinstance(value, str) and DNS_LABEL.fullmatch(value) and len(value) <= 63:
        return value
    better = kebab_version(value)[:63].strip("-") if isinstance(value, str) else ""
    return Wrong("lower-case letters, digits and `-`, 63 at most", new_value=json.dumps(better) if better else "")


def _name(value: Any) -> str | Wrong:
    if isinstance(value, str) and DNS_NAME.fullmatch(value) and len(value) <= 253:
        return value
    return Wrong("a Kubernetes name: lower-case letters, digits, `-` and `.`")


def _channel(value: Any) -> str | Wrong:
    return value if value in ("release", "dev") else Wrong('`"release"` or `"dev"`')


def _argo_version(value: Any) -> tuple[int, int] | Wrong:
    if isinstance(value, str) and (match := VERSION.fullmatch(value)):
        return int(match[1]), int(match[2])
    quoted = f'"{value}"' if isinstance(value, float) else ""
    return Wrong('a version as a text, such as `"3.6"`', new_value=quoted)


def _prefix(value: Any) -> str | Wrong:
    if isinstance(value, str) and not value.startswith("/") and not {"", ".", ".."} & set(value.split("/")):
        return value
    return Wrong("a part of an object key, such as `athena` or `teams/data`, without `/` at its ends")


def _texts(value: Any) -> tuple[str, ...] | Wrong:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return Wrong("a list of texts", new_value=f"[{json.dumps(value)}]" if isinstance(value, str) else "")


def _secret_key(value: Any) -> SecretKey | Wrong:
    if isinstance(value, dict) and set(value) == {"name", "key"} and all(_is_text(part) for part in value.values()):
        return SecretKey(value["name"], value["key"])
    return Wrong('a key of a Secret, such as `{ name = "s3", key = "accesskey" }`')


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


SETTINGS: Mapping[str, Read] = {
    "project": _label,
    "version": _text,
    "tag": _label,
    "channel": _channel,
    "image": _text,
    "service-account": _name,
    "argo-version": _argo_version,
    "prefix": _prefix,
    "exclude": _texts,
    "roots": _texts,
    "python": _text,
}
S3: Mapping[str, Read] = {
    "bucket": _text,
    "endpoint": _any_text,
    "region": _any_text,
    "insecure": _flag,
    "access-key-secret": _secret_key,
    "secret-key-secret": _secret_key,
}
TABLES = ("rules", "s3")

Item = Problem | dict[str, Any]


def _settings(table: Any) -> Iterator[Item]:
    """Changes to the default settings, and problems; every key gives one of the two."""
    if not isinstance(table, dict):
        yield Problem(message="`athena` must be a table of settings")
        return
    yield from _read(table, (), SETTINGS, TABLES)
    yield from _rules(table.get("rules", {}))
    if "s3" in table:
        yield from _repository(table["s3"])


def _read(table: Mapping[str, Any], path: KeyPath, readers: Mapping[str, Read], others: KeyPath = ()) -> Iterator[Item]:
    for written, value in table.items():
        key = written.replace("_", "-")
        if key in others:
            continue
        if key not in readers:
            yield _unknown((*path, written), (*readers, *others), "setting")
            continue
        result = readers[key](value)
        if isinstance(result, Wrong):
            message = f"`{written}` must be {result.expected}"
            yield Problem(message=message, path=(*path, written), hint=result.hint, new_value=result.new_value)
        else:
            yield {key.replace("-", "_"): result}


def _unknown(path: KeyPath, known: KeyPath, what: str) -> Problem:
    near = nearest(path[-1], known)
    meant = f"; did you mean {listed(near)}?" if near else ""
    return Problem(
        rule="unknown-config-key",
        message=f"there is no {what} `{path[-1]}`{meant}",
        path=path,
        hint=f"did you mean {listed(near)}?"
        if near
        else f"use one of {listed(sorted(known))}"
        if len(known) < 20
        else "",
        new_key=near[0] if near else "",
    )


def _repository(table: Any) -> Iterator[Item]:
    if not isinstance(table, dict):
        yield Problem(message="`s3` must be a table that describes a bucket", path=("s3",))
        return
    found: dict[str, Any] = {}
    problems = 0
    for item in _read(table, ("s3",), S3):
        if isinstance(item, Problem):
            problems += 1
            yield item
        else:
            found |= item
    if "bucket" in found:
        yield {"repository": ArtifactRepository(**found)}
    elif not problems:
        yield Problem(message="`s3` needs a `bucket`", path=("s3",))
    one, other = "access-key-secret", "secret-key-secret"
    present = {key.replace("_", "-") for key in table} & {one, other}
    if len(present) == 1:
        yield Problem(message=f"`{one}` and `{other}` belong together", path=("s3", *present))


def _rules(table: Any) -> Iterator[Item]:
    if not isinstance(table, dict):
        yield Problem(message="`rules` must be a table of rules and their levels", path=("rules",))
        return
    known = rules_by_name() if table else {}
    levels: dict[str, Severity | None] = {}
    for name, level in table.items():
        path = ("rules", name)
        if name not in known:
            yield _unknown(path, tuple(known), "rule")
        elif not isinstance(level, str) or level not in LEVELS:
            near = nearest(level, LEVELS) if isinstance(level, str) else ()
            new_value = json.dumps(near[0]) if near else ""
            message = f"the level of a rule must be {listed(json.dumps(word) for word in LEVELS)}"
            yield Problem(message=message, path=path, new_value=new_value)
        elif known[name].required and level != known[name].severity.value:
            message = f"`{name}` cannot be set to `{level}`: without it the manifest would be wrong"
            yield Problem(message=message, path=path, hint="remove this line")
        else:
            levels[name] = LEVELS[level]
    yield {"rules": levels}


# --- defaults -----------------------------------------------------------------------------------------------------


def _defaults(folder: str, documents: list[Document]) -> Settings:
    """Name and version as pyproject.toml has them, as far as they can be told."""
    project = next((document.values.get("project") for document in documents if document.prefix), None)
    metadata: Mapping[str, Any] = project if isinstance(project, dict) else {}
    name, version = metadata.get("name"), metadata.get("version")
    names = (kebab_version(candidate) for candidate in (name, folder) if isinstance(candidate, str))
    settings = replace(Settings(), project=next((found for found in names if found), Settings().project))
    return replace(settings, version=version) if isinstance(version, str) and version else settings


def _complete(defaults: Settings, changes: Mapping[str, Any], git: Git | None, tag: str) -> Settings:
    """The settings with their version tag: as given; else of the version on a clean release branch; else `dev-...`."""
    settings = replace(defaults, **changes)
    if tag:
        settings = replace(settings, tag=kebab_version(tag))
    elif not settings.tag and git and (git.dirty or git.branch not in RELEASE_BRANCHES):
        settings = replace(settings, tag=f"dev-{git.commit[:7] or 'local'}")
    if "channel" not in changes and settings.version_tag.startswith("dev-"):
        settings = replace(settings, channel="dev")
    return settings
