"""What is tried as a whole: a local steps template that goes on when its one step fails, and says how that ended."""

from __future__ import annotations

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.edges import given_text
from athena_lsp.argo.expressions import Wires, quoted
from athena_lsp.argo.inner import InnerCall
from athena_lsp.argo.inputs import is_artifact
from athena_lsp.argo.local import Maker, idle_task, local_template
from athena_lsp.argo.manifest import Artifact, ContinueOn, Outputs, Parameter, Template, ValueFrom
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Tried
from athena_lsp.records import replace
from athena_runtime.contract import ABSENT


def tried_template(maker: Maker, tried: Tried, body: InnerCall, wires: Wires) -> Template:
    """The local template; `body` says how what is tried is run from it."""
    task = body.task if body.task is not None else idle_task(maker)
    ended_well = f"steps[{quoted(task.name)}].status == 'Succeeded'"
    origin = Origin(maker.definition.declaration, tried.span)
    parameters, artifacts = [], []
    for output in tried.outputs:
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
        steps=((replace(task, continue_on=ContinueOn(error=True, failed=True)),),),
    )
