"""Ways to break a manifest that Argo or a run would refuse, each applied wherever it can be.

`python -m tests.preflight.mutations` counts how many of the broken manifests are found.
"""

from __future__ import annotations

import re

from athena_lsp.argo.preflight import refusals
from athena_lsp.cli.manifests import read_yaml
from tests.preflight.mutating import (
    Mutation,
    calls_template,
    circles,
    fields,
    images,
    in_templates,
    is_container,
    is_group,
    name,
    of_tasks,
    of_templates,
    outputs,
    own_names,
    ready_tasks,
    removing,
    required_arguments,
    setting,
    tasks,
    templates,
)
from tests.preflight.mutations_by_place import OF_NAMES, OF_OBJECTS, OF_TASKS, OF_TEMPLATES, OF_TIMETABLES, OF_VALUES
from tests.preflight.typos import GOOD, REFERRED_TO, documents

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
    *OF_OBJECTS,
    *OF_TIMETABLES,
    *OF_TEMPLATES,
    *OF_VALUES,
    *OF_TASKS,
    *OF_NAMES,
)


def main() -> None:
    """Counts, for each way, the manifests that were broken by it, and how many of them were found."""
    made_at_all = found_at_all = 0
    for mutation in MUTATIONS:
        made = found = 0
        for path in GOOD:
            for number, document in enumerate(whole := documents(path)):
                others = [each for other, each in enumerate(whole) if other != number and each["kind"] in REFERRED_TO]
                for broken in mutation.applied(document):
                    refused = refusals([broken, *others], read_yaml=read_yaml)
                    made += 1
                    found += any(each.document == 0 and each.code in mutation.codes for each in refused)
        print(f"{mutation.name:40} {found:5} of {made:5}")
        made_at_all, found_at_all = made_at_all + made, found_at_all + found
    print(f"{'all':40} {found_at_all:5} of {made_at_all:5}")


if __name__ == "__main__":
    main()
