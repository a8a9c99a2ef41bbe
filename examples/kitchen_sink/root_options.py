"""What Argo reads from the submitted workflow alone; a container that is submitted has it too."""

from athena_runtime import Mutex, PodGc, Semaphore, Toleration, Ttl, container, workflow


@container
def say_goodbye(channel: str = "#nightly") -> None:
    """Runs at the very end, however the run ended."""
    print(f"done, {channel}")


@workflow(
    on_exit_if_root=say_goodbye,
    ttl_if_root=Ttl(after_completion="7d", after_success="1d", after_failure="30d"),
    pod_gc_if_root=PodGc("OnPodSuccess", delete_delay="5m"),
    active_deadline_if_root="6h",
    mutexes_if_root=[Mutex("nightly-{region}")],
    semaphores_if_root=[Semaphore("limits", "nightly")],
    tolerations_if_root=[Toleration("region", value="{region}")],
    node_selector_if_root={"region": "{region}"},
    affinity_if_root={"podAffinity": {}},
    pod_spec_patch_if_root={"priorityClassName": "nightly-{region}"},
    image_pull_secrets_if_root=["registry", "mirror"],
    priority_if_root=10,
    parallelism_if_root=50,
)
def nightly(region: str = "eu") -> None:
    """All of them at once."""
    tidy(region)


@container(
    on_exit_if_root=say_goodbye,
    ttl_if_root=Ttl(after_completion=3600),
    pod_gc_if_root="OnWorkflowCompletion",
    active_deadline_if_root=600,
    mutexes_if_root=[Mutex("tidy-{region}")],
    semaphores_if_root=[Semaphore("limits", "tidy")],
    tolerations_if_root=[Toleration("region", "Exists")],
    affinity_if_root={"nodeAffinity": {}},
    pod_spec_patch_if_root={"hostNetwork": False},
    image_pull_secrets_if_root=["registry"],
    priority_if_root=1,
)
def tidy(region: str) -> None:
    """Also by itself."""
    print(f"tidy {region}")
