"""A join: a local steps template without a pod, which checks that enough attempts succeeded and gives their values.

A join that is not met fails the step that goes over a text that is no list, as a bound does that is reached: Argo says
the text, which names the branches that failed.
"""

from __future__ import annotations

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.expressions import Wires, quoted, tag
from athena_lsp.argo.failing import unbraced
from athena_lsp.argo.local import Maker, idle_template, local_template
from athena_lsp.argo.manifest import Outputs, Parameter, Task, Template, ValueFrom
from athena_lsp.argo.printer import printed, safe
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Computed, Gather, Tried
from athena_lsp.ir.types import ANY

CHECK = "check"


def join_template(maker: Maker, gather: Gather) -> Template:
    captures = captured((gather,))
    wires = Wires("steps", frozenset(captures))
    if gather.is_list:
        branches = printed(maker.facts, gather.branches[0], wires)
    else:
        listed = Computed(span=gather.span, operation="list", operands=gather.branches, type=ANY)
        branches = printed(maker.facts, listed, wires)
    (output,) = gather.outputs
    values = f"map(filter({branches}, 'value' in #), #['value'])"
    result = Parameter(name=output.name, value_from=ValueFrom(expression=safe(f"toJson({values})")))
    return local_template(
        maker,
        gather.task,
        gather.span,
        inputs=inputs(captures),
        outputs=Outputs(parameters=(result,)),
        steps=((check_task(maker, gather, _met(gather, branches), _message(gather, branches)),),),
    )


def check_task(maker: Maker, node: Gather | Tried, condition: str, message: str) -> Task:
    """A step that does nothing when the condition holds, and fails the run with the message when it does not."""
    return Task(
        name=CHECK,
        template=idle_template(maker).name,
        with_param=tag(f"{condition} ? '[]' : {message}"),
        origin=Origin(maker.definition.declaration, node.span),
    )


def _met(gather: Gather, branches: str) -> str:
    return f"{_succeeded(branches)} >= {_needed(gather, branches)}"


def _succeeded(branches: str) -> str:
    return f"len(filter({branches}, 'value' in #))"


def _needed(gather: Gather, branches: str) -> str:
    match gather.join:
        case "All":
            return f"len({branches})"
        case "Percentage":
            return f"ceil({gather.number!r} * len({branches}))"
        case "AnyOf" | "Within":
            return "1"
        case _:
            return str(int(gather.number))


def _message(gather: Gather, branches: str) -> str:
    """The rule, how many succeeded, and each that failed with its message; nothing in it is a tag."""
    lost = f"map(filter({branches}, 'status' in #), #['step'] + ' (' + #['status'] + ': ' + #['message'] + ')')"
    rule = gather.join if not gather.number else f"{gather.join}({gather.number:g})"
    counted = f"string({_succeeded(branches)}) + ' of ' + string(len({branches}))"
    text = f"{quoted(f'the join {rule} is not met: ')} + {counted} + ' succeeded; ' + join({lost}, '; ')"
    return unbraced(text)
