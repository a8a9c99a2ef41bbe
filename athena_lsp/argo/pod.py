"""The part of Kubernetes that athena writes, as small frozen objects: containers, volumes, what a pod may ask for."""

from __future__ import annotations

from athena_lsp.argo.tree import NO_MAP, Empty, Map, Part
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata(Part):
    """Kubernetes `ObjectMeta`; of a template, Argo's own `Metadata`."""

    name: str | None = None
    generate_name: str | None = None
    namespace: str | None = None
    labels: Map = NO_MAP
    annotations: Map = NO_MAP


@dataclass(frozen=True, slots=True, kw_only=True)
class Named(Part):
    """A reference by name: `LocalObjectReference`, `WorkflowTemplateRef`."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container(Part):
    """Kubernetes `Container`; a sidecar or an init container is Argo's `UserContainer`, which adds nothing we write."""

    name: str | None = None
    image: str
    image_pull_policy: str | None = None
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    working_dir: str | None = None
    env: tuple[EnvVar, ...] = ()
    resources: Resources | None = None
    security_context: SecurityContext | None = None
    volume_mounts: tuple[VolumeMount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvVar(Part):
    """Kubernetes `EnvVar`."""

    name: str
    value: str | None = None
    value_from: EnvSource | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvSource(Part):
    """Kubernetes `EnvVarSource`."""

    secret_key_ref: KeySelector | None = None
    config_map_key_ref: KeySelector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySelector(Part):
    """Kubernetes `SecretKeySelector` and `ConfigMapKeySelector`."""

    name: str
    key: str
    optional: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources(Part):
    """Kubernetes `ResourceRequirements`; quantities are texts."""

    requests: Map = NO_MAP
    limits: Map = NO_MAP


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityContext(Part):
    """Kubernetes `SecurityContext`."""

    privileged: bool | None = None
    run_as_user: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeMount(Part):
    """Kubernetes `VolumeMount`."""

    name: str
    mount_path: str
    read_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume(Part):
    """Kubernetes `Volume`."""

    name: str
    empty_dir: Empty | None = None
    host_path: HostPath | None = None
    persistent_volume_claim: ClaimSource | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPath(Part):
    """Kubernetes `HostPathVolumeSource`."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSource(Part):
    """Kubernetes `PersistentVolumeClaimVolumeSource`."""

    claim_name: str
    read_only: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeClaim(Part):
    """Kubernetes `PersistentVolumeClaim`, as a template."""

    metadata: Metadata
    spec: ClaimSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSpec(Part):
    """Kubernetes `PersistentVolumeClaimSpec`."""

    access_modes: tuple[str, ...]
    resources: Resources
    storage_class_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration(Part):
    """Kubernetes `Toleration`."""

    key: str | None = None
    operator: str | None = None
    value: str | None = None
    effect: str | None = None
    toleration_seconds: int | None = None
