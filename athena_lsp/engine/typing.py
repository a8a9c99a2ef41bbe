"""The types of the expression language, the signatures of its functions, and which types its operators take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from athena_lsp.argo.exprs.cursor import COMPARISONS
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type of Go's, as far as it matters: `any` for what is known at run time only."""

    name: str
    element: Type | None = None
    """Of an array's parts; None when they may be anything."""


ANY, NIL, BOOL, INT, FLOAT, TEXT = (Type(name) for name in ("any", "nil", "bool", "int", "float", "string"))
ARRAY, MAP, TIME, DURATION, FUNC = (Type(name) for name in ("array", "map", "time.Time", "time.Duration", "func"))
BY_NAME = {type_.name: type_ for type_ in (ANY, BOOL, INT, FLOAT, TEXT, ARRAY, MAP, TIME, DURATION)}

SIGNATURES = """
len(string|array|map) int; type(any) string; abs(number) same; ceil(number) float; floor(number) float
round(number) float; int(number|string) int; float(number|string) float; string(any) string; upper(string) string
lower(string) string; trim(string,string) string; trimPrefix(string,string) string; trimSuffix(string,string) string
split(string,string,int) array; splitAfter(string,string,int) array; replace(string,string,string,int) string
repeat(string,int) string; join(array,string) string; indexOf(string,string) int; lastIndexOf(string,string) int
hasPrefix(string,string) bool; hasSuffix(string,string) bool; max(number|array,*) first; min(number|array,*) first
mean(number|array,*) any; median(number|array,*) any; toJSON(any) string; fromJSON(string) any
toBase64(string) string; fromBase64(string) string; now() time.Time; duration(string) time.Duration
date(any,any,any) time.Time; timezone(string) any; first(array) any; last(array) any; get(array|map,any) any
take(array,int) array; keys(map) array; values(map) array; toPairs(map) array; fromPairs(array) map
reverse(array) array; concat(array,*) array; flatten(array) array; uniq(array) array; sort(array,string) array
bitand(int,int) int; bitor(int,int) int; bitxor(int,int) int; bitnand(int,int) int; bitnot(int) int
bitshl(int,int) int; bitshr(int,int) int; bitushr(int,int) int
"""


def signatures() -> Mapping[str, tuple[tuple[str, ...], str]]:
    if not SIGNATURE_TABLE:
        for entry in SIGNATURES.replace("\n", ";").split(";"):
            name, bracket, rest = entry.strip().partition("(")
            wanted, _, result = rest.partition(") ")
            if bracket:
                SIGNATURE_TABLE[name] = (tuple(word for word in wanted.split(",") if word), result)
    return SIGNATURE_TABLE


SIGNATURE_TABLE: dict[str, tuple[tuple[str, ...], str]] = {}
"""The table above, taken apart when it is first needed."""


Answer: TypeAlias = Callable[[Type, Type, Type], Type]
"""From the array's element, what the predicate gives, and the third argument, to what the call gives."""
PREDICATED: Mapping[str, tuple[bool, Answer]] = {
    **dict.fromkeys(("all", "any", "none", "one"), (True, lambda _e, _b, _m: BOOL)),
    **dict.fromkeys(("find", "findLast"), (True, lambda element, _b, _m: element)),
    **dict.fromkeys(("findIndex", "findLastIndex"), (True, lambda _e, _b, _m: INT)),
    "filter": (True, lambda element, _b, _m: _listed(element)),
    "map": (False, lambda _e, body, _m: _listed(body)),
    "count": (True, lambda _e, _b, _m: INT),
    "sum": (False, lambda _e, body, _m: body),
    "groupBy": (False, lambda _e, _b, _m: ANY),
    "sortBy": (False, lambda _e, _b, _m: ARRAY),
    "reduce": (False, lambda _e, body, _m: body),
}
"""Whether the predicate must give a bool, and the type of the call."""


def _listed(element: Type) -> Type:
    return Type("array", None if element in (ANY, NIL) else element)


NUMBERS = frozenset({"int", "float"})
ONE_KIND = (NUMBERS, frozenset({"string"}), frozenset({"time.Time"}), frozenset({"time.Duration"}))
FAMILIES: Mapping[str, tuple[frozenset[str], ...]] = {
    **dict.fromkeys(COMPARISONS, ONE_KIND),
    **dict.fromkeys(("&&", "||", "and", "or"), (frozenset({"bool"}),)),
    **dict.fromkeys(("contains", "startsWith", "endsWith"), (frozenset({"string"}),)),
    "+": (NUMBERS, frozenset({"string"}), frozenset({"time.Duration"}), frozenset({"time.Time", "time.Duration"})),
    "-": (NUMBERS, frozenset({"time.Duration"}), frozenset({"time.Time"})),
    "*": (NUMBERS, NUMBERS | {"time.Duration"}),
    "/": (NUMBERS,),
    "%": (frozenset({"int"}),),
    "..": (frozenset({"int"}),),
    **dict.fromkeys(("**", "^"), (NUMBERS,)),
}
"""Which types go together; `any` goes with all of them."""
TIMES: Mapping[str, Mapping[tuple[str, str], Type]] = {
    "-": {("time.Time", "time.Duration"): TIME},
}


def coalesced(left: Type, right: Type) -> Type:
    if left is NIL and right is NIL:
        return NIL
    if left is NIL:
        return right
    if right is NIL or left == right:
        return left
    return ANY


def may_hold(left: Type, right: Type) -> bool:
    if right.name == "array":
        return right.element is None or _comparable(left, right.element)
    if right.name == "map":
        return left.name in ("any", "string", "nil")
    return right.name == "any" or (left.name == "any" and right.name == "string")


def _comparable(left: Type, right: Type) -> bool:
    return (
        left.name == right.name
        or bool({left.name, right.name} & {"any", "nil"})
        or {
            left.name,
            right.name,
        }
        <= NUMBERS
    )
