"""Everything a rule, the emitter or the editor may ask about one snapshot of a project."""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Mapping

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.classes import class_info
from athena_lsp.analysis.interpreters import brings_everything
from athena_lsp.analysis.lower import unit
from athena_lsp.analysis.memo import EFFECTS, PODS, STATE, Key
from athena_lsp.analysis.module_state import Effects, effects_of, state_of
from athena_lsp.analysis.scope import Declared, External, follow, resolve
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.static import Place, read_value
from athena_lsp.analysis.types import fields_of
from athena_lsp.analysis.undecorated import helper_calls
from athena_lsp.analysis.view import LOOKUPS, View
from athena_lsp.ir.model import Definition, PodBody, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassInfo, ClassOf, Field
from athena_lsp.ir.values import Construct


class Facts(View):
    """A view of one snapshot. Equal questions have equal answers, for ever."""

    def definition(self, declaration: Declaration) -> Definition | None:
        """The whole definition of a decorated function at module level, body included."""
        block = self.block(declaration.path, declaration.name)
        if block is None:
            return None
        found = unit(self, declaration.path, block).definitions
        return next((d for d in found if d.name == declaration.name and not d.nested_in), None)

    def signature(self, declaration: Declaration) -> Signature | None:
        """What callers see of a decorated function."""
        return signature(self, declaration)

    def class_info(self, declaration: Declaration) -> ClassInfo | None:
        """The fields of a class, or the cases of an enum."""
        return class_info(self, declaration)

    def fields_of(self, type_: ClassOf) -> tuple[Field, ...]:
        """The fields of a class, with its type arguments put in."""
        return fields_of(self, type_)

    def called_by(self, declaration: Declaration) -> tuple[Declaration, ...]:
        """The functions and classes of the project that the code of a container, a fragment, a plain function or a
        class calls."""
        found = self.definition(declaration)
        if found is None:
            return helper_calls(self, declaration)
        body = found.body
        return tuple(call.target for call in (*body.calls, *body.classes)) if isinstance(body, PodBody) else ()

    def volume(self, declaration: Declaration) -> Construct | None:
        """The EphemeralPvc or ExternalPvc that a module-level name is bound to."""
        assigned = Declared(declaration, self.bindings(declaration.path, declaration.name)).assigned
        if assigned is None or assigned.code is None:
            return None
        node = assigned.code.node
        if not isinstance(node, ast.expr):
            return None
        found = read_value(Place(self, declaration.path, assigned.code.tree), node)
        return found if isinstance(found, Construct) else None

    def effects_of(self, declaration: Declaration) -> Effects:
        """Which variables of modules a function changes, and what it calls. It is looked up by value: an edit of a body
        that changes nothing of this is not seen by its callers."""
        found: Effects = self.look(EFFECTS, declaration.path, declaration.name)
        return found

    def brings_everything(self, path: str) -> bool:
        """Whether functions of a file run in pods that athena brings a Python and packages into; looked up by value."""
        found: bool = self.look(PODS, path)
        return found

    def look_up(self, key: Key) -> object:
        return FACTS[key[0]](self, *key[1:])

    def look_ahead(self, module: str, attribute: str) -> None:
        """Ask what types would ask about a name of an installed package."""
        found = follow(self, External(f"{module}.{attribute}", module)) if attribute else None
        if isinstance(found, Declared):
            self.class_info(found.declaration)
            read_type(self, found.declaration.path, ast.Name(found.declaration.name))

    def is_function(self, declaration: Declaration) -> bool:
        """Whether an undecorated function of the project stands there."""
        found = resolve(self, declaration.path, declaration.name)
        return isinstance(found, Declared) and found.function is not None and self.signature(declaration) is None


FACTS: Mapping[Hashable, Callable[..., object]] = {
    **LOOKUPS,
    EFFECTS: lambda facts, path, name: effects_of(facts, Declaration(path, name)),
    PODS: brings_everything,
    STATE: state_of,
}
"""What each look-up gives, those that are worked out from others among them."""
