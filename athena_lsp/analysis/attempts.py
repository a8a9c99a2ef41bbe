"""The types of an attempt's result: `Ok[T]` and `Failed` of the runtime, known without reading its source."""

from __future__ import annotations

from athena_lsp.ir.model import Access, Computed, Constant, Expr, Hole, Projection
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import BOOL, INT, NONE, STR, ClassInfo, ClassKind, ClassOf, Field, Type, UnionOf, VariableOf
from athena_lsp.ir.values import Number, Text
from athena_lsp.records import replace
from athena_lsp.text import Span
from athena_runtime.contract import EXIT_RAISED

OK, FAILED, STEP_FAILED = (Declaration("", name) for name in ("Ok", "Failed", "StepFailed"))
"""Places that no file has: nothing can be shown there."""
FAILED_TYPE = ClassOf(FAILED, "Failed")
STEP_FAILED_TYPE = ClassOf(STEP_FAILED, "StepFailed")
"""What `except StepFailed as error` names: on the cluster the same data as a `Failed`."""


def _failure_fields(owner: Declaration) -> tuple[Field, ...]:
    return (
        Field("status", STR, True, owner, "status"),
        Field("exit_code", UnionOf((INT, NONE)), True, owner, "exit_code"),
        Field("message", STR, True, owner, "message"),
        Field("step", STR, False, owner, "step"),
    )


CLASSES = {
    OK: ClassInfo(ClassKind.DATACLASS, (Field("value", VariableOf("T"), True, OK, "value"),), variables=("T",)),
    FAILED: ClassInfo(ClassKind.DATACLASS, _failure_fields(FAILED)),
    STEP_FAILED: ClassInfo(ClassKind.DATACLASS, _failure_fields(STEP_FAILED)),
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
    others = [each for each in members if not (isinstance(each, ClassOf) and each.declaration in (OK, FAILED))]
    return values[0] if len(values) == 1 and not others else None


def failure(span: Span, message: Expr) -> Computed:
    """The failure that a workflow raises itself: no step's, with the exit code that a pod would end with."""
    values = (_text(span, "Failed"), _number(span, EXIT_RAISED), message, _text(span, ""))
    keys = ("status", "exit_code", "message", "step")
    return Computed(span=span, operation="dict", operands=values, keys=keys, type=STEP_FAILED_TYPE)


def said(span: Span, error: Expr) -> Expr:
    """`str(error)` of a failed step."""
    step, message = field_value(span, error, "step", STR), field_value(span, error, "message", STR)
    parts = (_text(span, "step `"), step, _text(span, "` failed: "), message)
    named = Computed(span=span, operation="concatenate", operands=parts, type=STR)
    is_named = Computed(span=span, operation="unequal", operands=(step, _text(span, "")), type=BOOL)
    return Computed(span=span, operation="choose", operands=(is_named, named, message), type=STR)


def field_value(span: Span, value: Expr, name: str, type_: Type) -> Expr:
    """A field of a value."""
    access = Access(span=span, key=name, attribute=True)
    if isinstance(value, Hole):
        return value
    if isinstance(value, Projection):
        return replace(value, span=span, path=(*value.path, access), type=type_)
    return Projection(span=span, base=value, path=(access,), type=type_)


def _text(span: Span, text: str) -> Constant:
    return Constant(span=span, value=Text(span=span, value=text), type=STR)


def _number(span: Span, number: int) -> Constant:
    return Constant(span=span, value=Number(span=span, value=number), type=INT)
