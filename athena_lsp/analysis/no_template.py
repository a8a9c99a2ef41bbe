"""Calls of what is no template: each with the advice that its kind needs."""

from __future__ import annotations

import ast
from difflib import get_close_matches

from athena_lsp.analysis.advice import BUILTINS, RUNTIME_CALLS
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.scope import Builtin, Declared, Entity, External, Module, Runtime, dotted
from athena_lsp.ir.model import Hole, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.records import replace


def not_a_template(low: Lowering, node: ast.Call, entity: Entity | None, callee: Signature | None) -> Hole:
    written = dotted(node.func) or "this"
    target: Declaration | None = None
    near: tuple[str, ...] = ()
    hint = "move the call into a `@container`"
    match entity:
        case Runtime(name=name) if name in RUNTIME_CALLS:
            message = f"{RUNTIME_CALLS[name]} with `{name}` is not lowered"
            return hole(low, node, "unsupported-expression", message, "", read=node)
        case Runtime(name=name):
            message = f"`{name}` is not a step: it belongs into a `@container`, or into a decorator's arguments"
        case Declared() if callee is not None:
            message = f"`{written}` is a fragment: it runs inside a container, not as a step"
            hint = "call it from a `@container`, or decorate it with `@container` instead"
        case Declared() if entity.class_:
            message = f"`{written}` is a class: a workflow can make values of classes with fields, and no others"
            hint = f"build the `{written}` in a `@container` that returns it"
        case Declared() if entity.function:
            target = entity.declaration
            message = f"`{written}` is a plain function, not a step"
            hint = "decorate it with `@container`, or call it from one"
        case Declared():
            message = f"`{written}` is not a step"
        case Builtin():
            message = f"`{written}` is a built-in function, not a step"
            hint = BUILTINS.get(written, hint)
        case External() | Module():
            message = f"`{written}` is not a step: it does not come from this project"
        case None if not dotted(node.func):
            message = "only steps can be called in a workflow"
        case _:
            known = list(low.view.names(low.path))
            near = tuple(get_close_matches(written, known, n=3))
            message = f"no step is called `{written}`"
            hint = f"write `{near[0]}`" if near else "define it with `@container`, or import it"
    found = hole(low, node.func, "not-a-template", message, hint, read=node)
    return replace(found, target=target, near=near)
