"""Checks of `when`, which govaluate reads after its tags are filled in (X8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.argo.checks.places import At, Refused
from athena_lsp.argo.exprs.govaluate import when_problem
from athena_lsp.argo.exprs.tags import Unclosed, only_tag, tags

VARIABLE = re.compile(r"\b(?:tasks|steps|inputs|workflow|item)\.[\w.-]+")


def check_when(at: At, where: str) -> Iterator[Refused]:
    """A condition of a task, a step or a metric."""
    found = tags(at.text)
    if not at.text or any(isinstance(tag, Unclosed) for tag in found):
        return
    only = only_tag(at.text)
    if only is not None and only.is_expression:
        return
    if problem := when_problem(at.text):
        yield at.trap("X8", f"{where} when: {problem.what}", problem.span)
    elif not found and (variable := VARIABLE.search(at.text)):
        message = f"`{variable[0]}` is a plain text here: write `{{{{{variable[0]}}}}}`"
        yield at.trap("X8", f"{where} when: {message}")
