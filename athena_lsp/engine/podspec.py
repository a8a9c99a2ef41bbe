"""From a pod's template to what is run on this machine: command, environment, and what lies at which path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from athena_lsp.engine.model import StartPod
from athena_lsp.engine.places import PlaceError, Places, inside
from athena_lsp.engine.program import Program, as_list, as_map, as_text, named
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass, field
from athena_runtime.contract import ROOT, RUNTIME

BOOTSTRAP = f"{ROOT}/app/boot.sh"
PROGRAMS = ("athena_runtime", f"{ROOT}/{RUNTIME}/__main__.py")
"""The runtime, as the Python of a bundle or of an image is told to run it."""
CODE = frozenset({f"{ROOT}/py", f"{ROOT}/deps", f"{ROOT}/app"})
SCRIPT = "/argo/staging/script"
"""Where a script lies in its image, as on the cluster."""
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""Variables of this machine that a pod sees: those that programs need anywhere."""
FIELDS = {"metadata.namespace": "default", "status.podIP": "127.0.0.1", "status.hostIP": "127.0.0.1"}


@dataclass(frozen=True)
class Machine:
    """How pods run here."""

    python: str
    """The interpreter of the project's environment."""
    runtime: Path
    """athena's own runtime, a package."""
    code: Path
    """A folder that stands for `/athena/app`: it says which function stands behind which template."""
    settings: Mapping[str, str]
    """`.env` and the environment of the command: where secrets and ConfigMaps are looked up."""
    config_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hosts: Mapping[str, Path] = field(default_factory=dict)
    """Paths of a node that are other folders here."""
    bundle: Path | None = None
    """A folder with the layers `py`, `deps` and `app`, when the bundle itself is to run."""
    image_mode: str = ""
    """`docker` or `podman`, when each step runs in its image."""

    @property
    def kept(self) -> dict[str, str]:
        """What every process has of this machine's variables."""
        return {name: self.settings[name] for name in KEPT if name in self.settings}


@dataclass(frozen=True, slots=True)
class Mount:
    """Something at a path of a pod."""

    path: str
    source: Path
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Process:
    """One container as a process."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: str
    """The working directory in the pod; empty for the pod's own."""
    image: str
    mounts: tuple[Mount, ...]
    has_command: bool = True
    """Else `argv` are arguments of the command that the image has."""


def main_process(start: StartPod, machine: Machine, places: Places) -> Process:
    """The main container. Raises PlaceError for what is not on this machine."""
    template = start.template
    container = as_map(template.get("container") or template.get("script"))
    mounts = tuple(mounts_of(start, container, machine, places))
    environment = environment_of(start, container, machine)
    argv = [as_text(part) for part in (*as_list(container.get("command")), *as_list(container.get("args")))]
    if template.get("script") is not None:
        script = places.pod(start.node) / "script"
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(as_text(container.get("source")), encoding="utf-8")
        argv.append(SCRIPT if machine.image_mode else str(script))
        mounts = (*mounts, Mount(SCRIPT, script, read_only=True)) if machine.image_mode else mounts
    argv = list(_own_command(argv, machine))
    if not container.get("command") and not machine.image_mode:
        name = as_text(template.get("name"))
        raise PlaceError(f"template `{name}` has no command: which one its image has is not known here")
    return _process("main", container, argv, environment, mounts)


def further_process(start: StartPod, container: Mapping[str, Tree], machine: Machine, places: Places) -> Process:
    """An init container or a sidecar."""
    argv = [as_text(part) for part in (*as_list(container.get("command")), *as_list(container.get("args")))]
    name = as_text(container.get("name"))
    if not container.get("command") and not machine.image_mode:
        raise PlaceError(f"container `{name}` has no command: which one its image has is not known here")
    environment = environment_of(start, container, machine)
    return _process(name, container, argv, environment, tuple(mounts_of(start, container, machine, places)))


def _process(
    name: str,
    container: Mapping[str, Tree],
    argv: Sequence[str],
    environment: Mapping[str, str],
    mounts: tuple[Mount, ...],
) -> Process:
    folder, image = as_text(container.get("workingDir")), as_text(container.get("image"))
    return Process(name, tuple(argv), environment, folder, image, mounts, has_command=bool(container.get("command")))


def _own_command(argv: Sequence[str], machine: Machine) -> Iterator[str]:
    """athena's bootstrap as the interpreter of the project, unless the bundle's is wanted."""
    if machine.image_mode or machine.bundle is not None:
        yield from argv
    elif list(argv[:2]) == ["sh", BOOTSTRAP]:
        yield from _with_python(machine, argv[2:])
    elif (place := next((n for n, part in enumerate(argv[:8]) if part in PROGRAMS), None)) is not None:
        yield from _with_python(machine, argv[place + 1 :])
    else:
        yield from argv


def _with_python(machine: Machine, arguments: Sequence[str]) -> Iterator[str]:
    yield from (machine.python, "-I", "-X", "utf8", "-u", "-B", str(machine.runtime / "__main__.py"), *arguments)


def absent_here(program: Program, machine: Machine) -> tuple[str, ...]:
    """What templates of a program need that is not on this machine, as far as it can be told before they run."""
    found: dict[str, None] = {}
    for _, template in program.reachable(given_too=False):
        start = StartPod("", "", template, {}, (), 0)
        command = as_list(as_map(template.get("container")).get("command"))
        if machine.image_mode and machine.bundle is None and any(as_text(part).startswith(ROOT) for part in command):
            found[_no_bundle(machine.image_mode)] = None
        for volume in map(as_map, as_list(template.get("volumes"))):
            path = as_text(as_map(volume.get("hostPath")).get("path"))
            if path and "{{" not in path and not machine.hosts.get(path, Path(path)).exists():
                found[_no_host(path)] = None
        for header in map(as_map, as_list(as_map(template.get("http")).get("headers"))):
            try:
                header_value(header, machine.settings)
            except PlaceError as error:
                found[str(error)] = None
        for container in (template.get("container"), template.get("script"), *as_list(template.get("sidecars"))):
            for variable in map(as_map, as_list(as_map(container).get("env"))):
                try:
                    _variable(start, as_text(variable.get("name")), variable, machine)
                except PlaceError as error:
                    found[str(error)] = None
    return tuple(found)


def _no_bundle(mode: str) -> str:
    return (
        f"with `--image-mode {mode}` the project's code comes from a bundle:"
        " `athena bundle build -o layers`, then `--bundle layers`"
    )


def _no_host(path: str) -> str:
    return f"{path} of the node is not on this machine: `--host {path}=FOLDER` names another folder"


# --- environment --------------------------------------------------------------------------------------------------


def environment_of(start: StartPod, container: Mapping[str, Tree], machine: Machine) -> dict[str, str]:
    """The variables that the manifest gives a container. Raises PlaceError for a secret or setting that is nowhere."""
    found: dict[str, str] = {}
    for source in map(as_map, as_list(container.get("envFrom"))):
        name = as_text(as_map(source.get("configMapRef")).get("name"))
        if not name or (name not in machine.config_maps and not as_map(source["configMapRef"]).get("optional")):
            raise PlaceError(f"envFrom: the ConfigMap or Secret `{name}` is not on this machine")
        prefix = as_text(source.get("prefix"))
        found |= {f"{prefix}{key}": value for key, value in machine.config_maps.get(name, {}).items()}
    for each in map(as_map, as_list(container.get("env"))):
        name = as_text(each.get("name"))
        value = _variable(start, name, each, machine)
        if value is not None:
            found[name] = value
    return found


def _variable(start: StartPod, name: str, variable: Mapping[str, Tree], machine: Machine) -> str | None:
    source = as_map(variable.get("valueFrom"))
    if not source:
        return as_text(variable.get("value"))
    if field_ := as_text(as_map(source.get("fieldRef")).get("fieldPath")):
        if field_ == "metadata.name":
            return start.pod
        if field_ in FIELDS:
            return FIELDS[field_]
        raise PlaceError(f"variable `{name}`: the field `{field_}` of a pod is not known here")
    for kind, what in (("secretKeyRef", "secret"), ("configMapKeyRef", "ConfigMap")):
        reference = as_map(source.get(kind))
        if not reference:
            continue
        object_, key = as_text(reference.get("name")), as_text(reference.get("key"))
        if kind == "configMapKeyRef" and key in machine.config_maps.get(object_, {}):
            return machine.config_maps[object_][key]
        if name in machine.settings:
            return machine.settings[name]
        if reference.get("optional") is True:
            return None
        raise PlaceError(f"the {what} `{object_}`, key `{key}`, is not on this machine: set {name} in `.env`")
    raise PlaceError(f"variable `{name}`: `{', '.join(source)}` is not known to the local engine")


def header_value(header: Mapping[str, Tree], settings: Mapping[str, str]) -> str:
    """The value of a header; that of a secret stands in `.env`, under the header's name."""
    reference = as_map(as_map(header.get("valueFrom")).get("secretKeyRef"))
    if not reference:
        return as_text(header.get("value"))
    variable = as_text(header.get("name")).upper().replace("-", "_")
    if variable not in settings:
        secret, key = as_text(reference.get("name")), as_text(reference.get("key"))
        raise PlaceError(f"the secret `{secret}`, key `{key}`, is not on this machine: set {variable} in `.env`")
    return settings[variable]


# --- volumes ------------------------------------------------------------------------------------------------------


def mounts_of(start: StartPod, container: Mapping[str, Tree], machine: Machine, places: Places) -> Iterator[Mount]:
    """What lies at the paths of a container: its volumes; athena's own folder is there without one."""
    volumes = {**named(list(start.volumes)), **_claims(start), **named(start.template.get("volumes"))}
    mounts = as_list(container.get("volumeMounts"))
    if container.get("mirrorVolumeMounts") is True:
        main = as_map(start.template.get("container") or start.template.get("script"))
        mounts = [*as_list(main.get("volumeMounts")), *mounts]
    for mount in map(as_map, mounts):
        name, path = as_text(mount.get("name")), as_text(mount.get("mountPath")).rstrip("/")
        if name not in volumes:
            raise PlaceError(f"volume `{name}` of container is not declared")
        source = _volume(start, name, volumes[name], machine, places)
        if mount.get("subPath"):
            source = source / as_text(mount["subPath"])
        if path != ROOT:
            yield Mount(path, source, mount.get("readOnly") is True)


def _claims(start: StartPod) -> dict[str, dict[str, Tree]]:
    """`volumeClaimTemplates`: a volume for each, which the pods of the run share."""
    claims = (as_map(each) for each in start.volumes)
    names = (as_text(as_map(each.get("metadata")).get("name")) for each in claims)
    return {name: {"name": name, "runClaim": True} for name in names if name}


def _volume(start: StartPod, name: str, volume: Mapping[str, Tree], machine: Machine, places: Places) -> Path:
    """The folder that a volume is here; what belongs to pods and runs is made."""
    if volume.get("emptyDir") is not None:
        return _made(places.pod(start.node) / "volumes" / name)
    if volume.get("runClaim"):
        return _made(places.volume(name, shared=False))
    if claim := as_text(as_map(volume.get("persistentVolumeClaim")).get("claimName")):
        return _made(places.volume(claim, shared=True))
    if path := as_text(as_map(volume.get("hostPath")).get("path")):
        here = machine.hosts.get(path, Path(path))
        if not here.exists():
            raise PlaceError(_no_host(path))
        return here.resolve()
    if config := as_map(volume.get("configMap")):
        return _filled(places.pod(start.node) / "volumes" / name, machine, config)
    kinds = ", ".join(key for key in volume if key != "name")
    raise PlaceError(f"volume `{name}`: `{kinds}` is not known to the local engine")


def _made(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _filled(folder: Path, machine: Machine, config: Mapping[str, Tree]) -> Path:
    """The files of a ConfigMap: all of them, or those that are asked for, under the paths that they are to have."""
    name = as_text(config.get("name"))
    is_optional = config.get("optional") is True
    if name not in machine.config_maps and not is_optional:
        raise PlaceError(f"the ConfigMap `{name}` is not among the manifests")
    texts = machine.config_maps.get(name, {})
    wanted = {as_text(each.get("key")): as_text(each.get("path")) for each in map(as_map, as_list(config.get("items")))}
    _made(folder)
    for key, path in (wanted or dict.fromkeys(texts, "")).items():
        if key in texts:
            place = folder / (path or key)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(texts[key], encoding="utf-8")
        elif not is_optional:
            raise PlaceError(f"the ConfigMap `{name}` has no key `{key}`")
    return folder


def outside(mounts: Sequence[Mount]) -> tuple[Mount, ...]:
    """Those that stand outside of athena's folder, and so need a view of the machine of their own."""
    return tuple(mount for mount in mounts if inside(mount.path) is None)
