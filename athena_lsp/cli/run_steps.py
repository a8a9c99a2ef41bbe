"""Which steps of a run somebody means: by their path, by the last part of that, or by the function that they call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.engine.program import Program, as_list, as_map, as_text, is_step, named, parts_of, without_items
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass
from athena_runtime.contract import TEMPLATE_VARIABLE

ATTEMPT = re.compile(r"\(\d+\)\Z")
"""How the node of an attempt differs from that of its step."""
HOOKS = (".onExit", ".hooks.")
LOCAL = ("each", "run")
"""Tasks that stand for the one which calls their template: of an element, of an attempt."""


def checked(program: Program, functions: Mapping[str, str], option: str, names: Iterable[str]) -> dict[str, list[str]]:
    """For each name the steps that it means. `functions` are those behind templates. Raises MisuseError."""
    return {name: _steps(program, functions, option, name) for name in names}


def _steps(program: Program, functions: Mapping[str, str], option: str, name: str) -> list[str]:
    known = Tasks.of(program)
    if any(part in name for part in HOOKS):
        return [name]
    last = name.removeprefix("/").partition("(")[0].rpartition(".")[2]
    if last.replace("_", "-") in known.names:
        return [name]
    found = known.of_function(functions, name)
    if found:
        return found
    called = [function for function in functions.values() if known.of_function(functions, function)]
    also = meant(name, dict.fromkeys((*known.names, *called)))
    raise MisuseError(f"error: {option}: there is no step `{name}`{also}")


def functions_called(program: Program, functions: Mapping[str, str]) -> dict[str, str]:
    """The function behind each template of a run, also behind copies of templates."""
    runs = Tasks.of(program).runs
    return {**{copy: functions[name] for copy, name in runs.items() if name in functions}, **functions}


@dataclass(frozen=True)
class Tasks:
    """The tasks of a program, each with the name of the template that it stands in."""

    all: Sequence[tuple[str, Mapping[str, Tree]]]
    runs: Mapping[str, str]
    """What pods of each template are told to run: the template of a function."""

    @classmethod
    def of(cls, program: Program) -> Tasks:
        templates = [template for _, template in program.reachable()]
        tasks = [(as_text(template.get("name")), task) for template in templates for task in _tasks(template)]
        return cls(tasks, {as_text(template.get("name")): _selected(template) for template in templates})

    @property
    def names(self) -> dict[str, None]:
        return dict.fromkeys(as_text(task.get("name")) for _, task in self.all)

    def of_function(self, functions: Mapping[str, str], function: str) -> list[str]:
        """The steps that call a function."""
        found = (
            self._path(place, as_text(task.get("name")))
            for place, task in self.all
            if functions.get(self._called(task)) == function
        )
        return list(dict.fromkeys(found))

    def called(self, step: str) -> set[str]:
        """The templates of functions that steps of a name call; empty when some call another one."""
        name = (parts_of(without_items(step)) or [""])[-1].lstrip("/").replace("_", "-")
        found = {self._called(task) for _, task in self.all if as_text(task.get("name")) == name}
        return set() if "" in found else found

    def _called(self, task: Mapping[str, Tree]) -> str:
        name = as_text(as_map(task.get("templateRef")).get("template"))
        return name or self.runs.get(as_text(task.get("template")), "")

    def _path(self, place: str, name: str) -> str:
        """A task that stands for the one which calls its template is named with that one."""
        callers = (as_text(task.get("name")) for _, task in self.all if as_text(task.get("template")) == place)
        caller = next(callers, "") if name in LOCAL else ""
        return f"{caller}.{name}" if caller else name


def _tasks(template: Mapping[str, Tree]) -> list[dict[str, Tree]]:
    steps = [step for group in as_list(template.get("steps")) for step in as_list(group)]
    return [task for task in (*as_list(as_map(template.get("dag")).get("tasks")), *steps) if isinstance(task, dict)]


def _selected(template: Mapping[str, Tree]) -> str:
    """The template whose function the pod of a copy runs."""
    return as_text(named(as_map(template.get("container")).get("env")).get(TEMPLATE_VARIABLE, {}).get("value"))


def means(id: str, run: str, steps: Iterable[str]) -> bool:  # noqa: A002  # it is called so everywhere
    """Whether a node is one of some steps."""
    return any(is_step(id, run, step) for step in steps)
