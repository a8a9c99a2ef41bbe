"""What a pod gets beyond the usual: resources, a place on the cluster, a patch (Argo's pod-spec-patch, *-affinity)."""

from athena_runtime import Resources, Toleration, container, workflow


@workflow
def train(epochs: int = 2) -> float:
    return fit(epochs, "a100")


@container(
    resources=Resources(cpu="2", memory="4Gi", gpu=1),
    node_selector={"accelerator": "{kind}"},
    tolerations=[Toleration("nvidia.com/gpu", operator="Exists", effect="NoSchedule")],
    pod_spec_patch={"terminationGracePeriodSeconds": 5},
)
def fit(epochs: int, kind: str) -> float:
    return 1.0 / (1 + epochs)
