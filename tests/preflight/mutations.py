"""Ways to break a manifest that Argo or a run would refuse, each applied wherever it can be."""

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


EXPRESSION = r"(\{\{=[^}]*)"
MUTATIONS = (
    Mutation("an unknown field", frozenset({"P3", "P4"}), fields),
    Mutation("a step that is a list", frozenset({"P3", "P4"}), of_tasks("arguments", [])),
    Mutation("another template", frozenset({"D11"}), of_tasks("template", "no-such", when=calls_template)),
    Mutation(
        "two ways to call",
        frozenset({"D11"}),
        of_tasks("templateRef", {"name": "tools", "template": "say"}, when=calls_template),
    ),
    Mutation(
        "another object",
        frozenset({"D11"}),
        lambda document: (setting(t["templateRef"], "name", "no-such") for t in tasks(document) if "templateRef" in t),
    ),
    Mutation("no argument", frozenset({"I2"}), required_arguments),
    Mutation("the same name twice", frozenset({"N1", "N3"}), own_names),
    Mutation("a bad name", frozenset({"N1", "N3"}), of_tasks("name", "a_b")),
    Mutation("no name", frozenset({"N1", "N3"}), of_tasks("name", "")),
    Mutation("a second kind", frozenset({"T1"}), of_templates("suspend", {}, when=lambda t: "suspend" not in t)),
    Mutation("a time limit of a group", frozenset({"T3"}), of_templates("timeout", "5m", when=is_group)),
    Mutation("a number as a time limit", frozenset({"T3"}), of_templates("timeout", "300", when=is_container)),
    Mutation("days", frozenset({"X13"}), of_templates("timeout", "1d", when=is_container)),
    Mutation("a deadline of a group", frozenset({"T5"}), of_templates("activeDeadlineSeconds", 5, when=is_group)),
    Mutation("several at once of one", frozenset({"T6"}), of_templates("parallelism", 2, when=is_container)),
    Mutation("no image", frozenset({"T7"}), images),
    Mutation(
        "a reserved name",
        frozenset({"T10"}),
        of_templates("sidecars", [{"name": "wait", "image": "a"}], when=is_container),
    ),
    Mutation("a policy", frozenset({"T11"}), of_templates("retryStrategy", {"limit": 1, "retryPolicy": "Never"})),
    Mutation("no limit", frozenset({"X25"}), of_templates("retryStrategy", {"backoff": {"duration": "1s"}})),
    Mutation("no such task", frozenset({"D3"}), lambda d: (setting(t, "depends", "no-such") for t in ready_tasks(d))),
    Mutation(
        "no such result",
        frozenset({"D5"}),
        lambda d: (
            setting(t, "depends", re.sub(r"[\w-]+(\.\w+)?", r"\g<0>", t["depends"]) + " && " + name(t) + ".Done")
            for t in ready_tasks(d)
        ),
    ),
    Mutation(
        "half a condition",
        frozenset({"X1"}),
        lambda d: (setting(t, "depends", t["depends"] + " &&") for t in ready_tasks(d)),
    ),
    Mutation("a circle", frozenset({"D2"}), circles),
    Mutation(
        "two loops",
        frozenset({"D9"}),
        lambda d: (change for t in tasks(d) if "withParam" in t for change in [setting(t, "withItems", [1])]),
    ),
    Mutation("an output from nowhere", frozenset({"I5"}), lambda d: (removing(o, "valueFrom") for o in outputs(d))),
    Mutation("an output from two places", frozenset({"I5"}), lambda d: (setting(o, "value", "x") for o in outputs(d))),
    Mutation(
        "no such input",
        frozenset({"V1"}),
        in_templates(r"\{\{inputs\.parameters\.[\w-]+", "{{inputs.parameters.no-such"),
    ),
    Mutation(
        "no such output",
        frozenset({"V1"}),
        in_templates(r"(\{\{(?:tasks|steps)\.[\w-]+\.outputs\.parameters)\.[\w-]+", r"\1.no-such"),
    ),
    Mutation(
        "no such step", frozenset({"V1"}), in_templates(r"\{\{(tasks|steps)\.[\w-]+\.outputs", r"{{\1.no-such.outputs")
    ),
    Mutation("the other kind", frozenset({"V1"}), in_templates(r"\{\{tasks\.([\w-]+)\.outputs", r"{{steps.\1.outputs")),
    Mutation("no such variable", frozenset({"V1"}), in_templates(r"\{\{workflow\.name", "{{workflow.nmae")),
    Mutation(
        "an open tag", frozenset({"V1", "V3"}), in_templates(r"(\{\{(?=inputs|tasks|steps|workflow)[^}]*)\}\}", r"\1")
    ),
    Mutation("half an expression", frozenset({"X1", "X4"}), in_templates(EXPRESSION, r"\1 +")),
    Mutation("an unknown function", frozenset({"X1", "X4"}), in_templates(r"\{\{=([^}]*)\}\}", r"{{=nope(\1)}}")),
    Mutation(
        "an unknown variable", frozenset({"X1", "X4"}), in_templates(r"\{\{=(?!\s*let)([^}]*)\}\}", r"{{=nope + (\1)}}")
    ),
    Mutation(
        "no such task in an expression",
        frozenset({"X2"}),
        in_templates(r"(\{\{=[^}]*tasks)(?:\.(?!name)[\w-]+|\['[\w-]+'\])\.outputs", r"\1['no-such'].outputs"),
    ),
    Mutation(
        "no such input in an expression",
        frozenset({"X2"}),
        in_templates(r"(\{\{=[^}]*inputs\.parameters)(?:\.[\w]+|\['[\w]+'\])(?!\?)", r"\1.no_such"),
    ),
    Mutation(
        "a field of a text",
        frozenset({"X3"}),
        in_templates(r"(\{\{=[^}]*inputs\.parameters(?:\.\w+|\['\w+'\]))", r"\1.field"),
    ),
    Mutation(
        "a bad key",
        frozenset({"X11"}),
        lambda d: (setting(t["memoize"], "key", "a b") for t in templates(d) if "memoize" in t),
    ),
    Mutation(
        "a bad quantity",
        frozenset({"P6"}),
        lambda d: (
            setting(t["container"], "resources", {"limits": {"cpu": "much"}}) for t in templates(d) if "container" in t
        ),
    ),
    Mutation(
        "a number for a text",
        frozenset({"P3"}),
        lambda d: (
            setting(t["container"], "env", [{"name": "A", "value": 1}]) for t in templates(d) if "container" in t
        ),
    ),
    Mutation(
        "an unknown volume",
        frozenset({"X10"}),
        lambda d: (
            setting(t["container"], "volumeMounts", [{"name": "no-such", "mountPath": "/x"}])
            for t in templates(d)
            if "container" in t and d["kind"] == "Workflow" and "podSpecPatch" not in t
        ),
    ),
)


def name(task: Json) -> str:
    """Some task that this one waits for."""
    found = re.search(r"[\w-]+", task["depends"])
    assert found
    return found[0]
