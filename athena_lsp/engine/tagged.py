"""Texts of a step's own template, with the values of its inputs in place of Argo's tags."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.argo.exprs.tags import Tag, tags
from athena_lsp.engine.evaluator import EvaluationError, evaluate
from athena_lsp.engine.functions import argo_functions
from athena_lsp.engine.values import texts_by_path


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """The text with every tag filled in that speaks of inputs alone; others stay, as what only a cluster knows."""
    values = {f"inputs.parameters.{name}": value for name, value in inputs.items()}
    variables = {**(texts_by_path(values) if values else {}), **argo_functions()}
    for tag in reversed(tags(text)):
        if not isinstance(tag, Tag):
            continue
        try:
            value = evaluate(tag.content, variables) if tag.is_expression else values.get(tag.content)
        except EvaluationError:
            continue
        if isinstance(value, str):
            text = text[: tag.span.start] + value + text[tag.span.end :]
    return text
