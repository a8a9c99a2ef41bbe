"""What the diagnostics of a file were made from, as JSON: a trace. They are good for as long as all of it is the same.

A trace holds digests of the texts and of the faces of files, answers about which file a module is, and what other files
say of templates. It is finer than a digest of the whole project, and coarser than what a process remembers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from athena_lsp.analysis.library import Unread
from athena_lsp.analysis.memo import BODIES, EVERYWHERE, FACES
from athena_lsp.analysis.templates import definitions_of
from athena_lsp.cache.encoding import encoded
from athena_lsp.cache.store import digest
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.rules.base import Finding

Json: TypeAlias = Any
Trace: TypeAlias = dict[str, Json]


def trace_of(project: Project, path: str, found: Iterable[Diagnostic]) -> Trace | None:
    """The diagnostics of a file with what they were made from; None when that is more than a trace can hold."""
    diagnostics = tuple(found)
    elsewhere = _elsewhere(project, path, is_faulty=bool(diagnostics))
    if elsewhere is None:
        return None
    trace: Trace = {
        "text": digest(project.files[path].text),
        "found": [encoded(each) for each in diagnostics],
        "own": own_definitions(project, path),
        "faces": {},
        "texts": {other: digest(project.files[other].text) for other in elsewhere},
        "layout": [],
        "modules": {},
        "installed": {},
        "templates": [],
        "kinds": {},
    }
    for key, answer in project.made_from(path).items():
        if key[0] in FACES:
            if key[1] != path:
                _add_file(project, trace, key[0] in BODIES, str(key[1]))
            continue
        match key:
            case ("library", str(module)):
                trace["modules"][module] = None if isinstance(answer, Unread) else answer
            case ("templates", str(name), Declaration() as besides):
                trace["templates"].append([name, _pair(besides), _pairs(answer)])
            case ("kind", Kind() as kind):
                trace["kinds"][kind.value] = digest(repr(_pairs(answer)))
            case _:
                assert key[0] not in EVERYWHERE
                trace["layout"].append([*key, answer])
    return trace


def own_definitions(project: Project, path: str) -> Json:
    """What a file adds to the definitions of the project: kind, template and name of each."""
    faces = definitions_of(project.facts, path)
    return [[face.kind.value, face.template, face.declaration.name] for face in faces]


def _add_file(project: Project, trace: Trace, is_text: bool, other: str) -> None:
    if other in project.library:
        trace["installed"][other] = digest(project.library.files[other].text)
    elif other in project.files:
        if is_text:
            trace["texts"][other] = digest(project.files[other].text)
        else:
            trace["faces"][other] = project.files[other].face


def _elsewhere(project: Project, path: str, *, is_faulty: bool) -> set[str] | None:
    """The other files whose texts decide where something in the findings is shown, or what a fix of them writes; None
    when it may be any."""
    found: set[str] = set()
    for block in project.files[path].parsed.blocks if is_faulty else ():
        for _, finding in project.findings(path, block):
            places = _places(finding)
            if places is None or any(place in project.library for place in places):
                return None
            found |= places
    return {other for other in found if other != path and other in project.files}


def _places(finding: Finding) -> set[str] | None:
    """The files that a finding and its fixes point into; None for a fix that gives something another name, anywhere."""
    found = {each.declaration.path for each in finding.related if each.declaration is not None}
    for mend in finding.fixes:
        if mend.renames:
            return None
        found |= {each.declaration.path for each in mend.decorates}
        found |= {each.declaration.path for each in mend.annotates}
    return found


def _pair(declaration: Declaration) -> Json:
    return [declaration.path, declaration.name]


def _pairs(declarations: Json) -> Json:
    return [_pair(each) for each in declarations]
