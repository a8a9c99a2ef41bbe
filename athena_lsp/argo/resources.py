"""What the code of a container asks of its pod: its own resource calls, and those of all that it calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.jsonform import Json
from athena_lsp.argo.layers import s3
from athena_lsp.argo.manifest import Archive, Artifact
from athena_lsp.argo.pod import ClaimSource, EnvSource, EnvVar, HostPath, KeySelector, Volume, VolumeMount
from athena_lsp.argo.read import flag_of, text_of
from athena_lsp.argo.tree import Empty, Origin
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import Definition, PodBody, ResourceCall
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.values import Construct, Reference, Value
from athena_lsp.records import dataclass
from athena_runtime import contract
from athena_runtime.contract import ROOT


@dataclass(frozen=True, slots=True)
class Asked:
    """One resource call, and the definition in whose block it stands."""

    owner: Declaration
    call: ResourceCall

    @property
    def origin(self) -> Origin:
        return Origin(self.owner, self.call.span)

    def value(self, name: str) -> Value | None:
        return next((argument.value for argument in self.call.arguments if argument.name == name), None)

    def text(self, name: str) -> str:
        return text_of(self.value(name)) or ""


@dataclass(frozen=True, slots=True)
class PersistentVolume:
    """A volume of a module-level name: what it is, and its name in the manifest."""

    variable: Declaration
    construct: Construct
    name: str
    """The claim template's name, or the external claim's."""

    @property
    def is_ephemeral(self) -> bool:
        return self.construct.name == "EphemeralPvc"

    @property
    def volume_name(self) -> str:
        """What mounts refer to: Argo gives a run's own volumes the names of their claim templates."""
        return self.name if self.is_ephemeral else contract.pvc_volume(self.name)

    @property
    def mount_path(self) -> str:
        return f"{ROOT}/{contract.pvc_mount(self.name)}"


@dataclass(frozen=True, slots=True)
class PodNeeds:
    """The parts of a container template that its code's resource calls ask for, none twice."""

    env: tuple[EnvVar, ...]
    inputs: tuple[Artifact, ...]
    outputs: tuple[Artifact, ...]
    volumes: tuple[Volume, ...]
    mounts: tuple[VolumeMount, ...]


def asked_by(facts: Facts, definition: Definition) -> tuple[Asked, ...]:
    """Every resource call that the code can reach: its own in the order of the source, then those of what it calls."""
    return tuple(
        Asked(reached.declaration, call)
        for reached in _reached(facts, definition)
        if isinstance(reached.body, PodBody)
        for call in reached.body.resources
    )


def persistent_volumes(facts: Facts, asked: tuple[Asked, ...]) -> tuple[tuple[PersistentVolume, Origin], ...]:
    """The volumes of all `pvc(...)` calls, each with the first call that asks for it."""
    found: dict[Declaration, tuple[PersistentVolume, Origin]] = {}
    for ask in asked:
        reference = ask.value("volume") if ask.call.name == "pvc" else None
        if not isinstance(reference, Reference) or reference.declaration in found:
            continue
        construct = facts.volume(reference.declaration)
        if construct is not None:
            volume = PersistentVolume(reference.declaration, construct, _name(facts, reference.declaration, construct))
            found[reference.declaration] = (volume, ask.origin)
    return tuple(found.values())


def pod_needs(facts: Facts, asked: tuple[Asked, ...]) -> PodNeeds:
    """What the calls ask for, in Argo's terms."""
    volumes = persistent_volumes(facts, asked)
    hosts = _first_by(asked, ("host",), "path")
    return PodNeeds(
        env=(*_secrets(asked), *_config_maps(asked), *_volume_variable(facts, volumes), *_run_info(asked)),
        inputs=(*_loads(facts, asked), *_checkpoints(facts, asked, contract.checkpoint_in)),
        outputs=(*_saves(facts, asked), *_checkpoints(facts, asked, contract.checkpoint_out)),
        volumes=(*(host_volume(path, ask.origin) for path, ask in hosts.items()), *_claims(volumes)),
        mounts=(*(_host_mount(path, ask.origin) for path, ask in hosts.items()), *_claim_mounts(volumes)),
    )


def host_volume(path: str, origin: Origin) -> Volume:
    return Volume(name=contract.host_volume(path), host_path=HostPath(path=path), origin=origin)


def _reached(facts: Facts, definition: Definition) -> Iterator[Definition]:
    """The definition and all that it calls in the same pod: fragments, and containers; nearest first, none twice."""
    seen = {definition.declaration}
    waiting = [definition]
    for current in waiting:
        yield current
        calls = current.body.calls if isinstance(current.body, PodBody) else ()
        for call in calls:
            if call.target not in seen:
                seen.add(call.target)
                called = facts.definition(call.target)
                if called is not None:
                    waiting.append(called)


def _first_by(asked: tuple[Asked, ...], names: tuple[str, ...], argument: str) -> dict[str, Asked]:
    """The first call for each text that these functions are given."""
    found: dict[str, Asked] = {}
    for ask in asked:
        if ask.call.name in names and (text := ask.text(argument)):
            found.setdefault(text, ask)
    return found


def _secrets(asked: tuple[Asked, ...]) -> Iterator[EnvVar]:
    """A secret may be missing only when every call says so."""
    required = {(ask.text("name"), ask.text("key")) for ask in asked if ask.call.name == "secret"}
    seen: set[tuple[str, str]] = set()
    for ask in asked:
        place = (ask.text("name"), ask.text("key"))
        if ask.call.name in ("secret", "secret_opt") and place not in seen:
            seen.add(place)
            selector = KeySelector(name=place[0], key=place[1], optional=None if place in required else True)
            source = EnvSource(secret_key_ref=selector)
            yield EnvVar(name=contract.secret_variable(*place), value_from=source, origin=ask.origin)


def _config_maps(asked: tuple[Asked, ...]) -> Iterator[EnvVar]:
    seen: set[tuple[str, str]] = set()
    for ask in asked:
        place = (ask.text("name"), ask.text("key"))
        if ask.call.name == "config_map" and place not in seen:
            seen.add(place)
            source = EnvSource(config_map_key_ref=KeySelector(name=place[0], key=place[1]))
            yield EnvVar(name=contract.config_map_variable(*place), value_from=source, origin=ask.origin)


def _volume_variable(facts: Facts, volumes: tuple[tuple[PersistentVolume, Origin], ...]) -> Iterator[EnvVar]:
    """Where the pod finds each volume: it knows them by module and variable."""
    if volumes:
        paths: dict[str, Json] = {_place(facts, volume.variable): volume.mount_path for volume, _ in volumes}
        yield EnvVar(name=contract.VOLUMES_VARIABLE, value=json_text(paths), origin=volumes[0][1])


def _run_info(asked: tuple[Asked, ...]) -> Iterator[EnvVar]:
    ask = next((ask for ask in asked if ask.call.name == "run_info"), None)
    if ask is not None:
        for name, value in contract.RUN_INFO_VARIABLES.items():
            yield EnvVar(name=name, value=value, origin=ask.origin)


def _checkpoints(facts: Facts, asked: tuple[Asked, ...], path: Callable[[str], str]) -> Iterator[Artifact]:
    """A state in the bucket under the node's own name, which all attempts of one step share."""
    seen: set[str] = set()
    for ask in asked:
        if ask.call.name != "checkpoint":
            continue
        key = ask.text("key") or "state"
        if key not in seen:
            seen.add(key)
            name = contract.artifact_name(key)
            node = "{{=sprig.sha256sum(node.name)}}"
            place = f"{facts.settings.prefix}/checkpoints/{{{{workflow.uid}}}}/{node}/{name}"
            yield _object(facts, f"checkpoint-{name}", path(key), place, ask)


def _loads(facts: Facts, asked: tuple[Asked, ...]) -> Iterator[Artifact]:
    """An object that is not there fails the call that reads it, which may stand in a branch not taken."""
    for key, ask in _first_by(asked, ("load_artifact", "load_artifact_str"), "key").items():
        yield _object(facts, f"load-{contract.artifact_name(key)}", contract.loaded_artifact(key), key, ask)


def _saves(facts: Facts, asked: tuple[Asked, ...]) -> Iterator[Artifact]:
    for key, ask in _first_by(asked, ("save_artifact", "save_artifact_str"), "key").items():
        yield _object(facts, f"save-{contract.artifact_name(key)}", contract.saved_artifact(key), key, ask)


def _object(facts: Facts, name: str, path: str, key: str, ask: Asked) -> Artifact:
    """One object as it is, packed in nothing."""
    archive = Archive(none=Empty())
    location = s3(facts.settings, key)
    return Artifact(name=name, path=f"{ROOT}/{path}", optional=True, archive=archive, s3=location, origin=ask.origin)


def _host_mount(path: str, origin: Origin) -> VolumeMount:
    mount_path = f"{ROOT}/{contract.host_mount(path)}"
    return VolumeMount(name=contract.host_volume(path), mount_path=mount_path, origin=origin)


def _claims(volumes: tuple[tuple[PersistentVolume, Origin], ...]) -> Iterator[Volume]:
    """The volumes that a pod must name itself; those of a run are known to Argo."""
    seen: set[str] = set()
    for volume, origin in volumes:
        if not volume.is_ephemeral and volume.name not in seen:
            seen.add(volume.name)
            source = ClaimSource(claim_name=volume.name, read_only=_read_only(volumes, volume.name))
            yield Volume(name=volume.volume_name, persistent_volume_claim=source, origin=origin)


def _claim_mounts(volumes: tuple[tuple[PersistentVolume, Origin], ...]) -> Iterator[VolumeMount]:
    seen: set[str] = set()
    for volume, origin in volumes:
        if volume.name not in seen:
            seen.add(volume.name)
            read_only = None if volume.is_ephemeral else _read_only(volumes, volume.name)
            yield VolumeMount(name=volume.volume_name, mount_path=volume.mount_path, read_only=read_only, origin=origin)


def _read_only(volumes: tuple[tuple[PersistentVolume, Origin], ...], claim: str) -> bool | None:
    """Whether every declaration of the claim says so."""
    same = (volume.construct for volume, _ in volumes if volume.name == claim)
    return all(flag_of(construct.argument("read_only")) for construct in same) or None


def _name(facts: Facts, variable: Declaration, construct: Construct) -> str:
    if construct.name == "ExternalPvc":
        return text_of(construct.argument("claim")) or ""
    return text_of(construct.argument("name")) or contract.template_base(facts.settings.project, variable.name)


def _place(facts: Facts, variable: Declaration) -> str:
    return f"{facts.layout.module_name(variable.path)}:{variable.name}"
