"""Templates of the whole project by what somebody types, without reading files whose words do not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.candidates import kebab
from athena_lsp.ir.model import Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

NO_MATCH = 3


def rank(query: str, name: str) -> int:
    """How well a name fits: 0 begins with the query, 1 holds it, 2 holds its letters in their order, else NO_MATCH."""
    query, name = query.casefold(), name.casefold()
    if name.startswith(query):
        return 0
    if query in name:
        return 1
    letters = iter(name)
    return 2 if all(letter in letters for letter in query) else NO_MATCH


def templates_like(project: Project, query: str) -> Iterator[Signature | None]:
    """The definitions whose names as functions fit a query, best first; then those that fit by the names that their
    decorators give them. None in between: a moment to do something else, or to stop."""
    words = kebab(query)
    names = project.templates.candidates.by_function
    letters = re.compile(".*?".join(map(re.escape, words)))  # as `rank` finds them, at a fifth of its price
    ranked = sorted((rank(words, name), name) for name in names if letters.search(name))
    seen: set[Declaration] = set()
    for fit, name in ranked:
        for path in sorted(names[name]) if fit < NO_MATCH else ():
            yield from _in_file(project, path, name, seen)
            yield None
    for path in sorted(project.templates.candidates.naming) if query else ():
        for bound in project.files[path].bindings:
            face = project.facts.signature(Declaration(path, bound))
            if face is not None and face.declaration not in seen and rank(query, face.template) < NO_MATCH:
                seen.add(face.declaration)
                yield face
        yield None


def files_naming(project: Project, name: str) -> Iterator[str | None]:
    """The files that hold a name, or one that an import gives to what has the name: whoever means a thing of that name
    is among them. A file may come more than once. None in between: a moment to do something else, or to stop."""
    words = [name]
    for word in words:  # which grow
        spoken = re.compile(rf"\b{re.escape(word)}\b(?:[\s\\]+as[\s\\]+(\w+))?")
        for path, file in project.files.items():
            if word not in file.text:
                yield None
                continue
            matches = tuple(spoken.finditer(file.text))
            words += {match[1] for match in matches if match[1]}.difference(words)
            yield path if matches else None


def _in_file(project: Project, path: str, name: str, seen: set[Declaration]) -> Iterator[Signature]:
    for bound in project.files[path].bindings:
        declaration = Declaration(path, bound)
        if kebab(bound) == name and declaration not in seen:
            face = project.facts.signature(declaration)
            if face is not None:
                seen.add(declaration)
                yield face
