"""The functions of the expression language that ask something of each element: `map`, `filter`, `any` and their kin."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cmp_to_key

from athena_lsp.engine.operators import apply, compared, truth
from athena_lsp.engine.values import Value, ValueProblem, go_text, kind

Ask = Callable[[Value, Mapping[str, Value]], Value]


def elements(source: Value) -> list[Value]:
    """What a predicate is asked of. Raises ValueProblem for what has no elements."""
    if isinstance(source, list | bytes):
        return list(source)
    if isinstance(source, str):
        return list(source.encode(errors="surrogatepass"))
    if isinstance(source, dict) and not source:
        return []
    raise ValueProblem(f"{kind(source)} has no elements")


def _asked(source: Value, ask: Ask) -> Iterator[tuple[int, Value, bool]]:
    for index, element in enumerate(elements(source)):
        yield index, element, truth(ask(element, {"index": index}))


def _map(source: Value, ask: Ask) -> Value:
    return [ask(element, {"index": index}) for index, element in enumerate(elements(source))]


def _count(source: Value, ask: Ask | None = None) -> Value:
    if ask is None:
        return sum(truth(element) for element in elements(source))
    return sum(answer for _, _, answer in _asked(source, ask))


def _sum(source: Value, ask: Ask | None = None) -> Value:
    total: Value = 0
    for index, element in enumerate(elements(source)):
        total = apply("+", total, ask(element, {"index": index}) if ask is not None else element)
    return total


def _find(source: Value, ask: Ask) -> Value:
    return next((element for _, element, answer in _asked(source, ask) if answer), None)


def _find_index(source: Value, ask: Ask) -> Value:
    return next((index for index, _, answer in _asked(source, ask) if answer), None)


def _backwards(source: Value, ask: Ask) -> Iterator[tuple[int, Value]]:
    found = elements(source)
    for index in reversed(range(len(found))):
        if truth(ask(found[index], {"index": index})):
            yield index, found[index]


def _group(source: Value, ask: Ask) -> Value:
    groups: dict[Value, list[Value]] = {}
    for index, element in enumerate(elements(source)):
        key = ask(element, {"index": index})
        if isinstance(key, list | dict):
            raise ValueProblem(f"{kind(key)} cannot be a key of a map")
        groups.setdefault(key, []).append(element)
    return groups


def _sort_by(source: Value, ask: Ask, order: Value = "asc") -> Value:
    keyed = [(ask(element, {"index": index}), element) for index, element in enumerate(elements(source))]
    sign = direction(order)
    order_of = cmp_to_key(lambda left, right: sign * compared(left, right))
    return [element for _, element in sorted(keyed, key=lambda pair: order_of(pair[0]))]


def direction(order: Value) -> int:
    """1 for `asc`, -1 for `desc`."""
    if order not in ("asc", "desc"):
        raise ValueProblem(f"invalid order {go_text(order)}, expected asc or desc")
    return 1 if order == "asc" else -1


def _reduce(source: Value, ask: Ask, *initial: Value) -> Value:
    found = elements(source)
    if not found and not initial:
        raise ValueProblem("reduce of empty array with no initial value")
    start = 0 if initial else 1
    total = initial[0] if initial else found[0]
    for index in range(start, len(found)):
        total = ask(found[index], {"index": index, "acc": total})
    return total


PREDICATED: dict[str, Callable[..., Value]] = {
    "all": lambda source, ask: all(answer for _, _, answer in _asked(source, ask)),
    "any": lambda source, ask: any(answer for _, _, answer in _asked(source, ask)),
    "none": lambda source, ask: not any(answer for _, _, answer in _asked(source, ask)),
    "one": lambda source, ask: sum(answer for _, _, answer in _asked(source, ask)) == 1,
    "filter": lambda source, ask: [element for _, element, answer in _asked(source, ask) if answer],
    "map": _map,
    "count": _count,
    "sum": _sum,
    "find": _find,
    "findIndex": _find_index,
    "findLast": lambda source, ask: next((element for _, element in _backwards(source, ask)), None),
    "findLastIndex": lambda source, ask: next((index for index, _ in _backwards(source, ask)), None),
    "groupBy": _group,
    "sortBy": _sort_by,
    "reduce": _reduce,
}
