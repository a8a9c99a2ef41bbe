"""Checks of fields: which there are, and what they hold (rules P3 to P7), for all of a manifest or a part of it.

A table is a text. A line `Type: <Other a b* c:int d:Other[] e:{} f~` says that a `Type` has the fields of `Other`, the
text `a`, the text `b` that must be there (`+`: that only Argo's full CRDs want), a number, a list, an object with
texts under keys of its own, and `f`, which Argo 4 no longer knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TypeAlias

from athena_lsp.analysis.quantities import QuantityProblem, parse_quantity
from athena_lsp.argo.checks.argo_fields import ARGO
from athena_lsp.argo.checks.places import At, Refused, did_you_mean
from athena_lsp.argo.checks.pod_fields import KUBERNETES
from athena_lsp.records import dataclass

Kind: TypeAlias = str
"""What a field holds: empty for a text, `int`, `bool`, `number`, `intstr`, `quantity`, `anytext` (Argo takes numbers
and flags as texts), `any`, or the name of a type; with `[]` behind it a list of such, with `{}` an object."""

FIELD = re.compile(r"(\w+)([*+~]?)(?::(.*))?")
SCALARS: Mapping[Kind, tuple[tuple[type, ...], str]] = {
    "": ((str,), "a string"),
    "int": ((int,), "an integer"),
    "bool": ((bool,), "a boolean"),
    "number": ((int, float), "a number"),
    "intstr": ((int, str), "an integer or a string"),
    "anytext": ((str, int, float, bool), "a string"),
}
PATCH_DIRECTIVE = re.compile(r"\$(?:patch|retainKeys|setElementOrder/.+|deleteFromPrimitiveList/.+)")
"""Keys of a strategic merge patch itself."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a type."""

    kind: Kind
    need: str
    """`*`, `+`, `~` or nothing, as in the table."""


def check_kind(at: At, kind: Kind, where: str, *, whole: bool = True) -> Iterator[Refused]:
    """What is refused of a value that should be of a kind. `where` is its path as people write it.

    Of a patch, which is not `whole`, nothing is required.
    """
    if at.value is None or kind == "any":
        return
    if kind.endswith("[]"):
        yield from _list(at, kind[:-2], where, whole=whole)
    elif kind.endswith("{}"):
        yield from _map(at, kind[:-2], where, whole=whole)
    elif kind in SCALARS:
        yield from _scalar(at, kind, where)
    elif kind == "quantity":
        yield from check_quantity(at, where)
    else:
        yield from _object(at, kind, where, whole=whole)


def check_quantity(at: At, where: str) -> Iterator[Refused]:
    """What is refused of an amount of cpu, memory or storage."""
    text = str(at.value) if isinstance(at.value, int | float) else at.text
    problem = parse_quantity(text)
    if isinstance(problem, QuantityProblem):
        what = "a tag is filled in too late for it" if "{{" in text else problem.what
        message = f"{where}: quantities must match the regular expression of Kubernetes: `{text}` {what}"
        yield at.refuse("P6", message)


@cache
def fields_of(kind: Kind) -> Mapping[str, Field]:
    """The fields of a type, by name."""
    found: dict[str, Field] = {}
    for word in _tables()[kind].split():
        if word.startswith("<"):
            found |= fields_of(word[1:])
        elif match := FIELD.fullmatch(word):
            found[match[1]] = Field(match[3] or "", match[2])
    return found


@cache
def _tables() -> Mapping[Kind, str]:
    """Each type with its line, not yet taken apart: nobody needs all of them."""
    found: dict[Kind, str] = {}
    for line in re.sub(r"\n ", " ", ARGO + KUBERNETES).splitlines():
        name, colon, words = line.partition(":")
        if colon:
            found[name] = words
    return found


def type_names() -> frozenset[Kind]:
    """The types that there are tables of."""
    return frozenset(_tables())


def _list(at: At, item: Kind, where: str, *, whole: bool) -> Iterator[Refused]:
    if not isinstance(at.value, list):
        yield at.refuse(_code(item), f"{where}: must be a list, not {_shape(at.value)}")
    for number, inner in enumerate(at.items()):
        yield from check_kind(inner, item, f"{where}[{number}]", whole=whole)


def _map(at: At, item: Kind, where: str, *, whole: bool) -> Iterator[Refused]:
    if not isinstance(at.value, dict):
        yield at.refuse("P3", f"{where}: must be an object, not {_shape(at.value)}")
    for key, inner in at.entries():
        yield from check_kind(inner, item, f"{where}.{key}", whole=whole)


def _scalar(at: At, kind: Kind, where: str) -> Iterator[Refused]:
    types, article = SCALARS[kind]
    if not isinstance(at.value, types) or (isinstance(at.value, bool) and bool not in types):
        advice = ": write it in quotes" if not kind and isinstance(at.value, bool | int | float) else ""
        yield at.refuse("P3", f"{where}: must be {article}, not {_shape(at.value)}{advice}")
    elif kind == "anytext" and not isinstance(at.value, str):
        message = f"{where}: must be of type string: Argo itself takes {_shape(at.value)}, its full CRDs do not"
        yield at.advise("P7", message)


def _object(at: At, kind: Kind, where: str, *, whole: bool) -> Iterator[Refused]:
    if not isinstance(at.value, dict):
        yield at.refuse(_code(kind), f"{where or 'the document'}: must be an object, not {_shape(at.value)}")
        return
    fields = fields_of(kind)
    prefix = f"{where}." if where else ""
    for key, inner in at.entries():
        field = fields.get(key)
        if field is None:
            if not PATCH_DIRECTIVE.fullmatch(key):
                yield inner.at_key().refuse(_code(kind), f'unknown field "{prefix}{key}"{_instead(key, fields)}')
            continue
        if field.need == "~":
            yield inner.at_key().advise("P3", f'unknown field "{prefix}{key}" in Argo 4{_newer(key, fields)}')
        yield from check_kind(inner, field.kind, f"{prefix}{key}", whole=whole)
    for name, field in fields.items() if whole else ():
        if field.need in ("*", "+") and at.value.get(name) is None:
            message = f"{prefix}{name}: Required value"
            yield (
                at.refuse(_code(kind), message)
                if field.need == "*"
                else at.advise("P3", f"{message} in Argo's full CRDs")
            )


def _code(kind: Kind) -> str:
    """The rule: Argo reads steps and plugins of the executor in ways of their own."""
    if kind.startswith("Step") and kind.strip("[]") == "Step":
        return "P4"
    return "O9" if kind in ("ExecutorPlugin", "ExecutorPluginSpec", "PluginSidecar") else "P3"


def _instead(key: str, fields: Mapping[str, Field]) -> str:
    first, *rest = key.split("_")
    camel = first + "".join(word.capitalize() for word in rest)
    by_case = {name.lower(): name for name in fields}
    near = [camel] if camel in fields else [by_case[key.lower()]] if key.lower() in by_case else []
    return f": did you mean `{near[0]}`?" if near else did_you_mean(key, fields)


def _newer(key: str, fields: Mapping[str, Field]) -> str:
    """The list that a single one became."""
    plural = next((name for name in (f"{key}s", f"{key}es", f"{key[:-1]}ies") if name in fields), "")
    return f": write `{plural}`" if plural else ""


def _shape(value: object) -> str:
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "an object"
