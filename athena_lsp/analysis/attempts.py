"""The types of an attempt's result: `Ok[T]` and `Failed` of the runtime, known without reading its source."""

from __future__ import annotations

from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import INT, NONE, STR, ClassInfo, ClassKind, ClassOf, Field, Type, UnionOf, VariableOf

OK, FAILED = Declaration("", "Ok"), Declaration("", "Failed")
"""Places that no file has: nothing can be shown there."""
FAILED_TYPE = ClassOf(FAILED, "Failed")

CLASSES = {
    OK: ClassInfo(ClassKind.DATACLASS, (Field("value", VariableOf("T"), True, OK, "value"),), variables=("T",)),
    FAILED: ClassInfo(
        ClassKind.DATACLASS,
        (
            Field("status", STR, True, FAILED, "status"),
            Field("exit_code", UnionOf((INT, NONE)), True, FAILED, "exit_code"),
            Field("message", STR, True, FAILED, "message"),
            Field("step", STR, False, FAILED, "step"),
        ),
    ),
}


def ok_type(value: Type) -> ClassOf:
    """`Ok[T]`."""
    return ClassOf(OK, "Ok", (value,))


def attempt_type(value: Type) -> UnionOf:
    """`Ok[T] | Failed`."""
    return UnionOf((ok_type(value), FAILED_TYPE))


def attempted(type_: Type) -> Type | None:
    """`T` of `Ok[T] | Failed`, or of `Ok[T]` alone; None for what is no attempt's result."""
    members = type_.members if isinstance(type_, UnionOf) else (type_,)
    values = [each.arguments[0] for each in members if isinstance(each, ClassOf) and each.declaration == OK]
    others = [each for each in members if not (isinstance(each, ClassOf) and each.declaration in CLASSES)]
    return values[0] if len(values) == 1 and not others else None
