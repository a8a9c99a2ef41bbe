"""Locks: one holder at a time, or as many as an operator allows; of a step, of a part of a run, of a whole run."""

from athena_runtime import Mutex, Semaphore, container, workflow


@workflow(
    mutexes=[Mutex("deployment")],
    semaphores=[Semaphore("limits", "deployments")],
    mutexes_if_root=[Mutex("tenant-{tenant}", namespace="locks")],
    semaphores_if_root=[Semaphore("limits", "runs", namespace="locks")],
)
def deploy(tenant: str, version: str = "1.0") -> None:
    """One deployment of a tenant at a time."""
    migrate(tenant, version)


@container(
    mutexes=[Mutex("database-{tenant}"), Mutex("schema", namespace="{tenant}")],
    semaphores=[Semaphore("limits-{tenant}", "database"), Semaphore("limits", "{tenant}")],
    mutexes_if_root=[Mutex("migrations")],
    semaphores_if_root=[Semaphore("limits", "{tenant}")],
)
def migrate(tenant: str, version: str) -> None:
    """One change of a tenant's tables at a time."""
    print(f"{tenant} is at {version}")
