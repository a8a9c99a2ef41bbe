"""Filling in tags, as Argo does: plain ones with texts, expressions with their values; what is unknown may stay.

Argo works on the JSON text of an object and writes a text into it as Go quotes it; here each text is taken by itself,
and what would break the JSON is refused as there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from athena_lsp.argo.exprs.names import Reference, references
from athena_lsp.argo.exprs.parser import parse
from athena_lsp.argo.exprs.tags import CLOSE, OPEN, Tag, Unclosed, tags
from athena_lsp.engine.evaluator import EvaluationError, evaluate
from athena_lsp.engine.functions import argo_functions
from athena_lsp.engine.values import Value, ValueProblem, json_text, texts_by_path
from athena_lsp.records import dataclass

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
"""A part of a manifest, as a YAML reader gives it."""

FUNCTIONS = frozenset({"sprig", "asInt", "asFloat", "toJson", "jsonpath", "$env"})
WAITED_FOR = ("tasks.", "steps.")


class SubstitutionError(Exception):
    """A tag that cannot be filled in; the run's node fails with this message."""


class NeverResolvedError(SubstitutionError):
    """A reference that Argo would wait for: its controller looks again every 10 seconds, for ever."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What tags may read under dotted names: texts, structures (artifacts), and outputs that are absent."""

    texts: Mapping[str, str]
    structures: Mapping[str, Value]
    absent: frozenset[str] = frozenset()
    """Outputs that nothing will bring: an expression reads nil, a plain tag is an error."""
    strict: bool = False
    """What `tasks` and `steps` do not hold now will never be there."""

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Scope:
        return cls(texts, {})


def substitute(tree: Tree, scope: Scope) -> Tree:
    """The tree with every tag filled in that can be, in keys too. Raises SubstitutionError."""
    variables: list[dict[str, Value]] = []

    def environment() -> dict[str, Value]:
        if not variables:
            variables.append(variables_of(scope))
        return variables[0]

    def filled(part: Tree) -> Tree:
        if isinstance(part, str):
            return _text(part, scope, environment) if OPEN in part else part
        if isinstance(part, dict):
            return {
                (_text(key, scope, environment) if OPEN in key else key): filled(item) for key, item in part.items()
            }
        if isinstance(part, list):
            return [filled(item) for item in part]
        return part

    return filled(tree)


def variables_of(scope: Scope) -> dict[str, Value]:
    """The variables of an expression: what is absent is nil."""
    values: dict[str, Value] = {**scope.texts, **dict.fromkeys(scope.absent), **scope.structures}
    return {**texts_by_path(values), **argo_functions()}


def value_of(expression: str, scope: Scope) -> Value:
    """The value of an expression without a tag around it. Raises SubstitutionError."""
    try:
        return evaluate(expression, variables_of(scope))
    except EvaluationError as error:
        raise SubstitutionError(_failed(expression, error.problem.what)) from None


def _text(text: str, scope: Scope, environment: Callable[[], dict[str, Value]]) -> str:
    pieces: list[str] = []
    position = 0
    for tag in tags(text):
        if isinstance(tag, Unclosed):
            raise SubstitutionError('Cannot find end tag="}}" in the template')
        pieces.append(text[position : tag.span.start])
        whole = tag.span.of(text)
        pieces.append(
            _expression(tag.content, whole, scope, environment) if tag.is_expression else _plain(tag, whole, scope)
        )
        position = tag.span.end
    return "".join((*pieces, text[position:]))


def _plain(tag: Tag, whole: str, scope: Scope) -> str:
    if tag.content in scope.texts:
        value = _insertable(scope.texts[tag.content], tag.content)
        return value if tag.outer is None else f"{OPEN}{tag.outer}{value}"
    if tag.content in scope.absent:
        raise SubstitutionError(f"failed to resolve {{{{{tag.content}}}}}: the output is an absent optional")
    if ".outputs.artifacts." in tag.content:
        return whole  # `from` names a place; whoever resolves it says what is missing
    if scope.strict and tag.outer is None and tag.content.startswith(WAITED_FOR) and "." in tag.content[6:]:
        raise NeverResolvedError(_waits(f"{{{{{tag.content}}}}}"))
    return whole


def _expression(text: str, whole: str, scope: Scope, environment: Callable[[], dict[str, Value]]) -> str:
    parsed = parse(text)
    if parsed.expression is None:
        assert parsed.problem is not None
        if scope.strict:
            raise SubstitutionError(_failed(text, parsed.problem.what))
        return whole
    missing = False
    for reference in references(parsed.expression):
        if is_missing(reference, environment()):
            if scope.strict and reference.head in ("tasks", "steps"):
                raise NeverResolvedError(_waits(f"`{'.'.join(reference.names)}` in {whole}"))
            missing = True
    if missing:
        return whole
    try:
        value = evaluate(text, environment())
        if value is None:
            return whole
        return _insertable(value if isinstance(value, str) else json_text(value), text)
    except (EvaluationError, ValueProblem) as error:
        if scope.strict:
            raise SubstitutionError(_failed(text, str(error))) from None
        return whole


def is_missing(reference: Reference, variables: Mapping[str, Value]) -> bool:
    """Whether a path is not there and not guarded: its first name always must be."""
    if reference.head in FUNCTIONS or reference.called:
        return False
    if reference.head not in variables:
        return True
    here: Value = variables[reference.head]
    for number, key in enumerate(reference.keys, start=1):
        if not isinstance(here, dict):
            return here is not None and not isinstance(here, list) and not reference.is_guarded(number + 1)
        if key.name not in here:
            return not reference.is_guarded(number + 1)
        here = here[key.name]
    return False


def _failed(expression: str, why: str) -> str:
    return f"failed to evaluate expression: {why}: `{expression}`"


def _waits(what: str) -> str:
    return (
        f"{what} cannot be resolved, now or later: on the cluster the run would wait for ever"
        " (the controller looks again every 10 seconds)"
    )


def _insertable(value: str, name: str) -> str:
    """A text that Go can write into JSON: its quoting knows escapes that JSON does not."""
    for character in value:
        code = ord(character)
        if (
            (code < 0x20 and character not in "\n\r\t\b\f")
            or code == 0x7F
            or (code > 0xFFFF and not character.isprintable())
        ):
            raise SubstitutionError(
                f"the value of `{name}` holds the character U+{code:04X}, which Argo writes as no JSON: encode it"
            )
    return value


def has_tags(tree: Tree) -> bool:
    """Whether some text in the tree still has a tag."""
    if isinstance(tree, str):
        return OPEN in tree and CLOSE in tree
    if isinstance(tree, dict):
        return any(map(has_tags, tree.values()))
    return isinstance(tree, list) and any(map(has_tags, tree))
