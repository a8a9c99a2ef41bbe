"""The manifests of a run: which templates there are, and what is run first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from athena_lsp.engine.outputs import Outputs
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass, field

TEMPLATE_OBJECTS = ("WorkflowTemplate", "ClusterWorkflowTemplate")
CURRENT = (4, 1, 2)


class ProgramError(Exception):
    """What these manifests cannot do on this machine; the message is for the user."""


def as_map(tree: Tree | Mapping[str, Tree]) -> dict[str, Tree]:
    """The tree as an object; empty when it is none."""
    return tree if isinstance(tree, dict) else {}


def as_list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []


def as_text(tree: Tree) -> str:
    """A text; numbers and flags as Argo's AnyString has them."""
    match tree:
        case None:
            return ""
        case bool():
            return "true" if tree else "false"
        case str():
            return tree
        case _:
            return str(tree)


def named(trees: Tree) -> dict[str, dict[str, Tree]]:
    """The objects of a list by their `name`."""
    return {as_text(each.get("name")): each for each in as_list(trees) if isinstance(each, dict)}


def step_path(id: str, run: str) -> str:  # noqa: A002
    """A node's path below the run, without the numbers of groups of steps."""
    return re.sub(r"\[\d+\]", "", id.removeprefix(run)).lstrip(".")


def is_step(id: str, run: str, name: str) -> bool:  # noqa: A002
    """Whether a node is the step that somebody names: by its path below the run, or by the last part of that.

    `_` is `-`, and the number of an item may be left out. A name that begins with `/` is the path, exactly.
    """
    path = step_path(id, run)
    if name.startswith("/"):
        return path == name[1:]
    wanted = name.replace("_", "-")
    return any(here == wanted or here.endswith(f".{wanted}") for here in (path, without_items(path)))


def parts_of(path: str) -> list[str]:
    """The parts of a path of steps; dots in the text of an item divide nothing."""
    return re.findall(r"(?:\([^()]*\)|[^.(])+", path)


def without_items(path: str) -> str:
    """A path of steps without the numbers of the items in it."""
    return re.sub(r"\(\d+:[^()]*\)", "", path)


@dataclass(frozen=True)
class Program:
    """All objects that a run may read, and the one that is run."""

    objects: Mapping[str, Mapping[str, Tree]]
    """By `Kind/name`."""
    root: str
    """The key of the object whose templates the entrypoint stands among."""
    spec: Mapping[str, Tree]
    """The spec of the run, that of a referenced template merged in."""
    name: str
    metadata: Mapping[str, Tree]
    version: tuple[int, int, int] = CURRENT
    entrypoint: str = ""
    defaults: Mapping[str, Tree] = field(default_factory=dict)
    """`templateDefaults`."""
    fixed: Mapping[str, Outputs] = field(default_factory=dict)
    """Nodes that do not run and give this, by the end of their id."""

    @cached_property
    def has_live_hooks(self) -> bool:
        """Whether some hook may want to know that a node has begun."""
        calls = [call for _, template in self.reachable() for call in calls_of(template)]
        hooks = [as_map(each.get("hooks")) for each in (*calls, self.spec)]
        return any(name != "exit" for each in hooks for name in each)

    def fixed_at(self, id: str) -> Outputs | None:  # noqa: A002  # it is called so everywhere
        """What a node gives instead of running."""
        return next((outputs for name, outputs in self.fixed.items() if is_step(id, self.name, name)), None)

    @property
    def knows_absent(self) -> bool:
        """Whether outputs of what was passed over are absent instead of empty (Argo 3.7.16, 4.0.7)."""
        return self.version >= (4, 0, 7) or (3, 7, 16) <= self.version < (4, 0, 0)

    def template(self, document: str, holder: Mapping[str, Tree]) -> tuple[str, Mapping[str, Tree]]:
        """The template that a task, a step or a hook calls, and the object it stands in. Raises ProgramError."""
        inline, reference = holder.get("inline"), as_map(holder.get("templateRef"))
        if isinstance(inline, dict):
            return document, inline
        if reference:
            kind = TEMPLATE_OBJECTS[bool(reference.get("clusterScope"))]
            document, name = f"{kind}/{as_text(reference.get('name'))}", as_text(reference.get("template"))
            if document not in self.objects:
                raise ProgramError(f"template reference {document.partition('/')[2]}.{name} not found")
        else:
            name = as_text(holder.get("template"))
        found = self._templates(document).get(name)
        if found is None:
            raise ProgramError(f"template {name} undefined")
        return document, found

    def _templates(self, document: str) -> Mapping[str, dict[str, Tree]]:
        spec = self.spec if document == self.root else as_map(self.objects[document].get("spec"))
        return named(spec.get("templates"))

    def config_map(self, name: str, key: str) -> str | None:
        """A value of a ConfigMap among the objects."""
        data = as_map(as_map(self.objects.get(f"ConfigMap/{name}")).get("data"))
        return as_text(data[key]) if key in data else None

    def reachable(self, *, given_too: bool = True) -> Iterator[tuple[str, Mapping[str, Tree]]]:
        """Every template that a run may come to, with the object it stands in. Raises ProgramError.

        What steps call whose result is given need not be there; without `given_too` it is left out when it is.
        """
        given = {without_items(name).rpartition(".")[2].lstrip("/").replace("_", "-") for name in self.fixed}
        starts: list[Mapping[str, Tree]] = [{"template": self.entrypoint}]
        if self.spec.get("onExit"):
            starts.append({"template": self.spec["onExit"]})
        starts += [hook for hook in as_map(self.spec.get("hooks")).values() if isinstance(hook, dict)]
        waiting = [(self.root, start, False) for start in starts]
        seen: set[int] = set()
        for document, holder, within_given in waiting:
            if "{{" in str((holder.get("template"), holder.get("templateRef"))):
                raise ProgramError(
                    "a template's name that is filled in only in the run is not known to the local engine"
                )
            is_given = within_given or as_text(holder.get("name")) in given
            if is_given and not given_too:
                continue
            try:
                place, template = self.template(document, holder)
            except ProgramError:
                if is_given:
                    continue
                raise
            if id(template) not in seen:
                seen.add(id(template))
                yield place, template
                waiting += ((place, called, is_given) for called in calls_of(template))


def calls_of(template: Mapping[str, Tree]) -> Iterator[Mapping[str, Tree]]:
    """The tasks, steps and hooks of a template, each of which names another one."""
    tasks = as_list(as_map(template.get("dag")).get("tasks"))
    steps = [step for group in as_list(template.get("steps")) for step in as_list(group)]
    for task in (*tasks, *steps):
        if isinstance(task, dict):
            yield task
            if task.get("onExit"):
                yield {"template": task["onExit"]}
            yield from (hook for hook in as_map(task.get("hooks")).values() if isinstance(hook, dict))


def program_of(
    objects: Iterable[Tree], *, root: str = "", name: str = "", version: tuple[int, int, int] = CURRENT
) -> Program:
    """The program that some manifests are. `root` names the object to run; without it, the only one that can be.

    Raises ProgramError when that is none or several.
    """
    found: dict[str, Mapping[str, Tree]] = {}
    for each in objects:
        if isinstance(each, dict):
            metadata = as_map(each.get("metadata"))
            title = as_text(metadata.get("name")) or as_text(metadata.get("generateName")).rstrip("-")
            found[f"{as_text(each.get('kind'))}/{title}"] = each
    key = _root(found, root)
    chosen = found[key]
    spec = as_map(chosen.get("spec"))
    if as_text(chosen.get("kind")) == "CronWorkflow":
        spec = as_map(spec.get("workflowSpec"))
    reference = as_map(spec.get("workflowTemplateRef"))
    if reference:
        key = f"{TEMPLATE_OBJECTS[bool(reference.get('clusterScope'))]}/{as_text(reference.get('name'))}"
        if key not in found:
            raise ProgramError(f"workflow template `{as_text(reference.get('name'))}` is not among the manifests")
        spec = merged_spec(as_map(found[key].get("spec")), spec)
    metadata = as_map(chosen.get("metadata"))
    title = name or as_text(metadata.get("name")) or as_text(metadata.get("generateName")).rstrip("-") or "run"
    entrypoint = as_text(spec.get("entrypoint"))
    if not entrypoint:
        raise ProgramError("spec.entrypoint is required")
    defaults = as_map(spec.get("templateDefaults"))
    return Program(found, key, spec, title, metadata, version, entrypoint, defaults)


def merged_spec(base: Mapping[str, Tree], over: Mapping[str, Tree]) -> dict[str, Tree]:
    """The spec of a WorkflowTemplate with what the workflow says itself; arguments by name."""
    spec = {**base, **{key: value for key, value in over.items() if key != "workflowTemplateRef"}}
    arguments: dict[str, Tree] = {}
    for kind in ("parameters", "artifacts"):
        own, other = named(as_map(over.get("arguments")).get(kind)), named(as_map(base.get("arguments")).get(kind))
        both = {name: {**other.get(name, {}), **own.get(name, {})} for name in {**other, **own}}
        if both:
            arguments[kind] = list(both.values())
    return {**spec, "arguments": arguments}


def _root(found: Mapping[str, Mapping[str, Tree]], wanted: str) -> str:
    kinds = ("Workflow", "CronWorkflow", *TEMPLATE_OBJECTS)
    if wanted:
        keys = [f"{kind}/{wanted}" for kind in kinds if f"{kind}/{wanted}" in found]
        if not keys:
            raise ProgramError(f"no object is called `{wanted}`")
        return keys[0]
    for kind in kinds:
        keys = [key for key in found if key.startswith(f"{kind}/")]
        if kind in TEMPLATE_OBJECTS:
            keys = [key for key in keys if key not in _referred(found)] or keys
        if len(keys) == 1:
            return keys[0]
        if keys:
            raise ProgramError(f"more than one object can be run: {', '.join(sorted(keys))}")
    raise ProgramError("there is no Workflow or WorkflowTemplate to run")


def _referred(found: Mapping[str, Mapping[str, Tree]]) -> set[str]:
    referred: set[str] = set()
    for each in found.values():
        for template in as_list(as_map(each.get("spec")).get("templates")):
            for call in calls_of(as_map(template)):
                reference = as_map(call.get("templateRef"))
                if reference:
                    kind = TEMPLATE_OBJECTS[bool(reference.get("clusterScope"))]
                    referred.add(f"{kind}/{as_text(reference.get('name'))}")
    return referred
