"""Which argument of a call goes to which parameter, as Python would bind them."""

from __future__ import annotations

from athena_lsp.ir.model import Bound, Given, ParameterFace, Signature

Matched = tuple[tuple[Bound, ...], tuple[str, ...], tuple[Given, ...], tuple[Given, ...], tuple[Given, ...]]


def match_arguments(callee: Signature, given: tuple[Given, ...]) -> Matched:
    """Each argument's parameter, as Python would bind them; then what is missing, extra, unknown and repeated."""
    parameters = callee.callable_parameters
    by_position = [parameter for parameter in parameters if not parameter.keyword_only]
    found: dict[str, Bound] = {}
    extra: list[Given] = []
    unknown: list[Given] = []
    repeated: list[Given] = []
    starred = any(argument.keyword in ("*", "**") for argument in given)
    position = 0
    for argument in given:
        parameter: ParameterFace | None
        if argument.keyword in ("*", "**"):
            continue
        if argument.keyword:
            parameter = next((p for p in parameters if p.name == argument.keyword), None)
        else:
            parameter = by_position[position] if position < len(by_position) else None
            position += 1
        if parameter is None:
            (unknown if argument.keyword else extra).append(argument)
        elif parameter.name in found:
            repeated.append(argument)
        else:
            found[parameter.name] = Bound(span=argument.span, parameter=parameter, value=argument.value)
    missing = () if starred else tuple(p.name for p in parameters if p.name not in found and not p.has_default)
    return tuple(found.values()), missing, tuple(extra), tuple(unknown), tuple(repeated)
