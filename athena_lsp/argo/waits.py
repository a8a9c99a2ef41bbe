"""Waits: suspended steps, which take no pod and outlive restarts of the controller.

Argo works the duration of a suspended step out again whenever it looks at it. So a wait until a point in time first
notes when it began, in a step that ends at once, and counts from there. A wait for a person has no end in Argo either:
what nobody answered takes a default, and where that is to fail, a step after it fails over that.
"""

from __future__ import annotations

from typing import assert_never

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.edges import value_tag
from athena_lsp.argo.expressions import Wires, input_tag, quoted, tag
from athena_lsp.argo.local import Maker, idle_template, local_template
from athena_lsp.argo.manifest import Arguments, Inputs, Outputs, Parameter, Suspend, Task, Template, ValueFrom
from athena_lsp.argo.printer import printed, safe
from athena_lsp.argo.tree import Empty, Origin
from athena_lsp.ir.model import FormField, Wait
from athena_lsp.records import replace
from athena_runtime.contract import RETURN_NAME, TIMED_OUT

BEGIN, PAUSE, ASK, CHECK = "begin", "pause", "answer", "check"
TIME = "time"
APPROVE = "approve"
DEFAULTS = {"approve": "true", "reject": "false"}


def wait_templates(maker: Maker, wait: Wait) -> tuple[Template, ...]:
    match wait.kind:
        case "sleep":
            return (_sleep(maker, wait),)
        case "until":
            return _until(maker, wait)
        case "approval":
            approve = FormField(
                span=wait.span,
                name=APPROVE,
                kind="truth",
                choices=("true", "false"),
                default=None,
                description=wait.text,
            )
            default = DEFAULTS.get(wait.on_timeout)
            return _form(maker, wait, (replace(approve, default=default),), _answer(APPROVE))
        case "ask":
            fields = tuple(replace(each, description=each.description or wait.text) for each in wait.fields)
            return _form(maker, wait, fields, _whole(fields))
        case _:
            assert_never(wait.kind)


def _suspended(maker: Maker, wait: Wait, name: str, duration: str | None) -> Template:
    origin = Origin(maker.definition.declaration, wait.span)
    return Template(name=maker.local_name(name), suspend=Suspend(duration=duration), origin=origin)


def _sleep(maker: Maker, wait: Wait) -> Template:
    captures = captured((wait,))
    assert wait.amount is not None
    duration = value_tag(maker.facts, wait.amount, Wires("steps", frozenset(captures)))
    return replace(_suspended(maker, wait, wait.task, duration), inputs=inputs(captures))


def _until(maker: Maker, wait: Wait) -> tuple[Template, ...]:
    captures = captured((wait,))
    assert wait.amount is not None
    time = printed(maker.facts, wait.amount, Wires("steps", frozenset(captures)))
    end, now = f"date({time})", f"date(steps[{quoted(BEGIN)}].finishedAt)"
    left = f"{end} > {now} ? string({end} - {now}) : '0'"
    origin = Origin(maker.definition.declaration, wait.span)
    pause_name = f"{wait.task}-{PAUSE}"
    lasting = Parameter(name=TIME, value=tag(left), origin=origin)
    begin = Task(name=BEGIN, template=idle_template(maker).name, origin=origin)
    pause = Task(
        name=PAUSE,
        template=maker.local_name(pause_name),
        arguments=Arguments(parameters=(lasting,)),
        origin=origin,
    )
    whole = local_template(
        maker, wait.task, wait.span, inputs=inputs(captures), outputs=None, steps=((begin,), (pause,))
    )
    paused = _suspended(maker, wait, pause_name, input_tag(TIME))
    return whole, replace(paused, inputs=Inputs(parameters=(Parameter(name=TIME),)))


def _form(maker: Maker, wait: Wait, fields: tuple[FormField, ...], result: str) -> tuple[Template, ...]:
    origin = Origin(maker.definition.declaration, wait.span)
    name = f"{wait.task}-{ASK}"
    ask = Task(name=ASK, template=maker.local_name(name), origin=origin)
    fails = wait.on_timeout == "fail"
    silent = " || ".join(f"{_answer(each.name)} == {quoted(TIMED_OUT)}" for each in fields)
    check = Task(
        name=CHECK,
        template=idle_template(maker).name,
        with_param=tag(f"{silent} ? {quoted(f'nobody answered: {wait.text}')} : '[]'"),
        origin=origin,
    )
    whole = local_template(
        maker,
        wait.task,
        wait.span,
        inputs=None,
        outputs=Outputs(parameters=(Parameter(name=RETURN_NAME, value_from=ValueFrom(expression=result)),)),
        steps=((ask,), (check,)) if fails else ((ask,),),
    )
    duration = None if wait.timeout is None else str(wait.timeout)
    form = replace(
        _suspended(maker, wait, name, duration),
        inputs=Inputs(parameters=tuple(_asked(each) for each in fields)),
        outputs=Outputs(parameters=tuple(_given(each, fails=fails) for each in fields)),
    )
    return whole, form


def _asked(each: FormField) -> Parameter:
    """A field of the form; Argo wants a value in it from the beginning."""
    first = each.default if each.default is not None else each.choices[-1] if each.choices else ""
    return Parameter(name=each.name, description=each.description or None, default=first, enum=each.choices)


def _given(each: FormField, *, fails: bool) -> Parameter:
    default = TIMED_OUT if fails else each.default
    return Parameter(name=each.name, value_from=ValueFrom(supplied=Empty(), default=default))


def _answer(name: str) -> str:
    return f"steps[{quoted(ASK)}].outputs.parameters[{quoted(name)}]"


def _whole(fields: tuple[FormField, ...]) -> str:
    """The filled-in form as JSON text. A number that is none fails the step."""
    parts = ", ".join(f"{quoted(each.name)}: {_typed(each)}" for each in fields)
    return safe(f"toJson({{{parts} }})")


def _typed(each: FormField) -> str:
    answer = _answer(each.name)
    match each.kind:
        case "text":
            return answer
        case "whole":
            return f"int({answer})"
        case "number":
            return f"float({answer})"
        case "truth":
            return f"({answer} == 'true')"
        case _:
            assert_never(each.kind)
