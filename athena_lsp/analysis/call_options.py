"""Lowering what a call is given besides its arguments: `step.options(...)(...)`, `step.attempt(...)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import get_close_matches

from athena_lsp.analysis.attempts import attempt_type
from athena_lsp.analysis.body_calls import CALL_OPTIONS
from athena_lsp.analysis.expressions import lower_expression, lower_step
from athena_lsp.analysis.lowering import Lowering, hole
from athena_lsp.analysis.scope import Declared, dotted, resolve_node
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.static import read_value
from athena_lsp.ir.model import (
    Bare,
    CallOptions,
    Expr,
    Hole,
    Hook,
    HookKind,
    Kind,
    ParameterRef,
    Signature,
    Step,
    StepRef,
)
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import UNRESOLVED, ArtifactOf
from athena_lsp.ir.values import Construct, Null, Number, Text, Value
from athena_lsp.records import dataclass, field, replace
from athena_lsp.text import Span

HOOKS: dict[str, HookKind] = {
    "on_exit": "exit",
    "on_success": "success",
    "on_failure": "failure",
    "on_error": "error",
}
KEYWORDS = tuple(option.name for option in CALL_OPTIONS)
TASK_NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")
PARAMETER = re.compile(r"""inputs\.parameters(?:\.(\w+)|\[['"](\w+)['"]\])""")


@dataclass(slots=True)
class Written:
    """A call of a step with what stands between its name and its arguments."""

    step: ast.expr
    options: list[ast.Call]
    attempted: bool


@dataclass(slots=True)
class Draft:
    """The options as they are read, keyword by keyword."""

    after: list[Expr] = field(default_factory=list)
    when: Text | None = None
    reads: dict[str, ParameterRef] = field(default_factory=dict)
    retry: Value | None = None
    hooks: list[Hook] = field(default_factory=list)
    name: str = ""


def lower_written(low: Lowering, node: ast.Call, name: str, target: ast.expr | None, nested: bool) -> Expr | None:
    """`step.options(...)(...)`, `step.attempt(...)`, and both; None for any other call."""
    written = _written(node)
    if written is None:
        return None
    entity = resolve_node(low.view, low.path, written.step) if not _is_bound(low, written.step) else None
    callee = signature(low.view, entity.declaration) if isinstance(entity, Declared) else None
    if callee is None or callee.kind is Kind.FRAGMENT:
        return None
    if written.attempted and isinstance(callee.returns, ArtifactOf):
        message = f"an attempt of `{callee.declaration.name}` would give an artifact as a part of a value"
        return hole(low, node, "unsupported-expression", message, "return plain data from the step", read=node)
    draft = Draft()
    for call in written.options:
        _read(low, call, draft)
    plain = ast.Call(func=written.step, args=node.args, keywords=node.keywords)
    ast.copy_location(plain, node)
    found = lower_step(low, plain, callee, draft.name or name, target, nested)
    step = low.statements[-1]
    assert isinstance(step, Step)  # lower_step has appended it
    hooks = tuple(_named(low, step, hook, number) for number, hook in enumerate(draft.hooks))
    options = None
    if written.options:
        span = Span(low.span(written.options[0].func).end, low.span(written.options[-1]).end)
        options = CallOptions(
            span=span,
            after=tuple(draft.after),
            when=draft.when,
            reads=tuple(draft.reads.values()),
            retry=draft.retry,
            hooks=hooks,
        )
    if draft.name and step.task != draft.name:
        _complain(low, node, f"another step is called `{draft.name}` already", "choose another name")
        low.statements.remove(step)
        low.statements.append(step)
    low.statements[-1] = replace(step, name=name, attempted=written.attempted, options=options)
    return replace(found, type=attempt_type(callee.returns), name=name) if written.attempted else found


def _written(node: ast.Call) -> Written | None:
    function, attempted = node.func, False
    if isinstance(function, ast.Attribute) and function.attr == "attempt":
        function, attempted = function.value, True
    options: list[ast.Call] = []
    while isinstance(function, ast.Call) and isinstance(function.func, ast.Attribute):
        if function.func.attr != "options":
            return None
        options.insert(0, function)
        function = function.func.value
    return Written(function, options, attempted) if attempted or options else None


def _is_bound(low: Lowering, node: ast.expr) -> bool:
    root = dotted(node).partition(".")[0]
    return not root or root in low.parameters or root in low.bound_somewhere


def _named(low: Lowering, step: Step, hook: Hook, number: int) -> Hook:
    low.tasks.discard(hook.call.task)
    name = f"{step.task}-{hook.kind}" + (f"-{number + 1}" if number else "")
    low.tasks.add(name)
    return replace(hook, call=replace(hook.call, task=name))


def _read(low: Lowering, call: ast.Call, draft: Draft) -> None:
    for argument in call.args:
        _complain(low, argument, "options are given by keyword", "write `on_exit=`, `after=`, ...")
    for keyword in call.keywords:
        if keyword.arg is None:
            _complain(low, keyword.value, "options cannot be unpacked", "write them one by one")
        elif keyword.arg not in KEYWORDS:
            near = tuple(get_close_matches(keyword.arg, KEYWORDS, n=3))
            start = low.span(keyword).start
            hint = f"write `{near[0]}`" if near else f"there are {', '.join(f'`{each}`' for each in KEYWORDS)}"
            span = Span(start, start + len(keyword.arg))
            _note(low, span, f"a call has no option `{keyword.arg}`", hint, near)
        elif not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None):
            _option(low, keyword.arg, keyword.value, draft)


def _option(low: Lowering, name: str, node: ast.expr, draft: Draft) -> None:
    match name:
        case "after":
            draft.after = list(_after(low, node))
        case "name":
            value = read_value(low.place, node)
            if isinstance(value, Text) and TASK_NAME.fullmatch(value.value) and not _is_word(value.value):
                draft.name = value.value
            else:
                message = "a task's name has letters, digits and dashes, and begins with a letter"
                _complain(low, node, message, 'write `name="load-rows"`, for example')
        case "when":
            value = read_value(low.place, node)
            if isinstance(value, Text):
                draft.when = value
                _reads(low, value, draft)
            else:
                _complain(low, node, "`when=` takes an expression of Argo, as a text", "or use `if` around the call")
        case "retry":
            draft.retry = _retry(low, node)
        case "hooks":
            _raw_hooks(low, node, draft)
        case _:
            draft.hooks = [hook for hook in draft.hooks if hook.kind != HOOKS[name]]
            draft.hooks += _targets(low, node, HOOKS[name], "")


def _is_word(name: str) -> bool:
    from_language = {"not", "in", "and", "or", "matches", "contains", "let", "if", "else", "nil", "true", "false"}
    return name.lower() in from_language


def _reads(low: Lowering, text: Text, draft: Draft) -> None:
    """The parameters that Argo's own expression names."""
    for match in PARAMETER.finditer(text.value):
        name = match[1] or match[2]
        if name in low.parameters:
            draft.reads[name] = ParameterRef(span=text.span, name=name, type=low.parameters[name].type)
        else:
            near = tuple(get_close_matches(name, [*low.parameters], n=1))
            hint = f"write `{near[0]}`" if near else "name a parameter of the workflow"
            _note(low, text.span, f"the workflow has no parameter `{name}`", hint)


def _retry(low: Lowering, node: ast.expr) -> Value | None:
    value = read_value(low.place, node)
    match value:
        case Construct(name="Retry") | Null():
            return value
        case Number(value=int(number)) if number >= 0:
            return value
        case _:
            _complain(low, node, "`retry=` takes `Retry(...)` or a number of retries", "write `retry=3`, for example")
            return None


def _after(low: Lowering, node: ast.expr) -> Iterator[Expr]:
    items = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    for item in items:
        count = len(low.statements)
        value = lower_expression(low, item)
        if isinstance(value, Hole):
            low.statements.append(Bare(span=value.span, value=value))
        elif len(low.statements) > count:
            del low.statements[count:]
            _complain(low, item, "`after=` takes results that are there already", "call the step above, with a name")
        elif not any(walk(value, StepRef)):
            _complain(low, item, "this is no result of a step: there is nothing to wait for", "name a step's result")
        else:
            yield value


# --- hooks --------------------------------------------------------------------------------------------------------


def _raw_hooks(low: Lowering, node: ast.expr, draft: Draft) -> None:
    if not isinstance(node, ast.Dict):
        _complain(low, node, "`hooks=` takes a dict from expressions of Argo to templates", "write it out")
        return
    for key, value in zip(node.keys, node.values, strict=True):
        expression = read_value(low.place, key) if key is not None else None
        if isinstance(expression, Text):
            draft.hooks += _targets(low, value, "expression", expression.value)
            _reads(low, expression, draft)
        else:
            _complain(low, key or value, "the key of a hook is an expression of Argo, as a text", "write it out")


def _targets(low: Lowering, node: ast.expr, kind: HookKind, expression: str) -> Iterator[Hook]:
    for item in node.elts if isinstance(node, ast.List | ast.Tuple) else [node]:
        call = _target(low, item)
        if call is not None:
            yield Hook(span=low.span(item), kind=kind, expression=expression, call=call)


def _target(low: Lowering, node: ast.expr) -> Step | None:
    """A template, or `lambda: template(arguments)`."""
    match node:
        case ast.Lambda(body=ast.Call() as call) if not ast.unparse(node.args):
            callee = _template(low, call.func)
        case ast.Name() | ast.Attribute():
            call, callee = ast.copy_location(ast.Call(func=node, args=[], keywords=[]), node), _template(low, node)
        case _:
            callee = None
    if callee is None:
        message = "a hook is a workflow or a container, or `lambda: template(arguments)`"
        _complain(low, node, message, "name a template, and give it its arguments in a `lambda`")
        return None
    for name in ast.walk(call):
        if isinstance(name, ast.Name) and name.id in low.bound_somewhere and name.id not in low.names:
            message = f"`{name.id}` is not known yet: a hook takes what is bound above the call"
            _complain(low, name, message, "pass a parameter or an earlier result")
            return None
    count = len(low.statements)
    lower_step(low, call, callee, "", None, nested=True)
    step = low.statements.pop()
    if len(low.statements) > count or not isinstance(step, Step):
        del low.statements[count:]
        _complain(low, node, "a hook cannot call a step for its own arguments", "call the step above")
        return None
    return step


def _template(low: Lowering, node: ast.expr) -> Signature | None:
    entity = resolve_node(low.view, low.path, node) if not _is_bound(low, node) else None
    callee = signature(low.view, entity.declaration) if isinstance(entity, Declared) else None
    return callee if callee is not None and callee.kind is not Kind.FRAGMENT else None


def _complain(low: Lowering, node: ast.expr, message: str, hint: str) -> None:
    _note(low, low.span(node), message, hint)


def _note(low: Lowering, span: Span, message: str, hint: str, near: tuple[str, ...] = ()) -> None:
    value = Hole(span=span, rule="invalid-option", message=message, hints=(hint,), near=near, type=UNRESOLVED)
    low.statements.append(Bare(span=span, value=value))
