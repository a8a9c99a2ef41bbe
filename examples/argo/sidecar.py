"""A server beside a step, and something that runs before it (Argo's sidecar-nginx and init-container)."""

from athena_runtime import Sidecar, container, workflow


@workflow
def probe(url: str = "http://127.0.0.1:80") -> str:
    return check(url)


@container(
    sidecars=[Sidecar(name="server", image="busybox:1.36", command=["sh", "-c", "while :; do sleep 1; done"])],
    init_containers=[Sidecar(name="prepare", image="busybox:1.36", command=["true"])],
)
def check(url: str) -> str:
    return f"asked {url}"
