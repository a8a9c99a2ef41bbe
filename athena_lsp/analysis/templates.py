"""Finding the templates of a whole project by name or by kind, parsing only the files in which one may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from athena_lsp.analysis.candidates import Candidates, kebab
from athena_lsp.analysis.signatures import signature, template_prefix
from athena_lsp.analysis.summary import Function
from athena_lsp.analysis.view import File, View
from athena_lsp.ir.model import Kind, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass


@dataclass
class Templates:
    """The templates of one snapshot. Order is by path, and in a file that of the source."""

    view: View
    files: Mapping[str, File]
    candidates: Candidates

    def named(self, name: str, besides: Declaration) -> tuple[Declaration, ...]:
        """The workflows and containers with that base name, without the one that is named."""
        prefix = template_prefix(self.view)
        function = name.removeprefix(prefix) if name.startswith(prefix) else None
        plain = self.candidates.by_function.get(function, ()) if function is not None else ()
        found = {each for each in self._given_names.get(name, ()) if each != besides}
        for path in plain:
            names = [each for each in self.files[path].bindings if kebab(each) == function]
            if path not in self.candidates.naming:
                found |= {face.declaration for face in self._faces(path, names, besides) if face.template == name}
        return tuple(sorted(found, key=self._place)) if len(found) > 1 else tuple(found)

    def of_kind(self, kind: Kind) -> tuple[Declaration, ...]:
        """All definitions of a kind."""
        chosen = self.candidates.fragments if kind is Kind.FRAGMENT else None
        paths = self._programs if chosen is None else sorted(path for path in chosen if self.files[path].is_program)
        faces = (face for path in paths for face in self._faces(path, self.files[path].bindings))
        return tuple(face.declaration for face in faces if face.kind is kind)

    @cached_property
    def _given_names(self) -> Mapping[str, tuple[Declaration, ...]]:
        """The templates of all files in which a decorator gives a name."""
        found: dict[str, list[Declaration]] = {}
        for path in self.candidates.naming:
            for face in self._faces(path, self.files[path].bindings):
                if face.kind is not Kind.FRAGMENT:
                    found.setdefault(face.template, []).append(face.declaration)
        return {name: tuple(declarations) for name, declarations in found.items()}

    @property
    def _programs(self) -> Iterable[str]:
        return (path for path, file in sorted(self.files.items()) if file.is_program)

    def _faces(self, path: str, names: Iterable[str], besides: Declaration | None = None) -> Iterator[Signature]:
        """The faces of those names of a file that are definitions."""
        for name in names:
            declaration = Declaration(path, name)
            bindings = self.files[path].bindings[name] if declaration != besides else ()
            if any(isinstance(binding, Function) and binding.decorated for binding in bindings):
                face = signature(self.view, declaration)
                if face is not None:
                    yield face

    def _place(self, declaration: Declaration) -> tuple[str, int]:
        return declaration.path, list(self.files[declaration.path].bindings).index(declaration.name)
