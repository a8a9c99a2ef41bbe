"""More ways to break a manifest, by where they do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.preflight.mutating import (
    Json,
    Mutation,
    called_addresses,
    calls_template,
    has_templates,
    in_templates,
    is_container,
    is_group,
    loops,
    metrics,
    mounted,
    name,
    of_lists,
    of_objects,
    of_schedule,
    of_spec,
    of_tasks,
    of_templates,
    outputs,
    ready_tasks,
    removing,
    setting,
    spec_of,
    tasks,
    templates,
    waiting,
)


def any_of_one(document: Json) -> Iterator[Callable[[], object]]:
    for template in templates(document):
        by_name = {task["name"]: task for task in template.get("dag", {}).get("tasks", ())}
        for task in by_name.values():
            if task.get("depends") and "{{" not in task["depends"] and not loops(by_name[name(task)]):
                yield setting(task, "depends", f"{name(task)}.AnySucceeded")


LONG = "a" * 64
OF_OBJECTS = (
    Mutation("a long name", frozenset({"O1", "O2", "O3"}), lambda d: iter([setting(d["metadata"], "name", LONG)])),
    Mutation(
        "a long name to generate", frozenset({"X23"}), lambda d: iter([setting(d, "metadata", {"generateName": LONG})])
    ),
    Mutation("a name in capitals", frozenset({"X15"}), lambda d: iter([setting(d["metadata"], "name", "Shop")])),
    Mutation("no name at all", frozenset({"X15"}), lambda d: iter([setting(d, "metadata", {})])),
    Mutation(
        "a label with a blank", frozenset({"X15"}), lambda d: iter([setting(d["metadata"], "labels", {"a": "b c"})])
    ),
    Mutation("a field of an object", frozenset({"P3"}), lambda d: iter([setting(d["spec"], "entrypiont", "main")])),
    Mutation(
        "templates beside a reference",
        frozenset({"O4"}),
        of_spec("workflowTemplateRef", {"name": "a"}, "Workflow", when=has_templates),
    ),
    Mutation(
        "no such object",
        frozenset({"O5"}),
        of_spec("workflowTemplateRef", {"name": "a"}, when=lambda s: "workflowTemplateRef" in s),
    ),
    Mutation(
        "no entrypoint",
        frozenset({"O6"}),
        of_objects(
            lambda d: iter([removing(spec_of(d), "entrypoint")]),
            "Workflow",
            "CronWorkflow",
            when=lambda d: "templates" in spec_of(d),
        ),
    ),
    Mutation("another entrypoint", frozenset({"O7"}), of_spec("entrypoint", "no-such", when=has_templates)),
    Mutation("another handler", frozenset({"O7"}), of_spec("onExit", "no-such", when=has_templates)),
    Mutation("a strategy", frozenset({"O8"}), of_spec("podGC", {"strategy": "Never"})),
    Mutation(
        "a hook without a condition",
        frozenset({"D10"}),
        of_spec("hooks", {"running": {"template": "main"}}, when=has_templates),
    ),
    Mutation("nothing at once", frozenset({"X18"}), of_spec("parallelism", 0)),
    Mutation("claims", frozenset({"O10"}), of_spec("podResources", {"claims": [{"name": "a"}]})),
)
OF_TIMETABLES = (
    Mutation("no schedule", frozenset({"C1"}), of_schedule("schedules", [])),
    Mutation("a minute too late", frozenset({"C2"}), of_schedule("schedules", ["60 * * * *"])),
    Mutation("six fields", frozenset({"C2"}), of_schedule("schedules", ["0 0 2 * * *"])),
    Mutation("no such zone", frozenset({"C3"}), of_schedule("timezone", "Europe/Pariss")),
    Mutation("a small policy", frozenset({"C4"}), of_schedule("concurrencyPolicy", "forbid")),
    Mutation("a deadline before", frozenset({"C5"}), of_schedule("startingDeadlineSeconds", -1)),
    Mutation(
        "nobody to give a value",
        frozenset({"C6"}),
        of_objects(lambda d: iter([setting(spec_of(d), "arguments", {"parameters": [{"name": "a"}]})]), "CronWorkflow"),
    ),
    Mutation("a condition of a timetable", frozenset({"X8", "X1"}), of_schedule("when", "{{= }}")),
)
OF_TEMPLATES = (
    Mutation(
        "first without a name",
        frozenset({"T2", "P3"}),
        of_templates("initContainers", [{"image": "a"}], when=is_container),
    ),
    Mutation("waiting of a group", frozenset({"T4"}), of_templates("pendingTimeout", "5m", when=is_group)),
    Mutation(
        "a deadline that is none", frozenset({"T5"}), of_templates("activeDeadlineSeconds", "soon", when=is_container)
    ),
    Mutation("two mounts at one place", frozenset({"T8"}), mounted),
    Mutation(
        "an action",
        frozenset({"T12"}),
        lambda d: (setting(t["resource"], "action", "make") for t in templates(d) if "resource" in t),
    ),
    Mutation(
        "no manifest",
        frozenset({"T12"}),
        lambda d: (removing(t["resource"], "manifest") for t in templates(d) if "manifest" in t.get("resource", {})),
    ),
    Mutation(
        "a manifest that is none",
        frozenset({"T12"}),
        lambda d: (
            setting(t["resource"], "manifest", "a: [b") for t in templates(d) if "manifest" in t.get("resource", {})
        ),
    ),
    Mutation(
        "a container of a set",
        frozenset({"T9"}),
        lambda d: (
            setting(c, "dependencies", ["no-such"])
            for t in templates(d)
            for c in t.get("containerSet", {}).get("containers", ())
        ),
    ),
    Mutation("no help", frozenset({"T14", "P3"}), lambda d: (removing(m, "help") for m in metrics(d))),
    Mutation("a metric with hyphens", frozenset({"N6"}), lambda d: (setting(m, "name", "a-b") for m in metrics(d))),
    Mutation("a patch that is none", frozenset({"X17"}), of_templates("podSpecPatch", "a: [b", when=is_container)),
    Mutation(
        "a patch of nothing",
        frozenset({"X17", "P3"}),
        of_templates("podSpecPatch", "{contianers: []}", when=is_container),
    ),
    Mutation(
        "a pause in words",
        frozenset({"X13"}),
        lambda d: (setting(t["suspend"], "duration", "a day") for t in templates(d) if t.get("suspend")),
    ),
    Mutation(
        "a wait without a beginning",
        frozenset({"X14"}),
        of_templates("retryStrategy", {"limit": 1, "backoff": {"factor": 2}}),
    ),
    Mutation(
        "half an expression of retries",
        frozenset({"X1"}),
        of_templates("retryStrategy", {"limit": 1, "expression": "asInt(lastRetry.exitCode) >"}),
    ),
    Mutation(
        "a text with a number",
        frozenset({"X3"}),
        of_templates("retryStrategy", {"limit": 1, "expression": "lastRetry.exitCode > 1"}),
    ),
    Mutation(
        "a pull policy",
        frozenset({"K3"}),
        lambda d: (setting(t["container"], "imagePullPolicy", "Allways") for t in templates(d) if is_container(t)),
    ),
    Mutation(
        "a variable twice",
        frozenset({"K2"}),
        lambda d: (
            setting(t["container"], "env", [{"name": "A", "value": "1"}] * 2) for t in templates(d) if is_container(t)
        ),
    ),
    Mutation(
        "an effect",
        frozenset({"K3"}),
        of_templates("tolerations", [{"key": "a", "operator": "Exists", "effect": "NoScheduling"}], when=is_container),
    ),
)
OF_VALUES = (
    Mutation(
        "a file without a place", frozenset({"I1", "P3"}), of_lists("inputs", "artifacts", "path", None, leaf=True)
    ),
    Mutation("a place of a group", frozenset({"I1"}), of_lists("inputs", "artifacts", "path", "/a", leaf=False)),
    Mutation(
        "an input from somewhere",
        frozenset({"I1"}),
        of_lists("inputs", "artifacts", "from", "{{tasks.a.outputs.artifacts.b}}"),
    ),
    Mutation(
        "an argument without a value",
        frozenset({"I3"}),
        lambda d: (
            setting(t["arguments"]["parameters"], 0, {"name": t["arguments"]["parameters"][0]["name"]})
            for t in tasks(d)
            if t.get("arguments", {}).get("parameters")
        ),
    ),
    Mutation(
        "a file from nowhere",
        frozenset({"I4"}),
        lambda d: (
            setting(t["arguments"]["artifacts"], 0, {"name": t["arguments"]["artifacts"][0]["name"]})
            for t in tasks(d)
            if t.get("arguments", {}).get("artifacts")
        ),
    ),
    Mutation(
        "an output of another kind",
        frozenset({"I6"}),
        lambda d: (
            setting(o["valueFrom"], "parameter", removed)
            for o in outputs(d)
            if "path" in o["valueFrom"]
            for removed in [o["valueFrom"].pop("path")]
        ),
    ),
    Mutation(
        "an output file without a place",
        frozenset({"I7", "P3"}),
        of_lists("outputs", "artifacts", "path", None, leaf=True),
    ),
    Mutation(
        "an input twice",
        frozenset({"N2"}),
        lambda d: (
            setting(t["inputs"], "parameters", t["inputs"]["parameters"] * 2)
            for t in templates(d)
            if t.get("inputs", {}).get("parameters")
        ),
    ),
    Mutation("a global name", frozenset({"N4"}), of_lists("outputs", "parameters", "globalName", "a b")),
    Mutation("a name with a dot", frozenset({"N2"}), of_lists("inputs", "parameters", "name", "a.b")),
    Mutation("a number for a value", frozenset({"P7"}), of_lists("arguments", "parameters", "value", 3)),
    Mutation("a mode", frozenset({"X18"}), of_lists("outputs", "artifacts", "mode", 5000)),
    Mutation("no daemon", frozenset({"V6"}), called_addresses),
)
OF_TASKS = (
    Mutation("no call", frozenset({"D11"}), lambda d: (removing(t, "template") for t in tasks(d) if calls_template(t))),
    Mutation(
        "both ways to wait",
        frozenset({"D4"}),
        lambda d: (setting(t, "dependencies", [name(t)]) for t in ready_tasks(d)),
    ),
    Mutation(
        "going on beside a condition",
        frozenset({"D4"}),
        lambda d: (setting(t, "continueOn", {"failed": True}) for t in ready_tasks(d)),
    ),
    Mutation(
        "any of one",
        frozenset({"D6"}),
        any_of_one,
    ),
    Mutation(
        "no such target",
        frozenset({"D7"}),
        lambda d: (setting(t["dag"], "target", "no-such") for t in templates(d) if "dag" in t),
    ),
    Mutation("reading without waiting", frozenset({"D8"}), waiting),
    Mutation(
        "no task", frozenset({"D1"}), lambda d: (setting(t["dag"], "tasks", []) for t in templates(d) if "dag" in t)
    ),
    Mutation(
        "the item of no loop",
        frozenset({"V1", "V4"}),
        lambda d: (
            setting(t["arguments"]["parameters"][0], "value", "{{item}}")
            for t in tasks(d)
            if t.get("arguments", {}).get("parameters") and not {"withItems", "withParam", "withSequence"} & t.keys()
        ),
    ),
    Mutation("no list", frozenset({"X20"}), of_tasks("withParam", "a, b", when=lambda t: "withParam" in t)),
    Mutation(
        "nothing between",
        frozenset({"D9"}),
        of_tasks("withSequence", {"start": "1"}, when=lambda t: "withSequence" in t),
    ),
    Mutation("half a condition in `when`", frozenset({"X8"}), of_tasks("when", "a ==")),
    Mutation("a bare variable in `when`", frozenset({"X8"}), of_tasks("when", "tasks.a.status == Succeeded")),
    Mutation("a hook of a task", frozenset({"X24", "D10"}), of_tasks("hooks", {"running": {"template": "main"}})),
    Mutation(
        "a word of the language",
        frozenset({"X5"}),
        lambda d: (setting(t, "name", "contains") for tpl in templates(d) for t in tpl.get("dag", {}).get("tasks", ())),
    ),
    Mutation("a digit first", frozenset({"N5"}), lambda d: (setting(t, "name", "1st") for t in ready_tasks(d))),
)
OF_NAMES = (
    Mutation(
        "an argument that nothing takes",
        frozenset({"X9"}),
        lambda d: (
            setting(t["arguments"], "parameters", [*t["arguments"]["parameters"], {"name": "no-such", "value": "a"}])
            for t in tasks(d)
            if calls_template(t) and "{{" not in t["template"] and t.get("arguments", {}).get("parameters")
        ),
    ),
    Mutation(
        "an expression with double quotes",
        frozenset({"X6"}),
        in_templates(r"((?:tasks|steps))\['([\w-]+)'\]\.outputs\.result", r'\1["\2"].outputs.result'),
    ),
    Mutation(
        "braces without a blank", frozenset({"X4"}), in_templates(r"\{\{=([^}]*)\}\}", r"{{=toJson({'a': {'b': \1}})}}")
    ),
)
