"""What Argo does with an emitted manifest, as far as plain programs need it: no controller, no cluster, the same pods.

For each step: its layers are unpacked from the keys that the manifest names (the init container), its artifacts and its
volumes are put in place, its command runs in a root, and its outputs are read (the wait container).
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from athena_lsp.engine.evaluator import evaluate
from athena_lsp.engine.functions import argo_functions
from athena_runtime.bundle.archive import unpack
from tests.bundle.roots import Root

TAG = re.compile(r"\{\{=?(.*?)\}\}", re.DOTALL)
NEEDED = re.compile(r"[\w-]+(?=\.Succeeded)")
Object = dict[str, Any]


class Fetch(Protocol):
    """Gives the archive that lies at a key of the bucket."""

    def __call__(self, key: str) -> Path: ...


@dataclass
class Outputs:
    """What a template gave."""

    parameters: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)


class StepError(AssertionError):
    """A step that did not end with 0."""


@dataclass
class Cluster:
    """Runs templates in a root. `hosts` are the nodes' folders, `secrets` the values by name and key."""

    documents: list[Object]
    root: Root
    folder: Path
    layers: Path
    """Where layers are unpacked, once: they are the same in every pod."""
    fetch: Fetch
    hosts: Mapping[str, Path] = field(default_factory=dict)
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    steps: list[tuple[str, str, str]] = field(default_factory=list)
    """Template, standard output and standard error of each step, in order."""

    @classmethod
    def of(cls, manifest: str, root: Root, folder: Path, layers: Path, fetch: Fetch, **more: Any) -> Cluster:
        return cls([each for each in yaml.safe_load_all(manifest) if each], root, folder, layers, fetch, **more)

    def run(self, name: str, parameters: Mapping[str, str] | None = None) -> Outputs:
        """Runs the WorkflowTemplate of that name, with its defaults."""
        spec = self._object(name)["spec"]
        given = {
            each["name"]: each["value"] for each in spec.get("arguments", {}).get("parameters", []) if "value" in each
        }
        return self.template(name, spec["entrypoint"], {**given, **(parameters or {})}, {})

    def template(self, owner: str, name: str, parameters: Mapping[str, str], artifacts: Mapping[str, Path]) -> Outputs:
        template = next(each for each in self._object(owner)["spec"]["templates"] if each["name"] == name)
        if "container" in template:
            return self._pod(template, parameters, artifacts)
        return self._dag(template, parameters, artifacts)

    def _object(self, name: str) -> Object:
        kind = "WorkflowTemplate"
        return next(each for each in self.documents if each["kind"] == kind and each["metadata"]["name"] == name)

    def _dag(self, template: Object, parameters: Mapping[str, str], artifacts: Mapping[str, Path]) -> Outputs:
        done: dict[str, Outputs] = {}
        tasks = list(template["dag"]["tasks"])
        while tasks:
            ready = next(task for task in tasks if set(NEEDED.findall(task.get("depends", ""))) <= set(done))
            tasks.remove(ready)
            given = ready.get("arguments", {})
            values = {p["name"]: _filled(p["value"], parameters, done) for p in given.get("parameters", [])}
            files = {a["name"]: _artifact(a["from"], artifacts, done) for a in given.get("artifacts", [])}
            where = ready["templateRef"]
            done[ready["name"]] = self.template(where["name"], where["template"], values, files)
        found = {
            p["name"]: _filled(p["valueFrom"]["parameter"], parameters, done)
            for p in template.get("outputs", {}).get("parameters", [])
        }
        return Outputs(found)

    # --- one pod ---

    def _pod(self, template: Object, parameters: Mapping[str, str], artifacts: Mapping[str, Path]) -> Outputs:
        number = len(self.steps)
        scratch = self.folder / f"pod-{number}"
        scratch.mkdir(parents=True)
        mounts = self._inputs(template, artifacts)
        container = template["container"]
        # Defaults of inputs, which Argo fills in.
        given = {p["name"]: p["default"] for p in template["inputs"].get("parameters", []) if "default" in p}
        values = {**given, **parameters}
        for each in container["volumeMounts"]:
            if each["name"] != "athena":
                volume = next(v for v in template["volumes"] if v["name"] == each["name"])
                mounts[each["mountPath"]] = self.hosts[volume["hostPath"]["path"]]
        environment = {each["name"]: self._variable(each, values) for each in container["env"]}
        command = [*container["command"], *(_filled(text, values, {}) for text in container["args"])]
        done = self.root.run(command, layers=self.layers, scratch=scratch, environment=environment, mounts=mounts)
        self.steps.append((template["name"], done.stdout, done.stderr))
        if done.returncode:
            raise StepError(f"{template['name']} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return self._outputs(template, scratch)

    def _inputs(self, template: Object, artifacts: Mapping[str, Path]) -> dict[str, Path]:
        """The init container: layers are unpacked, other artifacts are mounted."""
        mounts: dict[str, Path] = {}
        for each in template["inputs"].get("artifacts", []):
            if each["name"] in artifacts:
                mounts[each["path"]] = artifacts[each["name"]]
                continue
            target = self.layers / each["path"].removeprefix("/athena/")
            if not target.exists():
                with self.fetch(each["s3"]["key"]).open("rb") as archive:
                    unpack(archive, target)
        return mounts

    def _variable(self, each: Object, values: Mapping[str, str]) -> str:
        if "value" in each:
            return _filled(each["value"], values, {})
        reference = each["valueFrom"]["secretKeyRef"]
        return self.secrets[reference["name"], reference["key"]]

    def _outputs(self, template: Object, scratch: Path) -> Outputs:
        """The wait container."""
        found = Outputs()
        outputs = template.get("outputs", {})
        for each in outputs.get("parameters", []):
            source = each["valueFrom"]
            path = scratch / source["path"].removeprefix("/athena/")
            found.parameters[each["name"]] = path.read_text(encoding="utf-8") if path.exists() else source["default"]
        for each in outputs.get("artifacts", []):
            stored = self.folder / f"artifact-{len(self.steps)}-{each['name']}"
            shutil.copyfile(scratch / each["path"].removeprefix("/athena/"), stored)
            found.artifacts[each["name"]] = stored
        return found


def _filled(text: str, parameters: Mapping[str, str], done: Mapping[str, Outputs]) -> str:
    """The text with its tags replaced, as Argo replaces them."""
    plain: dict[str, str] = {f"inputs.parameters.{name}": value for name, value in parameters.items()}
    for task, outputs in done.items():
        plain |= {f"tasks.{task}.outputs.parameters.{name}": value for name, value in outputs.parameters.items()}
    tasks: Object = {task: {"outputs": {"parameters": outputs.parameters}} for task, outputs in done.items()}
    variables: Object = {**argo_functions(), "inputs": {"parameters": dict(parameters)}, "tasks": tasks}

    def value(match: re.Match[str]) -> str:
        is_expression = match[0].startswith("{{=")
        return str(evaluate(match[1], variables)) if is_expression else plain[match[1].strip()]

    return TAG.sub(value, text)


def _artifact(text: str, artifacts: Mapping[str, Path], done: Mapping[str, Outputs]) -> Path:
    match text.strip("{}").split("."):
        case ["inputs", "artifacts", name]:
            return artifacts[name]
        case ["tasks", task, "outputs", "artifacts", name]:
            return done[task].artifacts[name]
        case _:
            raise AssertionError(text)


def parsed(outputs: Outputs) -> Any:
    """The result of a template."""
    return json.loads(outputs.parameters["return"])
