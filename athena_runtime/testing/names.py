"""The steps that a workflow can come to, found without running it, and which of them somebody means."""

from __future__ import annotations

from difflib import get_close_matches
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from athena_runtime.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Steps", "meant"]


class Steps:
    """The templates that a workflow calls, directly or not, by their functions."""

    def __init__(self, workflow: Callable[..., Any]) -> None:
        self.workflow = _name(workflow)
        self.found: dict[Callable[..., Any], str] = {}
        for template in _reached(workflow):
            self.add(template)

    def add(self, template: Template[..., Any]) -> None:
        """A template that was called after all."""
        self.found.setdefault(template.__wrapped__, template.__name__)

    def of(self, step: object, *, may_come: bool = False) -> Callable[..., Any]:
        """The function that somebody means by a function or by its name. Raises ValueError.

        `may_come`: a function that is not known yet may still be called.
        """
        if not isinstance(step, str):
            function = getattr(step, "__wrapped__", step)
            if function in self.found or (may_come and callable(function)):
                return function
            raise ValueError(f"`{_name(step)}` is no step of `{self.workflow}`{self._meant(_name(step))}")
        fitting = [function for function in self.found if _is_called(function, self.found[function], step)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            places = " or ".join(f"`{_dotted(function)}`" for function in fitting)
            raise ValueError(f"`{step}` could be {places}: write that, or give the function itself")
        raise ValueError(f"`{self.workflow}` has no step `{step}`{self._meant(step)}")

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(self.found.values()))

    def _meant(self, name: str) -> str:
        return meant(name, self.names)


def meant(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name."""
    known = list(known)
    near = get_close_matches(name.rpartition(".")[2], known, n=3)
    if near:
        return f"; did you mean {' or '.join(f'`{other}`' for other in near)}?"
    return f"; it has {', '.join(f'`{other}`' for other in known)}" if known else "; it has none"


def _name(step: object) -> str:
    return str(getattr(step, "__name__", step))


def _dotted(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _is_called(function: Callable[..., Any], name: str, wanted: str) -> bool:
    return name == wanted or ("." in wanted and f".{_dotted(function)}".endswith(f".{wanted}"))


def _reached(workflow: Callable[..., Any]) -> Iterator[Template[..., Any]]:
    """The templates whose names stand in a function, and in those that these reach."""
    waiting, seen = [workflow], set[int]()
    while waiting:
        for template in _named(waiting.pop()):
            if id(template.__wrapped__) not in seen:
                seen.add(id(template.__wrapped__))
                waiting.append(template)
                yield template


def _named(function: Callable[..., Any]) -> Iterator[Template[..., Any]]:
    function = getattr(function, "__wrapped__", function)
    code = getattr(function, "__code__", None)
    if code is None:
        return
    words = dict.fromkeys(_words(code))
    for word in words:
        value = function.__globals__.get(word)
        if isinstance(value, Template):
            yield value
        elif isinstance(value, ModuleType):
            members = (vars(value).get(member) for member in words)
            yield from (member for member in members if isinstance(member, Template))


def _words(code: CodeType) -> Iterator[str]:
    """The names in a function, and in the functions inside of it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)
