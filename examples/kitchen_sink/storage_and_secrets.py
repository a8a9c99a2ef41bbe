"""Volumes, folders of the node, secrets and configuration: asked for in the code, and mounted by the manifest."""

from pathlib import Path

from athena_runtime import (
    EphemeralPvc,
    ExternalPvc,
    HostMount,
    Secret,
    config_map,
    container,
    fragment,
    host,
    pvc,
    secret,
    secret_opt,
    workflow,
)

SCRATCH = EphemeralPvc(size="10Gi", access_modes=["ReadWriteMany"], storage_class="fast", name="sink-scratch")
WORK = EphemeralPvc(size="1Gi", access_modes=["ReadWriteOnce", "ReadOnlyMany"])
ARCHIVE = ExternalPvc("archive", read_only=True)


@workflow
def back_up(table: str = "orders") -> int:
    """One volume goes through two steps."""
    dumped = dump(table)
    return send(dumped)


@container(
    host_mounts=[
        HostMount("/var/run/postgres", "/var/run/postgres"),
        HostMount("/etc/ssl/certs", "/certs", read_only=True),
    ]
)
def dump(table: str) -> str:
    """Write a table to the run's own volume."""
    file = pvc(SCRATCH) / f"{table}.sql"
    file.write_text(f"-- {table}, as {user()}, from {host('/srv/database')}\n")
    (pvc(WORK) / "done").touch()
    return file.name


@container
def send(file: str) -> int:
    """Read what the step before has written, and what was there before the run."""
    size = (pvc(SCRATCH) / file).stat().st_size
    before = sum(1 for _ in archived())
    if proxy := secret_opt("network", "proxy"):
        print(f"through a proxy with {len(proxy)} characters")
    return size + before


@fragment
def user() -> str:
    """Whoever calls it gets the variables."""
    return config_map("database", "user") if password() else "nobody"


@fragment
def password() -> Secret:
    """A fragment may call fragments."""
    return secret("database", "password")


@fragment
def archived() -> list[Path]:
    """The files of a volume that outlives the run."""
    return list(pvc(ARCHIVE).iterdir())
