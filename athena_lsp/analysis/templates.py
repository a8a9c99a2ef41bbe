"""Finding the templates of a whole project by name or by kind, parsing only the files in which one may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from athena_lsp.analysis.candidates import Candidates, candidates
from athena_lsp.analysis.signatures import signature, template_prefix
from athena_lsp.analysis.summary import Function
from athena_lsp.analysis.view import File, View
from athena_lsp.ir.model import Kind, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass


@dataclass
class FoundTemplates:
    """The templates of one snapshot. Order is by path, and in a file that of the source."""

    files: Mapping[str, File]
    given: dict[str, tuple[Declaration, ...]] | None = None
    """The templates of all files in which a decorator gives a name, by that, when somebody has asked."""

    @cached_property
    def candidates(self) -> Candidates:
        """Where definitions may stand, by the words of all files."""
        return candidates((path, file.words) for path, file in self.files.items())

    def with_file(self, files: Mapping[str, File], path: str) -> FoundTemplates:
        """Those of the next snapshot, in which one file is another: only its words are looked for."""
        after = FoundTemplates(files)
        if "candidates" in self.__dict__:
            old, new = self.files[path].words, files[path].words
            same = new == old
            after.__dict__["candidates"] = self.candidates if same else self.candidates.changed(path, old, new)
        return after

    def named(self, view: View, name: str, besides: Declaration) -> tuple[Declaration, ...]:
        """The workflows and containers with that base name, without the one that is named."""
        prefix = template_prefix(view)
        function = name.removeprefix(prefix) if name.startswith(prefix) else None
        plain = self.candidates.by_function.get(function, ()) if function is not None else ()
        if self.given is None:
            self.given = self._given_names(view)
        found = {each for each in self.given.get(name, ()) if each != besides}
        for path in plain if function is not None else ():
            if path not in self.candidates.naming:
                names = self.files[path].functions.get(function or "", ())
                others = (each for each in names if each != besides.name or path != besides.path or besides.member)
                faces = (signature(view, Declaration(path, each)) for each in others)
                found |= {face.declaration for face in faces if face is not None and face.template == name}
        return tuple(sorted(found, key=self._place)) if len(found) > 1 else tuple(found)

    def of_kind(self, view: View, kind: Kind) -> tuple[Declaration, ...]:
        """All definitions of a kind."""
        chosen = self.candidates.fragments if kind is Kind.FRAGMENT else None
        paths = sorted(self.files if chosen is None else chosen)
        programs = (path for path in paths if self.files[path].is_program)
        return tuple(face.declaration for path in programs for face in definitions_of(view, path) if face.kind is kind)

    def _given_names(self, view: View) -> dict[str, tuple[Declaration, ...]]:
        found: dict[str, list[Declaration]] = {}
        for path in self.candidates.naming:
            for face in definitions_of(view, path):
                if face.kind is not Kind.FRAGMENT:
                    found.setdefault(face.template, []).append(face.declaration)
        return {name: tuple(declarations) for name, declarations in found.items()}

    def _place(self, declaration: Declaration) -> tuple[str, int]:
        return declaration.path, list(self.files[declaration.path].bindings).index(declaration.name)


def definitions_of(view: View, path: str) -> tuple[Signature, ...]:
    """The faces of all definitions of a file, in order."""
    nothing: tuple[Signature, ...] = ()
    return view.ask(("definitions", path), lambda: tuple(_faces(view, path)), nothing)


def _faces(view: View, path: str) -> Iterator[Signature]:
    for name in view.names(path):
        if any(isinstance(binding, Function) and binding.decorated for binding in view.bindings(path, name)):
            face = signature(view, Declaration(path, name))
            if face is not None:
                yield face
