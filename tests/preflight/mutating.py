"""How manifests are broken: places in them that can be changed, one by one."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Places = Callable[[Json], Iterator[Callable[[], object]]]


@dataclass(frozen=True, slots=True)
class Mutation:
    """`places` gives, for a document that it may change, the changes that can be made, one by one."""

    name: str
    codes: frozenset[str]
    """The rules of which at least one must speak."""
    places: Places

    def applied(self, document: Json) -> Iterator[Json]:
        """The document, broken in each place."""
        count = sum(1 for _ in self.places(copy.deepcopy(document)))
        for number in range(count):
            broken = copy.deepcopy(document)
            for place, change in enumerate(self.places(broken)):
                if place == number:
                    change()
                    break
            yield broken


def spec_of(document: Json) -> Json:
    spec: Json = document["spec"]
    return spec.get("workflowSpec", spec)  # type: ignore[no-any-return]


def templates(document: Json) -> Iterator[Json]:
    yield from spec_of(document).get("templates", ())


def tasks(document: Json) -> Iterator[Json]:
    for template in templates(document):
        yield from template.get("dag", {}).get("tasks", ())
        for group in template.get("steps", ()):
            yield from group


def setting(holder: Any, key: Any, value: object) -> Callable[[], object]:
    return lambda: holder.__setitem__(key, value)


def removing(holder: Any, key: Any) -> Callable[[], object]:
    return lambda: holder.pop(key)


def texts(value: Any) -> Iterator[tuple[Any, Any, str]]:
    """Every text with what holds it and its key."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(item, str):
            yield value, key, item
        else:
            yield from texts(item)


def in_templates(pattern: str, replacement: str) -> Places:
    """Changing the first match in each text of the templates."""

    def places(document: Json) -> Iterator[Callable[[], object]]:
        for template in templates(document):
            for holder, key, text in texts(template):
                if key != "sidecars" and re.search(pattern, text):
                    yield setting(holder, key, re.sub(pattern, replacement, text, count=1))

    return places


def of_tasks(key: str, value: object, *, when: Callable[[Json], bool] = lambda _: True) -> Places:
    return lambda document: (setting(task, key, value) for task in tasks(document) if when(task))


def of_templates(key: str, value: object, *, when: Callable[[Json], bool] = lambda _: True) -> Places:
    return lambda document: (setting(each, key, value) for each in templates(document) if when(each))


def calls_template(task: Json) -> bool:
    return "template" in task


def loops(task: Json) -> bool:
    return bool({"withItems", "withParam", "withSequence"} & task.keys())


def is_group(template: Json) -> bool:
    return "dag" in template or "steps" in template


def is_container(template: Json) -> bool:
    return "container" in template


def required_arguments(document: Json) -> Iterator[Callable[[], object]]:
    """Arguments of inputs without a default, where the template is at hand."""
    by_name = {template["name"]: template for template in templates(document)}
    for task in tasks(document):
        called = by_name.get(task.get("template"), {})
        needed = {
            each["name"]
            for each in called.get("inputs", {}).get("parameters", ())
            if not {"default", "value", "valueFrom"} & each.keys()
        }
        parameters = task.get("arguments", {}).get("parameters", [])
        for number, parameter in enumerate(parameters):
            if parameter["name"] in needed:
                yield removing(parameters, number)


def own_names(document: Json) -> Iterator[Callable[[], object]]:
    """Two tasks of one template with one name."""
    for template in templates(document):
        groups = [template.get("dag", {}).get("tasks", []), [s for g in template.get("steps", ()) for s in g]]
        for group in groups:
            if len(group) > 1:
                yield setting(group[1], "name", group[0]["name"])


def fields(document: Json) -> Iterator[Callable[[], object]]:
    """A field that there is not, in every template, container and task."""
    for template in templates(document):
        for holder in (template, template.get("container"), template.get("script"), template.get("retryStrategy")):
            if holder is not None:
                yield setting(holder, "unknwon", 1)
    for task in tasks(document):
        yield setting(task, "unknwon", 1)


def images(document: Json) -> Iterator[Callable[[], object]]:
    defaults = spec_of(document).get("templateDefaults", {})
    for template in templates(document):
        for kind in ("container", "script"):
            if "image" in template.get(kind, {}) and kind not in defaults:
                yield removing(template[kind], "image")


def ready_tasks(document: Json) -> Iterator[Json]:
    for task in tasks(document):
        if task.get("depends") and "{{" not in task["depends"]:
            yield task


def circles(document: Json) -> Iterator[Callable[[], object]]:
    """What a task waits for waits for that task."""
    for template in templates(document):
        by_name = {task["name"]: task for task in template.get("dag", {}).get("tasks", ())}
        for task in by_name.values():
            if task.get("depends"):
                yield setting(by_name[name(task)], "depends", task["name"])


def outputs(document: Json) -> Iterator[Json]:
    for template in templates(document):
        for parameter in template.get("outputs", {}).get("parameters", ()):
            if "valueFrom" in parameter:
                yield parameter


def name(task: Json) -> str:
    """Some task that this one waits for."""
    found = re.search(r"[\w-]+", task["depends"])
    assert found
    return found[0]


def of_objects(
    change: Callable[[Json], Iterator[Callable[[], object]]], *kinds: str, when: Callable[[Json], bool] = lambda _: True
) -> Places:
    """Changes of a whole object of these kinds; of any, when none is named."""
    return lambda document: iter(
        change(document) if (not kinds or document["kind"] in kinds) and when(document) else ()
    )


def of_spec(key: str, value: object, *kinds: str, when: Callable[[Json], bool] = lambda _: True) -> Places:
    return of_objects(lambda d: iter([setting(spec_of(d), key, value)]), *kinds, when=lambda d: when(spec_of(d)))


def of_schedule(key: str, value: object) -> Places:
    return of_objects(lambda d: iter([setting(d["spec"], key, value)]), "CronWorkflow")


def has_templates(spec: Json) -> bool:
    return "templates" in spec


def of_lists(side: str, kind: str, key: str, value: object, *, leaf: bool | None = None) -> Places:
    """A field of every input or output, or of every argument of a task."""

    def places(document: Json) -> Iterator[Callable[[], object]]:
        holders = tasks(document) if side == "arguments" else templates(document)
        for holder in holders:
            if leaf is None or leaf is not is_group(holder):
                for item in holder.get(side, {}).get(kind, ()):
                    yield setting(item, key, value)

    return places


def metrics(document: Json) -> Iterator[Json]:
    for holder in (spec_of(document), *templates(document)):
        yield from holder.get("metrics", {}).get("prometheus", ())


def mounted(document: Json) -> Iterator[Callable[[], object]]:
    for template in templates(document):
        mounts = template.get("container", {}).get("volumeMounts", [])
        if len(mounts) > 1:
            yield setting(mounts[1], "mountPath", mounts[0]["mountPath"])


def is_alone(task: Json) -> bool:
    return "{{" not in str(task.get("arguments", {}))


def waiting(document: Json) -> Iterator[Callable[[], object]]:
    """Tasks of dags that read what a task of theirs has made, which they no longer wait for."""
    for template in templates(document):
        for task in template.get("dag", {}).get("tasks", ()):
            parameters = task.get("arguments", {}).get("parameters", ())
            if task.get("depends") and any(str(each.get("value")).startswith("{{tasks.") for each in parameters):
                yield removing(task, "depends")


def called_addresses(document: Json) -> Iterator[Callable[[], object]]:
    """Daemons that are none any more, where somebody reads their address."""
    for template in templates(document):
        if template.get("daemon") and ".ip}}" in str(spec_of(document)):
            yield removing(template, "daemon")
