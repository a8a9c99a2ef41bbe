"""What could be given for a parameter: names in scope, and fields of them, whose type is exactly the one wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import fields_of
from athena_lsp.ir.model import ParameterFace
from athena_lsp.ir.room import Named
from athena_lsp.ir.types import AnyType, Type, Unresolved
from athena_lsp.records import dataclass
from athena_lsp.rules._nearest import nearest
from athena_lsp.rules._paths import access_text, bare_class

MOST = 3
"""With more candidates than this, none of them is likely what was meant."""
SAME, SAME_FIELD, LIKE, OTHER, OTHER_FIELD = range(5)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Text that could stand for a parameter; the lower the rank, the likelier."""

    text: str
    rank: int

    @property
    def is_named_so(self) -> bool:
        """Whether it has the parameter's own name."""
        return self.rank <= SAME_FIELD


def candidates(
    facts: Facts, names: Iterable[Named], parameter: ParameterFace, used: frozenset[str]
) -> tuple[Candidate, ...]:
    """What could be given for a parameter, best first, the latest binding before earlier ones; none when many could.

    `used` are texts that the same call gives for other parameters: only a name that agrees is given twice.
    """
    if isinstance(parameter.type, AnyType | Unresolved):
        return ()
    found = sorted(_fitting(facts, reversed(tuple(names)), parameter), key=lambda each: each.rank)
    found = [each for each in found if each.is_named_so or each.text not in used]
    if any(each.is_named_so for each in found) or len(found) > MOST:
        found = [each for each in found if each.rank <= LIKE]
    return tuple(found) if len(found) <= MOST else ()


def best(found: tuple[Candidate, ...]) -> Candidate | None:
    """The one that is meant without much doubt."""
    if len(found) == 1 or (found and found[0].is_named_so and found[0].rank < found[1].rank):
        return found[0]
    return None


def _fitting(facts: Facts, names: Iterable[Named], parameter: ParameterFace) -> Iterator[Candidate]:
    for named in names:
        if named.type == parameter.type:
            rank = SAME if named.name == parameter.name else LIKE if nearest(parameter.name, [named.name]) else OTHER
            yield Candidate(named.name, rank)
        yield from _fields(facts, named.name, named.type, parameter)


def _fields(facts: Facts, name: str, type_: Type, parameter: ParameterFace) -> Iterator[Candidate]:
    class_ = bare_class(type_)
    if class_ is None:
        return
    for field in fields_of(facts, class_):
        if field.type == parameter.type:
            same = parameter.name in (field.name, f"{name}_{field.name}")
            yield Candidate(name + access_text(facts, class_, field.name), SAME_FIELD if same else OTHER_FIELD)
