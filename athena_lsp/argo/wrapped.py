"""Calls that need a local template of their own: attempts, conditions, hooks with results, and retries of one call.

Argo has no retries of a task and no value for a task that failed or was left out. So an attempt, a call under `when=`,
and one whose hooks take results of other steps are calls of a local steps template, in which everything from outside is
an input, and whose output is there however the step ended. A call with retries of its own runs a copy of the
container's template with another retry strategy, so that exit codes mean there what they mean everywhere.
"""

from __future__ import annotations

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.pure_base import bare
from athena_lsp.argo.captures import arguments, captured, inputs
from athena_lsp.argo.container import container_template
from athena_lsp.argo.expressions import Wires, input_tag, quoted, tag
from athena_lsp.argo.inputs import input_artifacts, input_parameters, is_artifact
from athena_lsp.argo.local import Maker, again, call_task, has_own_template, local_template
from athena_lsp.argo.manifest import (
    Arguments,
    Artifact,
    ContinueOn,
    Inputs,
    Outputs,
    Parameter,
    Task,
    Template,
    TemplateRef,
    ValueFrom,
)
from athena_lsp.argo.naming import object_name
from athena_lsp.argo.printer import safe
from athena_lsp.argo.scheduling import retry_strategy
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.items import ItemRef
from athena_lsp.ir.model import Kind, Step, StepRef
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import STR
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT, RAISED, RETURN_NAME

RUN = "run"
RESULT = f"steps[{quoted(RUN)}].outputs.parameters[{quoted(RETURN_NAME)}]"
OK_BEGINS = '{"value":'
ENDED_WELL = f"steps[{quoted(RUN)}].status == 'Succeeded'"


def is_wrapped(step: Step) -> bool:
    """Whether a call needs a steps template around it."""
    options = step.options
    if step.attempted or (options is not None and options.when is not None):
        return True
    if step.callee.external and step.callee.gives:
        return True  # its result is a text that is no JSON yet
    if step.item is not None and step.hook_calls:
        return True  # a hook of a loop would belong to the loop as a whole
    values = (bound.value for call in step.hook_calls for bound in call.bound)
    return any(any(walk(value, StepRef)) or any(walk(value, ItemRef)) for value in values)


def wrapped_name(step: Step) -> str:
    """The part of the name of the template around a call."""
    return step.task if step.item is None else f"{step.task}-each"


def wrapped_task(maker: Maker, step: Step, wires: Wires) -> Task:
    """The call of the template around a call."""
    return Task(
        name=step.task,
        template=maker.local_name(wrapped_name(step)),
        arguments=arguments(maker.facts, captured((_bare(step),)), wires),
        origin=Origin(maker.definition.declaration, step.span),
    )


def wrapped_template(maker: Maker, step: Step, name: str) -> Template:
    """The template around a call. It ends well however an attempt ends, and has an output in any case."""
    captures = captured((_bare(step),))
    run = call_task(maker, step, Wires("steps", frozenset(captures)), RUN)
    if step.attempted:
        run = replace(run, continue_on=ContinueOn(error=True, failed=True))
    if step.options is not None and step.options.when is not None:
        run = replace(run, when=tag(step.options.when.value))
    return local_template(
        maker, name, step.span, inputs=inputs(captures), outputs=_outputs(maker.facts, step), steps=((run,),)
    )


def again_template(maker: Maker, step: Step) -> Template | None:
    """The template that a call with retries of its own runs; None for a call without."""
    options = step.options
    callee = maker.facts.definition(step.callee.declaration)
    if not has_own_template(step) or callee is None:
        return None
    retry = options.retry if options is not None else None
    strategy = retry_strategy(Scope(maker.facts, maker.definition), retry, callee.kind)
    span = retry.span if retry is not None else step.span
    name, origin = maker.local_name(again(step)), Origin(maker.definition.declaration, span)
    if callee.kind is Kind.CONTAINER:
        copied = container_template(maker.facts, callee, maker.layers)
        if retry is not None:
            copied = replace(copied, retry_strategy=strategy)
        if step.time_limit:
            copied = replace(copied, timeout=f"{step.time_limit}s")
        return replace(copied, name=name, origin=origin)
    given = Inputs(parameters=input_parameters(callee), artifacts=input_artifacts(callee, with_path=False))
    handed = Arguments(
        parameters=tuple(Parameter(name=each.name, value=input_tag(each.name)) for each in given.parameters),
        artifacts=tuple(
            Artifact(name=each.name, from_=f"{{{{inputs.artifacts.{each.name}}}}}") for each in given.artifacts
        ),
    )
    run = Task(
        name=RUN,
        template_ref=TemplateRef(
            name=object_name(maker.facts.settings, step.callee.template), template=step.callee.template
        ),
        arguments=handed if given.parameters or given.artifacts else None,
        origin=origin,
    )
    made = local_template(
        maker,
        again(step),
        span,
        inputs=given if given.parameters or given.artifacts else None,
        outputs=_outputs(maker.facts, replace(step, attempted=False)),
        steps=((run,),),
    )
    return replace(made, retry_strategy=strategy)


def _bare(step: Step) -> Step:
    """The call for one element, where it is called for each."""
    return replace(step, source=None, item=None)


def _outputs(facts: Facts, step: Step) -> Outputs | None:
    if is_artifact(step.callee.returns) and not step.attempted:
        made = Artifact(name=RETURN_NAME, from_=f"{{{{steps.{RUN}.outputs.artifacts.{RETURN_NAME}}}}}")
        return Outputs(artifacts=(made,))
    if step.attempted:
        source = ValueFrom(expression=_attempt(facts, step), default=ABSENT)
    elif step.callee.kind is Kind.WORKFLOW and not step.callee.gives:
        return None
    elif is_plain_text(facts, step):
        source = ValueFrom(expression=safe(f"toJson({RESULT})"), default=ABSENT)
    else:
        source = ValueFrom(parameter=f"{{{{steps.{RUN}.outputs.parameters.{RETURN_NAME}}}}}", default=ABSENT)
    return Outputs(parameters=(Parameter(name=RETURN_NAME, value_from=source),))


def is_plain_text(facts: Facts, step: Step) -> bool:
    """Whether the result is a text as it is, of a template that athena did not write."""
    return bool(step.callee.external) and bare(facts, step.callee.returns) == STR


def _attempt(facts: Facts, step: Step) -> str:
    """`Ok` or `Failed` as JSON text: the message is the one that the pod has left, else what Argo knows."""
    status = f"(steps[{quoted(RUN)}].status == 'Error' ? 'Error' : 'Failed')"
    code = f"steps?.[{quoted(RUN)}]?.exitCode"
    left = f"(steps?.[{quoted(RUN)}]?.outputs?.parameters?.[{quoted(RETURN_NAME)}] ?? '')"
    known = f"{code} == nil ? 'the step ended without an exit code' : 'the step ended with exit code ' + {code}"
    message = f"{left} startsWith {quoted(RAISED)} ? fromJSON({left}[{len(RAISED)}:]) : ({known})"
    failed = (
        f"{{'status': {status}, 'exit_code': {code} == nil ? nil : int({code}), 'message': {message}, "
        f"'step': {quoted(step.callee.declaration.name)} }}"
    )
    value = RESULT if step.callee.gives else quoted("null")
    if is_plain_text(facts, step):
        value = safe(f"toJson({RESULT})")
    ok = f"{quoted(OK_BEGINS)} + {value} + {quoted('}')}"
    return f"{ENDED_WELL} ? {ok} : {safe(f'toJson({failed})')}"
