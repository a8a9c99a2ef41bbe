"""What is in force: every setting with its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from athena_lsp.config.documents import Document, place_of
from athena_lsp.config.keys import BUNDLE, S3, SETTINGS, TENANT, TENANT_TABLES, Keys
from athena_lsp.config.read import Git, read_config, read_documents
from athena_lsp.config.values import Wrong
from athena_lsp.records import dataclass
from athena_lsp.settings import Settings, Tenant, kebab_version
from athena_lsp.syntax.toml import KeyPath
from athena_lsp.text import Source


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from. `path` and `line`, from 1, are those of a file; `note` says the rest in words."""

    kind: Literal["file", "environment", "git", "folder", "default"]
    path: str = ""
    line: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting in force: its whole key, and its value as JSON has it."""

    key: str
    value: Any
    origin: Origin


DEFAULT = Origin("default")
TAG_VARIABLE = "ATHENA_VERSION_TAG"


def in_force(
    folder: str, texts: Mapping[str, str], *, git: Git | None = None, tag: str = "", tenant: str = ""
) -> tuple[Entry, ...]:
    """Every setting, as `read_config` of the same arguments has it; `tag` is the one of the environment.

    Of rules, those that are not at their own level; of `s3`, what stands there; of tenants, what the chosen one
    changes, and all of them when none is chosen.
    """
    documents, own = read_documents(texts)
    known = Known(folder, documents, own, git, tag)
    settings = read_config(folder, texts, git=git, tag=tag, tenant=tenant).settings
    return tuple(_entries(known, settings, tenant))


# --- where values come from ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """All that settings may come from."""

    folder: str
    documents: list[Document]
    own: Document | None
    git: Git | None
    tag: str

    def table(self, path: KeyPath) -> Mapping[str, Any]:
        """A table of the settings; an empty one when none is there."""
        found: Any = self.own.table if self.own else None
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    def written(self, table: KeyPath, keys: Keys, key: str) -> Origin | None:
        """The place of a setting that stands in the file with a value that does."""
        for spelling, value in self.table(table).items():
            if spelling.replace("_", "-") == key and self.own:
                return None if isinstance(keys[key].kind.read(value), Wrong) else _at(self.own, (*table, spelling))
        return None

    def line(self, path: KeyPath) -> Origin:
        """The place of a key that is known to stand in the file."""
        return _at(self.own, path) if self.own else DEFAULT


def _at(document: Document, path: KeyPath) -> Origin:
    place = place_of(document, path)
    return Origin("file", document.path, Source(document.text).line_of(place.key.start) + 1)


def _entries(known: Known, settings: Settings, tenant: str) -> Iterator[Entry]:
    for name in SETTINGS:
        value = _plain(getattr(settings, name.replace("-", "_")), name)
        chosen = known.written(("tenants", tenant), TENANT, name) if tenant and name in TENANT else None
        if name == "tag":
            value = settings.version_tag
        yield Entry(name, value, chosen or _origin(known, name))
    if settings.repository is not None:
        for name in S3:
            value = _plain(getattr(settings.repository, name.replace("-", "_")), name)
            yield Entry(f"s3.{name}", value, known.written(("s3",), S3, name) or DEFAULT)
    for name in BUNDLE:
        value = _plain(getattr(settings.bundle, name), name)
        yield Entry(f"bundle.{name}", value, known.written(("bundle",), BUNDLE, name) or DEFAULT)
    for rule, level in sorted(settings.rules.items()):
        yield Entry(f"rules.{rule}", level.value if level else "off", known.line(("rules", rule)))
    for name, each in sorted(settings.tenants.items()):
        if tenant in ("", name):
            yield from _tenant(known, name, each)


def _tenant(known: Known, name: str, tenant: Tenant) -> Iterator[Entry]:
    path = ("tenants", name)
    for key in TENANT:
        if origin := known.written(path, TENANT, key):
            yield Entry(".".join((*path, key)), getattr(tenant, key.replace("-", "_")), origin)
    tables: tuple[Mapping[str, Any], ...] = (tenant.labels, tenant.defaults)
    for table, entries in zip(TENANT_TABLES, tables, strict=True):
        for key, value in sorted(entries.items()):
            yield Entry(".".join((*path, table, key)), value, known.line((*path, table, key)))


def _origin(known: Known, name: str) -> Origin:
    """Where a key at the top has its value from."""
    if name == "tag" and known.tag:
        return Origin("environment", note=TAG_VARIABLE)
    if written := known.written((), SETTINGS, name):
        return written
    match name:
        case "project" | "version":
            return _metadata(known, "name" if name == "project" else "version")
        case "tag" | "channel":
            return _from_git(known) if name == "tag" else _channel(known)
        case _:
            return DEFAULT


def _metadata(known: Known, field: str) -> Origin:
    """A default that `[project]` of pyproject.toml gives, or else the folder."""
    document = next((document for document in known.documents if document.prefix), None)
    project = document.values.get("project") if document else None
    value = project.get(field) if isinstance(project, dict) else None
    if document and isinstance(value, str) and (kebab_version(value) if field == "name" else value):
        place = place_of(Document(document.path, document.text, document.values, ()), ("project", field))
        return Origin("file", document.path, Source(document.text).line_of(place.key.start) + 1)
    return Origin("folder", note=known.folder) if field == "name" and kebab_version(known.folder) else DEFAULT


def _from_git(known: Known) -> Origin:
    git = known.git
    if git is None:
        return Origin("default", note="from `version`")
    branch = f"branch {git.branch}" if git.branch else "no branch"
    note = f"commit {git.commit[:7] or 'none'}, {branch}, {'changed files' if git.dirty else 'no changed files'}"
    return Origin("git", note=note)


def _channel(known: Known) -> Origin:
    return Origin("default", note="from `tag`") if known.git or known.tag else DEFAULT


def _plain(value: Any, name: str) -> Any:
    """A value of the settings as TOML and JSON have it."""
    if name == "argo-version":
        return ".".join(map(str, value))
    if name.endswith("-secret"):
        return {"name": value.name, "key": value.key} if value else None
    return list(value) if isinstance(value, tuple) else value
