"""Annotations as types: texts are evaluated where they were written, names under `TYPE_CHECKING` are found."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, ForwardRef, Union

from athena_runtime.codec.form import NoFormError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Scope", "evaluate", "own_annotations", "scope_of_class", "scope_of_function"]


class Scope:
    """Where an annotation was written: what the names in it mean."""

    def __init__(
        self, module: str, names: Mapping[str, Any], inner: Mapping[str, Any] | None = None, owner: Any = None
    ) -> None:
        self.module = module
        self.names = names
        """Of the module."""
        self.inner = inner or {}
        """Of the class or function itself; they come first."""
        self.owner = owner
        """The function, class or module."""


def scope_of_function(function: Any) -> Scope:
    return Scope(function.__module__, function.__globals__, _type_parameters(function), function)


def scope_of_class(kind: type[Any]) -> Scope:
    """A class sees the classes in its own body, its type parameters, itself, and its module."""
    inside = {name: value for name, value in vars(kind).items() if isinstance(value, type)}
    module = sys.modules.get(kind.__module__)
    return Scope(
        kind.__module__,
        vars(module) if module is not None else {},
        {kind.__name__: kind, **_type_parameters(kind), **inside},
        kind,
    )


def own_annotations(thing: Any) -> Mapping[str, Any]:
    """The annotations of a function, or those that a class itself declares."""
    if sys.version_info >= (3, 14):
        library = import_module("annotationlib")  # new there: names that are not defined stay texts
        later: Mapping[str, Any] = library.get_annotations(thing, format=library.Format.FORWARDREF)
        return later
    found: Mapping[str, Any]
    found = vars(thing).get("__annotations__", {}) if isinstance(thing, type) else thing.__annotations__
    return found


def evaluate(annotation: Any, scope: Scope) -> tuple[Any, Scope]:
    """The type that an annotation stands for, and the scope of texts inside of it. Raises NoFormError."""
    seen: set[str] = set()
    while True:
        if isinstance(annotation, ForwardRef):
            module = sys.modules.get(getattr(annotation, "__forward_module__", None) or "")
            scope = Scope(module.__name__, vars(module), owner=module) if module is not None else scope
            annotation = annotation.__forward_arg__
        if not isinstance(annotation, str):
            return annotation, scope
        if annotation in seen:
            raise NoFormError(f"`{annotation}` is nothing but itself")
        seen.add(annotation)
        annotation = _evaluated(annotation, scope)


def _evaluated(text: str, scope: Scope) -> Any:
    names = {**scope.names, **scope.inner}
    try:
        # A starred item is no expression by itself: `*tuple[int, ...]`.
        return eval(f"({text},)[0]" if text.lstrip()[:1] == "*" else text.strip(), names)
    except (NameError, TypeError):
        pass
    except Exception as error:  # noqa: BLE001 (the text is the program's)
        raise NoFormError(f"the annotation {text!r} cannot be read: {error}") from None
    try:
        return eval(_with_unions(text), {**_only_for_checkers(scope), **names, _UNION: Union})
    except Exception as error:  # noqa: BLE001 (the text is the program's)
        raise NoFormError(f"the annotation {text!r} cannot be read: {error}") from None


_UNION = "__athena_union__"


def _with_unions(text: str) -> Any:
    """The annotation with `Union[A, B]` for `A | B`, of which one may be a text: an alias that holds itself."""
    import ast  # noqa: PLC0415 (only annotations that Python itself does not evaluate need it)

    class Unions(ast.NodeTransformer):
        def visit_BinOp(self, node: Any) -> Any:
            self.generic_visit(node)
            if not isinstance(node.op, ast.BitOr):
                return node
            both = ast.Tuple([node.left, node.right], ast.Load())
            return ast.Subscript(ast.Name(_UNION, ast.Load()), both, ast.Load())

    tree = ast.parse(f"({text},)[0]" if text.lstrip()[:1] == "*" else text.strip(), mode="eval")
    return compile(ast.fix_missing_locations(Unions().visit(tree)), "<annotation>", "eval")


def _only_for_checkers(scope: Scope) -> dict[str, Any]:
    """What a module imports and defines under `if TYPE_CHECKING:`; what cannot be had is left out."""
    import ast  # noqa: PLC0415 (only annotations of names that the running program does not have need it)

    module = sys.modules.get(scope.module)
    path = getattr(module, "__file__", None)
    if path is None:
        return {}
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return {}
    names: dict[str, Any] = {**scope.names}
    for statement in (
        each for node in tree.body if isinstance(node, ast.If) and _is_for_checkers(node) for each in node.body
    ):
        try:
            exec(compile(ast.Module([statement], []), path, "exec"), names)
        except Exception:  # noqa: BLE001 (a package that is there for checkers only)
            continue
    return names


def _is_for_checkers(condition: Any) -> bool:
    test = condition.test
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def _type_parameters(thing: Any) -> dict[str, Any]:
    return {parameter.__name__: parameter for parameter in getattr(thing, "__type_params__", ())}
