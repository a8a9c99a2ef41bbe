"""non-exhaustive-match: a case of a `Literal` or an enum that no arm of a `match` takes."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Branch, Unhandled, Unit
from athena_lsp.rules._bodies import flows
from athena_lsp.rules._nearest import listed
from athena_lsp.rules.base import Finding, Mend, rule
from athena_lsp.text import TextEdit


@rule("a `match` that leaves out a case of its subject", severity=Severity.WARNING, fixable=True)
def non_exhaustive_match(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for branch in flow.body.every_statement:
            if isinstance(branch, Branch) and branch.unhandled is not None and branch.subject is not None:
                cases, type_ = branch.unhandled.cases, show(branch.subject.type)
                yield Finding(
                    span=branch.span,
                    message=f"no case takes {listed(cases, 'or')} of `{type_}`, so nothing is done then",
                    hints=("add the cases, or `case _:` for all others",),
                    fixes=(_mend(branch.unhandled),),
                )


def _mend(unhandled: Unhandled) -> Mend:
    indent, cases = unhandled.indent, unhandled.cases
    text = "".join(f"\n{indent}case {case}:\n{indent}    pass" for case in cases)
    what = f"`case {cases[0]}:`" if len(cases) == 1 else f"the {len(cases)} cases"
    return Mend(f"Add {what}", (TextEdit(unhandled.span, text),))
