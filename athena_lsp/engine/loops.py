"""Loops: the items of `withItems`, `withParam` and `withSequence`, and what the results of all are together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from athena_lsp.engine.model import Node
from athena_lsp.engine.program import as_list, as_map, as_text
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, substitute
from athena_lsp.engine.values import ValueProblem, json_string, json_text, json_value

LOOPS = ("withItems", "withParam", "withSequence")
FORMAT = re.compile(r"%(0?\d*)([dxXob])|%%")
LONGEST_NAME = 60


class RawNumber(str):
    """A number of JSON as it is written: nothing is lost of it."""

    __slots__ = ()


def loops(task: Mapping[str, Tree]) -> bool:
    return any(task.get(loop) not in (None, "", []) for loop in LOOPS)


def expanded(task: Mapping[str, Tree]) -> tuple[Mapping[str, Tree], ...]:
    """A task for each item, with the item filled in. Raises SubstitutionError."""
    bare = {key: value for key, value in task.items() if key not in LOOPS}
    return tuple(_with_item(bare, index, item) for index, item in enumerate(_items(task)))


def _with_item(task: Mapping[str, Tree], index: int, item: Any) -> Mapping[str, Tree]:
    texts, shown = _texts(item)
    filled = as_map(substitute(dict(task), Scope.of(texts)))
    clean = shown.replace("(", "").replace(")", "")[:LONGEST_NAME]
    return {**filled, "name": f"{as_text(task.get('name'))}({index}:{clean})"}


def _items(task: Mapping[str, Tree]) -> list[Any]:
    if task.get("withItems"):
        return [_raw(item) for item in as_list(task["withItems"])]
    if task.get("withParam"):
        text = as_text(task["withParam"])
        try:
            found = json.loads(text, parse_int=RawNumber, parse_float=RawNumber)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            raise SubstitutionError(f"{text.strip()[:200]} (withParam value could not be parsed as a JSON list)")
        return found
    return _sequence(as_map(task.get("withSequence")))


def _raw(item: Tree) -> Any:
    """A value of the manifest as a value of JSON."""
    if isinstance(item, bool) or item is None:
        return item
    if isinstance(item, int | float):
        return RawNumber(json_text(item))
    if isinstance(item, dict):
        return {key: _raw(inner) for key, inner in item.items()}
    return [_raw(inner) for inner in item] if isinstance(item, list) else item


def _sequence(sequence: Mapping[str, Tree]) -> list[str]:
    def number(key: str) -> int:
        text = as_text(sequence.get(key)).strip()
        if not re.fullmatch(r"[+-]?\d+", text):
            raise SubstitutionError(f'strconv.Atoi: parsing "{text}": invalid syntax')
        return int(text)

    start = number("start") if sequence.get("start") is not None else 0
    if sequence.get("count") is not None:
        count = number("count")
        found: Iterable[int] = range(start, start + count)
    else:
        end = number("end")
        found = range(start, end + 1) if start <= end else range(start, end - 1, -1)
    layout = as_text(sequence.get("format")) or "%d"
    if "%" in FORMAT.sub("", layout):
        raise SubstitutionError(f"the format `{layout}` of withSequence is not known to the local engine")
    return [_formatted(layout, each) for each in found]


def _formatted(layout: str, number: int) -> str:
    return FORMAT.sub(lambda part: "%" if part[0] == "%%" else format(number, f"{part[1]}{part[2]}"), layout)


def _texts(item: Any) -> tuple[dict[str, str], str]:
    """What `{{item}}` and `{{item.key}}` are, and how the node is called."""
    if isinstance(item, bool):
        text = "true" if item else "false"
        return {"item": text}, text
    if isinstance(item, str):
        return {"item": str(item)}, str(item)
    if isinstance(item, dict):
        texts = {f"item.{key}": _member(value) for key, value in item.items()}
        shown = ",".join(sorted(f"{key}:{_member(value)}" for key, value in item.items()))
        return {**texts, "item": compact(item)}, shown
    return {"item": compact(item)}, compact(item).strip("[]").replace(",", " ")


def _member(value: Any) -> str:
    """A text without its quotes; what is escaped in it stays so (Argo's bug 16061)."""
    if isinstance(value, str) and not isinstance(value, RawNumber):
        return json_string(value)[1:-1]
    return compact(value)


def compact(value: Any) -> str:
    """JSON without blanks, keys sorted, numbers as they were written."""
    if isinstance(value, RawNumber):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json_string(key)}:{compact(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json_text(value)


# --- results ------------------------------------------------------------------------------------------------------


def aggregated(prefix: str, children: Iterable[Node]) -> dict[str, str]:
    """The outputs of a looped task, of those of its children that succeeded, in order. Raises SubstitutionError."""
    succeeded = sorted((child for child in children if child.phase == "Succeeded"), key=_index)
    texts: dict[str, str] = {}
    with_parameters = [child.outputs.parameters for child in succeeded if child.outputs.parameters]
    if with_parameters:
        texts[f"{prefix}.outputs.parameters"] = json_text([dict(each) for each in with_parameters])
        for name in dict.fromkeys(name for each in with_parameters for name in each):
            texts[f"{prefix}.outputs.parameters.{name}"] = _together(
                [each[name] for each in with_parameters if name in each]
            )
    results = [child.outputs.result for child in succeeded if child.outputs.result is not None]
    if results:
        texts[f"{prefix}.outputs.result"] = f"[{','.join(map(_result, results))}]"
    return texts


def _together(values: list[str]) -> str:
    """A JSON list of structures when every value is one, else of texts."""
    structures: list[Any] = []
    for value in values:
        found = _structure(value)
        if found is None:
            return json_text(values)
        structures.append(found)
    return json_text(structures)


def _structure(value: str) -> Any:
    if not value.lstrip().startswith(("[", "{")):
        return None
    try:
        return json_value(value)
    except ValueProblem:
        return None


def _result(text: str) -> str:
    try:
        return compact(json.loads(text, parse_int=RawNumber, parse_float=RawNumber))
    except (ValueError, RecursionError):
        raise SubstitutionError(f"the result of a loop is no JSON: {text[:200]}") from None


def _index(node: Node) -> int:
    found = re.search(r"\((\d+)(?::[^()]*)?\)$", node.id)
    return int(found[1]) if found else 0
