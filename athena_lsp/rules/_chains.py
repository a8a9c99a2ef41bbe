"""How code that runs in a pod gets to a function: chains of calls through functions that no decorator marks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.argo.resources import asked_by
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.rules._nearest import listed
from athena_lsp.rules.base import Decorate

Chain = tuple[Declaration, ...]


def chain_to(facts: Facts, target: Declaration) -> Chain:
    """The shortest chain of calls from a container to a function, both included; empty when no container gets there."""

    def search() -> Chain:
        return _search(facts.of_kind(Kind.CONTAINER), facts.called_by, lambda found: found == target)

    return facts.ask(("chain-to", target), search, ())


def lost_fragment(facts: Facts, helper: Declaration) -> Chain:
    """The shortest chain from a plain function or a class, through such alone, to a fragment that asks something of the
    pod; empty when there is none."""
    if not facts.of_kind(Kind.FRAGMENT):
        return ()
    return facts.ask(("lost-fragment", helper), lambda: _lost(facts, helper), ())


def through(chain: Chain) -> str:
    """The functions between the ends of a chain, as messages say it: " through `login`"."""
    return f" through {listed((each.name for each in chain[1:-1]), 'and')}" if len(chain) > 2 else ""


def fragments_of(facts: Facts, chain: Chain) -> tuple[Decorate, ...]:
    """What makes every plain function of a chain carry its resource calls."""
    return tuple(Decorate(each, "fragment") for each in chain if facts.is_function(each))


def _lost(facts: Facts, helper: Declaration) -> Chain:
    def called(declaration: Declaration) -> tuple[Declaration, ...]:
        return facts.called_by(declaration) if facts.signature(declaration) is None else ()

    def is_asking(declaration: Declaration) -> bool:
        fragment = facts.definition(declaration)
        return fragment is not None and fragment.kind is Kind.FRAGMENT and bool(asked_by(facts, fragment))

    return _search((helper,), called, is_asking)


def _search(
    starts: tuple[Declaration, ...],
    called: Callable[[Declaration], tuple[Declaration, ...]],
    found: Callable[[Declaration], bool],
) -> Chain:
    """The first chain in breadth that ends in what is looked for."""
    before: dict[Declaration, Declaration | None] = dict.fromkeys(starts)
    waiting = list(before)
    for current in waiting:
        if found(current):
            return tuple(reversed(list(_back(before, current))))
        for each in called(current):
            if each not in before:
                before[each] = current
                waiting.append(each)
    return ()


def _back(before: dict[Declaration, Declaration | None], last: Declaration) -> Iterator[Declaration]:
    current: Declaration | None = last
    while current is not None:
        yield current
        current = before[current]
