"""A `raise`: a local steps template with a step over a text that is no list, which Argo refuses, and says the text.

No pod is needed, and every version does it.
"""

from __future__ import annotations

from athena_lsp.argo.captures import captured, inputs
from athena_lsp.argo.expressions import Wires, tag
from athena_lsp.argo.local import Maker, idle_template, local_template
from athena_lsp.argo.manifest import Task, Template
from athena_lsp.argo.printer import printed
from athena_lsp.argo.tree import Origin
from athena_lsp.ir.model import Fail

FAIL = "fail"


def fail_template(maker: Maker, fail: Fail) -> Template:
    """The template that fails; its message begins with a letter, so that it is never a list."""
    taken = captured((fail,))
    message = printed(maker.facts, fail.message, Wires("steps", frozenset(taken)))
    step = Task(
        name=FAIL,
        template=idle_template(maker).name,
        with_param=tag(unbraced(message)),
        origin=Origin(maker.definition.declaration, fail.span),
    )
    return local_template(maker, fail.task, fail.span, inputs=inputs(taken), outputs=None, steps=((step,),))


def unbraced(text: str) -> str:
    """An expression that gives a text, which holds no tag afterwards."""
    return rf"replace({text}, '\u007b\u007b', '\u007b \u007b')"
