"""Settings of a project (`[tool.athena]` in pyproject.toml, or athena.toml): one frozen value, passed explicitly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from athena_lsp.diagnostics import Severity
from athena_lsp.records import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A key of a Kubernetes Secret."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class ArtifactRepository:
    """An S3 bucket for artifacts and code, named in every manifest (Argo `s3`); without one the cluster's."""

    bucket: str
    endpoint: str = ""
    region: str = ""
    insecure: bool = False
    access_key_secret: SecretKey | None = None
    secret_key_secret: SecretKey | None = None
    addressing: str = "auto"
    """How uploads name the bucket: `path`, `virtual` (in the host), or `auto`. Argo has no such field."""


@dataclass(frozen=True, slots=True)
class BundleSettings:
    """What the code brings along into its pods."""

    python: str = "3.13"
    interpreter: str = "debian"
    """Where the interpreter comes from: `debian` or `uv`."""
    architectures: tuple[str, ...] = ("x86_64", "aarch64")
    include: tuple[str, ...] = ()
    """Git-style patterns of data files that go with the code."""
    lock: str = ""
    """The file that locks the packages; empty: found by its name."""
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Supply:
    """What the packages that are locked for pods provide. `lock` is the file; empty: the project needs no packages."""

    lock: str
    modules: frozenset[str]
    """Names of modules at the top."""
    complete: bool
    """All locked packages are installed here, so that it is known what they provide."""

    def provides(self, module: str) -> bool:
        """Whether a module may be there in a pod."""
        return module.partition(".")[0] in self.modules or not self.complete


@dataclass(frozen=True, slots=True)
class Tenant:
    """What is different for one tenant; empty: as the project has it."""

    namespace: str = ""
    service_account: str = ""
    prefix: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about itself. `project` begins every template's name."""

    project: str = "project"
    version: str = "0.0.0"
    tag: str = ""
    """Ends every WorkflowTemplate's name; empty: made from `version`."""
    channel: str = "release"
    image: str = "busybox:1.36"
    """For containers that name no image: the code brings its own Python (Argo `container.image`)."""
    service_account: str = ""
    """For containers that name none (Argo `serviceAccountName`); empty: the cluster's choice."""
    namespace: str = ""
    """Of every object (Kubernetes `metadata.namespace`); empty: whoever applies the manifests says."""
    argo_version: tuple[int, int] = (3, 6)
    """The oldest Argo Workflows that the manifests must work with."""
    prefix: str = "athena"
    """First part of every object key in the bucket."""
    repository: ArtifactRepository | None = None
    bundle: BundleSettings = field(default_factory=BundleSettings)
    supply: Supply | None = None
    """What pods can import besides the project; None: nobody can tell."""
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    """Level of each rule that is not at its default; None: off."""
    exclude: tuple[str, ...] = ()
    """Git-style patterns of files to leave alone."""
    roots: tuple[str, ...] = ()
    """Folders that absolute imports start from; none: the project's folder and its `src/`."""
    python: str = ""
    """The Python whose packages the program uses, or the folder of its environment; empty: found as pyright does."""

    tenants: Mapping[str, Tenant] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of every object besides athena's own: the tenant's."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """JSON values of parameters of the template that is emitted, in place of their own defaults: the tenant's."""

    def of_tenant(self, name: str) -> Settings:
        """The settings for one tenant; these for a name that none has."""
        tenant = self.tenants.get(name, Tenant())
        return replace(
            self,
            namespace=tenant.namespace or self.namespace,
            service_account=tenant.service_account or self.service_account,
            prefix=tenant.prefix or self.prefix,
            labels={**self.labels, **tenant.labels},
            defaults={**self.defaults, **tenant.defaults},
        )

    @property
    def version_tag(self) -> str:
        return self.tag or kebab_version(self.version)


def kebab_version(version: str) -> str:
    """The version as a part of a Kubernetes name: `1.0.0-rc.1+build` is `1-0-0-rc-1-build`."""
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in version.lower())
    return "-".join(kept.split())
