"""What is tried as a whole: a local steps template that goes on when its first step fails.

It says how that ended; or, with `finally`, runs that next, and then fails as a join that is not met.
"""

from __future__ import annotations

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.edges import given_text
from athena_lsp.argo.expressions import Wires, quoted
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.joins import check_task
from athena_lsp.argo.local import Maker, idle_task, local_template
from athena_lsp.argo.manifest import Artifact, ContinueOn, Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Tried
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT

FAILED = "a step within `try` has failed; its `finally` has run"


def tried_template(maker: Maker, tried: Tried, body: InnerCall, final: InnerCall | None, wires: Wires) -> Template:
    """The local template; `body` and `final` say how what is tried, and what follows in any case, are run from it."""
    task = body.task if body.task is not None else idle_task(maker)
    ended_well = f"steps[{quoted(task.name)}].status == 'Succeeded'"
    origin = Origin(maker.definition.declaration, tried.span)
    parameters, artifacts = [], []
    for output in tried.outputs if final is None else tried.outputs[1:]:
        number = tried.names.index(output.name) if output.name in tried.names else None
        given = "'true'" if number is None else given_text(maker.facts, body.gives[number], wires)
        if is_artifact(output.type):
            artifacts.append(Artifact(name=output.name, from_expression=given, optional=True, origin=origin))
            continue
        missing = "'false'" if number is None else quoted(ABSENT)
        source = ValueFrom(expression=f"{ended_well} ? {given} : {missing}", default=ABSENT)
        parameters.append(Parameter(name=output.name, value_from=source, origin=origin))
    return local_template(
        maker,
        tried.task,
        tried.span,
        inputs=inputs(captured((tried,))),
        outputs=Outputs(parameters=tuple(parameters), artifacts=tuple(artifacts)),
        steps=((replace(task, continue_on=ContinueOn(error=True, failed=True)),), *_ending(maker, tried, task, final)),
    )


def _ending(maker: Maker, tried: Tried, task: Task, final: InnerCall | None) -> tuple[tuple[Task, ...], ...]:
    """`finally`, and a step over what is no list when the body has failed: Argo fails it, and says the text."""
    if final is None or final.task is None:
        return ()
    ended = f"not (steps[{quoted(task.name)}].status in ['Failed', 'Error'])"
    check = check_task(maker, tried, ended, quoted(FAILED))
    return (final.task,), (replace(check, name=f"{tried.task}-check"),)
