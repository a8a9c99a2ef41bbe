"""Lowering waits: `sleep`, `wait_until`, `approval`, `ask`."""

from __future__ import annotations

import ast
import json
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from athena_lsp.analysis.body_calls import CONTROL, words_for
from athena_lsp.analysis.classes import class_info, fields_of
from athena_lsp.analysis.durations import check_seconds, parse_duration
from athena_lsp.analysis.expressions import lower_expression
from athena_lsp.analysis.field_defaults import class_doc, field_default
from athena_lsp.analysis.jsonform import Json, json_value
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.pure_base import bare
from athena_lsp.analysis.scope import Declared, dotted, resolve_node
from athena_lsp.analysis.static import read_value
from athena_lsp.analysis.types import show
from athena_lsp.analysis.values import widened
from athena_lsp.ir.model import RESULT, Constant, Expr, FormField, Hole, Output, StepRef, Wait
from athena_lsp.ir.types import (
    BOOL,
    FLOAT,
    INT,
    STR,
    AnyType,
    ClassKind,
    ClassOf,
    EnumOf,
    Field,
    LiteralOf,
    Scalar,
    ScalarKind,
    Type,
    Unresolved,
)
from athena_lsp.ir.values import Duration, Number, Text
from athena_lsp.records import dataclass, field, replace

KINDS: dict[Type, Literal["text", "whole", "number", "truth"]] = {
    STR: "text",
    INT: "whole",
    FLOAT: "number",
    BOOL: "truth",
}
DATETIME = Scalar(ScalarKind.DATETIME)


class WaitError(Exception):
    """A wait that Argo cannot do; never leaves this module."""

    def __init__(self, node: ast.expr, message: str, hint: str, rewrite: str = "") -> None:
        super().__init__(message)
        self.node, self.message, self.hint, self.rewrite = node, message, hint, rewrite


@dataclass(slots=True)
class Draft:
    """A wait as it is read."""

    amount: Expr | None = None
    text: str = ""
    fields: tuple[FormField, ...] = ()
    timeout: int | None = None
    on_timeout: Literal["fail", "approve", "reject", "default"] = "fail"
    result: Type | None = None
    arguments: dict[str, ast.expr] = field(default_factory=dict)


TASKS = {"sleep": "sleep", "wait_until": "wait-until", "approval": "approval", "ask": "ask"}
PARAMETERS = {name: tuple(each.name for each in CONTROL[name]) for name in TASKS}
POSITIONAL = {name: sum(not each.keyword_only for each in CONTROL[name]) for name in TASKS}


def lower_wait(low: Lowering, node: ast.Call, function: str, name: str) -> Expr:
    """The wait, and what it gives: nothing, a bool, or a filled-in form."""
    draft = Draft()
    try:
        draft.arguments = _arguments(node, function)
        match function:
            case "sleep":
                draft.amount = _duration(low, _required(node, draft, "duration", 'sleep("2h")'))
            case "wait_until":
                draft.amount = _time(low, _required(node, draft, "time", "wait_until(start)"))
            case "approval":
                draft.text = _text(low, _required(node, draft, "text", 'approval("Deploy?")'))
                draft.result = BOOL
            case _:
                _form(low, _required(node, draft, "form", "ask(Form)"), draft)
        _timeout(low, draft, function)
    except WaitError as error:
        found = hole(low, error.node, "invalid-wait", error.message, error.hint, read=node)
        return replace(found, rewrite=error.rewrite)
    if isinstance(draft.amount, Hole):
        return draft.amount
    return _made(low, node, function, name, draft)


def _made(low: Lowering, node: ast.Call, function: str, name: str, draft: Draft) -> Expr:
    kinds: dict[str, Literal["sleep", "until", "approval", "ask"]] = {"sleep": "sleep", "wait_until": "until"}
    span, task = low.span(node), low.new_task(TASKS[function])
    outputs = (Output(span=span, name=RESULT, type=draft.result),) if draft.result is not None else ()
    low.statements.append(
        Wait(
            span=span,
            task=task,
            kind=kinds.get(function, "approval" if function == "approval" else "ask"),
            amount=draft.amount,
            text=draft.text,
            fields=draft.fields,
            timeout=draft.timeout,
            on_timeout=draft.on_timeout,
            outputs=outputs,
        )
    )
    type_ = draft.result if draft.result is not None else Scalar(ScalarKind.NONE)
    return StepRef(span=span, task=task, type=type_, name=name)


def _arguments(node: ast.Call, function: str) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    names = PARAMETERS[function]
    for number, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred) or number >= POSITIONAL[function]:
            raise WaitError(argument, f"`{function}` takes {POSITIONAL[function]} without a name", "remove it")
        found[names[number]] = argument
    for keyword in node.keywords:
        if keyword.arg not in names or (keyword.arg in names[: POSITIONAL[function]] and keyword.arg != "text"):
            known = ", ".join(f"`{each}`" for each in names[POSITIONAL[function] :]) or "none"
            raise WaitError(
                keyword.value, f"`{function}` has no argument `{keyword.arg or '**'}`", f"there are {known}"
            )
        found[keyword.arg] = keyword.value
    return found


def _required(node: ast.Call, draft: Draft, name: str, example: str) -> ast.expr:
    if name not in draft.arguments:
        raise WaitError(node, f"this lacks its `{name}`", f"write `{example}`, for example")
    return draft.arguments[name]


def _duration(low: Lowering, node: ast.expr) -> Expr:
    """Seconds: known now, or a whole number that is known in the run."""
    seconds = _seconds(low, node)
    if seconds is not None:
        span = low.span(node)
        return Constant(span=span, value=Number(span=span, value=seconds), type=INT)
    value = lower_expression(low, node)
    if isinstance(value, Hole) or isinstance(value.type, Unresolved | AnyType) or bare(low.view, value.type) == INT:
        return value
    message = f"a wait takes whole seconds, and this is `{show(value.type)}`"
    raise WaitError(node, message, 'write `sleep("2h")`, or pass an `int` of seconds')


def _seconds(low: Lowering, node: ast.expr) -> int | None:
    """A duration that is written down; None for what is not."""
    value = read_value(low.place, node)
    match value:
        case Number(value=number):
            found = check_seconds(number)
        case Duration(seconds=number):
            found = check_seconds(number)
        case Text(value=text):
            found = parse_duration(text)
        case _:
            return None
    if isinstance(found, int):
        return found
    raise WaitError(node, "this is no duration", 'write whole seconds, `"1h30m"` or `timedelta(...)`')


def _time(low: Lowering, node: ast.expr) -> Expr:
    value = lower_expression(low, node)
    if isinstance(value, Hole) or isinstance(value.type, Unresolved | AnyType):
        return value
    if isinstance(value, Constant) and isinstance(value.value, Text):
        try:
            time = datetime.fromisoformat(value.value.value)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            hint = 'write `"2026-01-31T08:00:00+01:00"`, for example'
            raise WaitError(node, "this is no point in time with a zone, in ISO 8601", hint)
        text = time.isoformat(timespec="seconds")
        return Constant(span=value.span, value=Text(span=value.span, value=text), type=STR)
    if bare(low.view, value.type) in (STR, DATETIME):
        return value
    raise WaitError(node, f"a point in time is a `datetime` or a text, and this is `{show(value.type)}`", "pass one")


def _text(low: Lowering, node: ast.expr) -> str:
    value = read_value(low.place, node)
    if isinstance(value, Text) and value.value.strip():
        return value.value
    raise WaitError(node, "what is asked must be a text that is known", "write the question out")


def _timeout(low: Lowering, draft: Draft, function: str) -> None:
    given = draft.arguments.get("timeout")
    if given is not None and not (isinstance(given, ast.Constant) and given.value is None):
        draft.timeout = _seconds(low, given)
        if draft.timeout is None:
            raise WaitError(given, "a timeout must be known", 'write `timeout="2d"`, for example')
    word = draft.arguments.get("on_timeout")
    if word is None:
        return
    value = read_value(low.place, word)
    allowed = words_for(function, "on_timeout")
    if not isinstance(value, Text) or value.value not in allowed:
        words = ", ".join(f'`"{each}"`' for each in allowed)
        written = value.value if isinstance(value, Text) else ""
        near = next(iter(get_close_matches(written, allowed, n=1)), "fail")
        raise WaitError(word, "this is no way to go on without an answer", f"write one of {words}", f'"{near}"')
    for each in ("fail", "approve", "reject", "default"):
        if value.value == each:
            draft.on_timeout = each
    if draft.on_timeout == "default":
        without = next((each for each in draft.fields if each.default is None), None)
        if without is not None:
            raise WaitError(word, f"`{without.name}` has no default to go on with", "give every field a default")


# --- forms --------------------------------------------------------------------------------------------------------


def _form(low: Lowering, node: ast.expr, draft: Draft) -> None:
    entity = resolve_node(low.view, low.path, node)
    declaration = entity.declaration if isinstance(entity, Declared) and entity.class_ else None
    info = class_info(low.view, declaration) if declaration is not None else None
    if declaration is None or info is None or info.kind is not ClassKind.DATACLASS or info.variables:
        message = f"`{dotted(node) or 'this'}` is no dataclass: a form is one"
        raise WaitError(node, message, "ask for a dataclass of texts, numbers, bools, Literals and enums")
    type_ = ClassOf(declaration, declaration.name)
    draft.fields = tuple(_field(low, node, each) for each in fields_of(low.view, type_))
    if not draft.fields:
        raise WaitError(node, f"`{declaration.name}` has no fields to ask for", "give it some")
    text = draft.arguments.get("text")
    draft.text = _text(low, text) if text is not None else class_doc(low.view, declaration) or declaration.name
    draft.result = type_


def _field(low: Lowering, node: ast.expr, given: Field) -> FormField:
    kind = _kind(low, given.type)
    if kind is None:
        message = f"`{given.name}` is `{show(given.type)}`, which nobody can type into a form"
        raise WaitError(node, message, "ask for texts, numbers, bools, Literals and enums")
    value = field_default(low.view, given.declaration)
    return FormField(
        span=low.span(node),
        name=given.name,
        kind=kind,
        choices=_choices(low, given.type),
        default=None if value is None else _typed_by_hand(json_value(value)),
        description="",
    )


def _typed_by_hand(value: Json) -> str:
    """A value as people type it: a text without quotes."""
    return value if isinstance(value, str) else json.dumps(value)


def _kind(low: Lowering, type_: Type) -> Literal["text", "whole", "number", "truth"] | None:
    found = widened(type_)
    if isinstance(found, EnumOf):
        info = class_info(low.view, found.declaration)
        values = [value for _, value in info.cases] if info is not None else []
        if values and all(isinstance(value, str) for value in values):
            return "text"
        return "whole" if values and all(type(value) is int for value in values) else None
    return KINDS.get(bare(low.view, type_))


def _choices(low: Lowering, type_: Type) -> tuple[str, ...]:
    match type_:
        case LiteralOf(values=values):
            return tuple(str(value) if not isinstance(value, bool) else str(value).lower() for value in values)
        case EnumOf(declaration=declaration):
            info = class_info(low.view, declaration)
            return tuple(str(value) for _, value in info.cases) if info is not None else ()
        case _:
            return ("true", "false") if type_ == BOOL else ()
