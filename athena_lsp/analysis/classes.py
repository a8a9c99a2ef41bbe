"""What a class statement says about its fields, by the rules of the library that reads them."""

from __future__ import annotations

import ast

from athena_lsp.analysis.annotations import read_type
from athena_lsp.analysis.heritage import class_node, heritage
from athena_lsp.analysis.scope import External, canonical, resolve_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassInfo, ClassKind, Field, ScalarKind

FIELD_CALLS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "pydantic.Field",
                         "pydantic.fields.Field", "msgspec.field"})  # fmt: skip


def class_info(view: View, declaration: Declaration) -> ClassInfo | None:
    """What the class at a declaration holds; None when no class is there, or one without data (a Protocol)."""
    return view.ask(("class", declaration), lambda: _class_info(view, declaration), None)


def _class_info(view: View, declaration: Declaration) -> ClassInfo | None:
    above, node = heritage(view, declaration), class_node(view, declaration)
    if above is None or node is None or (above.no_data and above.kind is None):
        return None
    kind = above.kind or ClassKind.PLAIN
    if kind is ClassKind.ENUM:
        return ClassInfo(kind, (), cases=_cases(node, above.mixin), mixin=above.mixin)
    fields: dict[str, Field] = {}
    for base in reversed(above.bases):
        inherited = class_info(view, base)
        fields.update((field.name, field) for field in (inherited.fields if inherited else ()))
    if kind is not ClassKind.PLAIN:
        own = _own_fields(view, declaration, node, kind, frozenset(above.variables))
        fields.update((field.name, field) for field in own)
    return ClassInfo(kind, tuple(fields.values()), above.variables, above.bases, external_base=above.external)


def _own_fields(
    view: View, declaration: Declaration, node: ast.ClassDef, kind: ClassKind, variables: frozenset[str]
) -> list[Field]:
    total = not any(
        keyword.arg == "total" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        for keyword in node.keywords
    )
    found: list[Field] = []
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        wrapper = _wrapper(view, declaration.path, statement.annotation)
        if wrapper in ("ClassVar", "dataclasses.KW_ONLY") or (kind is ClassKind.PYDANTIC and name == "model_config"):
            continue
        if kind is ClassKind.PYDANTIC and name.startswith("_"):
            continue  # private attributes are no fields
        required = _is_required(view, declaration.path, statement.value)
        if kind is ClassKind.TYPED_DICT:
            required = wrapper == "Required" or (total and wrapper != "NotRequired")
        type_, _ = read_type(view, declaration.path, statement.annotation, variables)
        found.append(Field(name, type_, required, declaration.of(name)))
    return found


def _wrapper(view: View, path: str, annotation: ast.expr) -> str:
    """The outermost special form of an annotation, such as `ClassVar` or `NotRequired`."""
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    entity = resolve_node(view, path, outer)
    return canonical(entity) if entity else ""


def _is_required(view: View, path: str, value: ast.expr | None) -> bool:
    if value is None:
        return True
    if not isinstance(value, ast.Call):
        return False
    entity = resolve_node(view, path, value.func)
    if not isinstance(entity, External) or entity.name not in FIELD_CALLS:
        return False
    given = {keyword.arg for keyword in value.keywords}
    first = value.args[0] if value.args else None
    has_first = first is not None and not (isinstance(first, ast.Constant) and first.value is ...)
    return not (has_first or given & {"default", "default_factory", "factory"})


def _cases(node: ast.ClassDef, mixin: ScalarKind | None) -> tuple[tuple[str, str | int | float | bool | None], ...]:
    found: list[tuple[str, str | int | float | bool | None]] = []
    for statement in node.body:
        for target in statement.targets if isinstance(statement, ast.Assign) else ():
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                assert isinstance(statement, ast.Assign)
                automatic = target.id.lower() if mixin is ScalarKind.STR else len(found) + 1
                found.append((target.id, _case_value(statement.value, automatic)))
    return tuple(found)


def _case_value(value: ast.expr, automatic: str | int) -> str | int | float | bool | None:
    """A member's value; `automatic` is what `auto()` gives."""
    match value:
        case ast.Constant(value=str() | int() | float() as constant):
            return constant
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Call(func=ast.Name(id="auto") | ast.Attribute(attr="auto")):
            return automatic
        case _:
            return None
