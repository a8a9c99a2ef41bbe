"""Reading a project's settings: `[tool.athena]` of pyproject.toml, or athena.toml, with findings at the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from athena_lsp.config.documents import Document, Problem, diagnostics_of, read_document
from athena_lsp.config.keys import BUNDLE, S3, SETTINGS, TABLES, TENANT, TENANT_TABLES, Keys
from athena_lsp.config.values import DNS_LABEL, Wrong, json_of, label_key_problem, text_problem
from athena_lsp.diagnostics import Diagnostic, Severity
from athena_lsp.records import dataclass, replace
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules.base import rules_by_name
from athena_lsp.settings import ArtifactRepository, BundleSettings, Settings, Tenant, kebab_version
from athena_lsp.syntax.toml import KeyPath

CONFIG_NAMES = ("athena.toml", "pyproject.toml")
CONFIG_VARIABLE = "ATHENA_CONFIG"
"""In the environment: a file that stands for the project's own configuration."""
RELEASE_BRANCHES = ("main", "master")
LEVELS: Mapping[str, Severity | None] = {**{level.value: level for level in Severity}, "off": None}
MOST_LISTED = 20
"""Known keys are listed in a hint when there are no more than this."""


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
    folder: str,
    texts: Mapping[str, str],
    *,
    git: Git | None = None,
    tag: str = "",
    tenant: str = "",
    last: Settings | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> Config:
    """The configuration of a project in a folder of that name.

    `texts` holds athena.toml and pyproject.toml by path, where they exist; athena.toml wins. Name and version come
    from there, else from `[project]`, else they are the folder's name and 0.0.0. `tag` is a version tag given from
    outside, which nothing overrules. The settings are those for `tenant`, if there is such a one. A text that is no
    TOML is one finding, and `last`, or the defaults, serve. `chosen` are settings of an editor, in the same form: what
    the files say counts more.
    """
    documents, own = read_documents(texts)
    changes: dict[str, Any] = {}
    for item in _settings(dict(chosen)) if chosen else ():
        changes |= {} if isinstance(item, Problem) else item
    problems = [document.broken for document in documents if document.broken]
    if own:
        for item in _settings(own.table):
            if isinstance(item, Problem):
                problems.append(replace(item, document=own))
            else:
                changes = _over(changes, item)
        beside = documents if own.path in CONFIG_NAMES else ()
        problems += (_unread(other, own) for other in beside if other.table is not None and other is not own)
    settings = _complete(_defaults(folder, documents), changes, git, tag).of_tenant(tenant)
    if last is not None and any(document.broken for document in documents):
        settings = last
    return Config(settings, diagnostics_of(problems, settings.rules), own.path if own else "")


def _over(changes: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    """Changes with others over them; of the levels of rules, and of tenants, each is a setting of its own."""
    merged = {key: {**changes.get(key, {}), **value} for key, value in item.items() if isinstance(value, dict)}
    return {**changes, **item, **merged}


def complaints(chosen: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with settings that no file holds, a sentence each."""
    return tuple(item.message for item in _settings(dict(chosen)) if isinstance(item, Problem))


def read_documents(texts: Mapping[str, str]) -> tuple[list[Document], Document | None]:
    """All files that may configure athena, and the one that does."""
    paths = sorted(texts, key=lambda path: (path.rpartition("/")[2] == "pyproject.toml", path))
    documents = [read_document(path, texts[path]) for path in paths]
    return documents, next((document for document in documents if document.table is not None), None)


def configures(path: str, text: str) -> bool:
    """Whether the file holds settings of athena: an athena.toml, or a pyproject.toml with `[tool.athena]`."""
    return read_document(path, text).table is not None


def _unread(document: Document, own: Document) -> Problem:
    return Problem(
        message=f"`[tool.athena]` is not read, because {own.path} stands beside this file",
        document=document,
        hint="keep the settings in one of the two files",
    )


# --- what settings may hold -------------------------------------------------------------------------------------------


Item = Problem | dict[str, Any]


def _settings(table: Any) -> Iterator[Item]:
    """Changes to the default settings, and problems; every key gives one of the two."""
    if not isinstance(table, dict):
        yield Problem(message="`athena` must be a table of settings")
        return
    yield from _read(table, (), SETTINGS, tuple(TABLES))
    yield from _rules(table.get("rules", {}))
    yield from _tenants(table.get("tenants", {}))
    yield from _bundle(table.get("bundle", {}))
    if "s3" in table:
        yield from _repository(table["s3"])


def _read(table: Mapping[str, Any], path: KeyPath, keys: Keys, others: KeyPath = ()) -> Iterator[Item]:
    seen: dict[str, str] = {}
    for written, value in table.items():
        key = written.replace("_", "-")
        if written in others:
            continue
        if key not in keys:
            yield _unknown((*path, written), (*keys, *others), "setting")
            continue
        if key in seen:
            message = f"`{written}` is the same setting as `{seen[key]}`, which stands here too"
            yield Problem(message=message, path=(*path, written), hint="remove one of the two")
            continue
        seen[key] = written
        result = keys[key].kind.read(value)
        if isinstance(result, Wrong):
            yield _wrong((*path, written), result)
        else:
            yield {key.replace("-", "_"): result}


def _wrong(path: KeyPath, wrong: Wrong) -> Problem:
    message = f"`{path[-1]}` must be {wrong.expected}"
    return Problem(message=message, path=path, hint=wrong.hint, new_value=wrong.new_value)


def _unknown(path: KeyPath, known: KeyPath, what: str) -> Problem:
    near = nearest(path[-1], known)
    every = f"use one of {listed(sorted(known))}" if len(known) <= MOST_LISTED else ""
    meant = f"; did you mean {listed(near)}?" if near else ""
    return Problem(
        rule="unknown-config-key",
        message=f"there is no {what} `{path[-1]}`{meant}",
        path=path,
        hint="" if near else every,
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


def _bundle(table: Any) -> Iterator[Item]:
    if not isinstance(table, dict):
        yield Problem(message="`bundle` must be a table that says what pods bring along", path=("bundle",))
        return
    found: dict[str, Any] = {}
    for item in _read(table, ("bundle",), BUNDLE):
        if isinstance(item, Problem):
            yield item
        else:
            found |= item
    yield {"bundle": BundleSettings(**found)}


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


def _tenants(table: Any) -> Iterator[Item]:
    if not isinstance(table, dict):
        yield Problem(message="`tenants` must be a table with a table for each tenant", path=("tenants",))
        return
    tenants: dict[str, Tenant] = {}
    for name, body in table.items():
        path = ("tenants", name)
        if not DNS_LABEL.fullmatch(name) or len(name) > 63:
            message = f"the tenant `{name}` must be named with lower-case letters, digits and `-`, 63 at most"
            yield Problem(message=message, path=path, new_key=kebab_version(name)[:63].strip("-"))
        elif not isinstance(body, dict):
            yield Problem(message=f"the tenant `{name}` must be a table of settings", path=path)
        else:
            found: dict[str, Any] = {}
            for item in _tenant(body, path):
                if isinstance(item, Problem):
                    yield item
                else:
                    found |= item
            tenants[name] = Tenant(**found)
    yield {"tenants": tenants}


def _tenant(body: Mapping[str, Any], path: KeyPath) -> Iterator[Item]:
    yield from _read(body, path, TENANT, tuple(TENANT_TABLES))
    for name in TENANT_TABLES:
        table = body.get(name, {})
        if not isinstance(table, dict):
            yield Problem(message=f"`{name}` must be a table", path=(*path, name))
            continue
        read = _labels if name == "labels" else _parameters
        good: dict[str, Any] = {}
        for key, result in read(table):
            if isinstance(result, str):
                yield Problem(message=result, path=(*path, name, key))
            else:
                good |= result
        yield {name: good}


Entry = tuple[str, dict[str, Any] | str]
"""A key of a table whose keys are the user's own, with what was read, or with what is wrong."""


def _labels(table: Mapping[str, Any]) -> Iterator[Entry]:
    for key, value in table.items():
        if problem := label_key_problem(key):
            yield key, f"the label `{key}` {problem}"
        elif problem := text_problem(value):
            yield key, f"the value of the label `{key}` {problem}"
        else:
            yield key, {key: value}


def _parameters(table: Mapping[str, Any]) -> Iterator[Entry]:
    for key, value in table.items():
        result = json_of(value)
        yield key, f"the default of `{key}` must be {result.expected}" if isinstance(result, Wrong) else {key: result}


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
