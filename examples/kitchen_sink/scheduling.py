"""Where pods may run, and how many at a time: the pod's own word, then its workflow's, then that of the whole run."""

from athena_runtime import Toleration, container, workflow

ON_LINUX = {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["linux"]}]}
LINUX = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [ON_LINUX]}}}


@workflow(
    node_selector_if_root={"pool": "{pool}"},
    tolerations_if_root=[Toleration("pool", value="{pool}", effect="NoSchedule")],
    affinity_if_root=LINUX,
    parallelism_if_root=20,
    priority_if_root=5,
    fail_fast=False,
)
def survey(region: str, pool: str = "batch") -> str:
    """Everything that says nothing itself runs in the pool."""
    return join(near(region), far(region))


@workflow(
    boundary_node_selector={"disk": "ssd"},
    boundary_tolerations=[Toleration("disk", "Exists")],
    boundary_affinity=LINUX,
    parallelism=2,
)
def near(region: str) -> str:
    """The containers called here run on fast disks."""
    first = measure(region, 1)
    second = measure(region, 2)
    return compare(first, second)


@workflow(steps=True)
def far(region: str) -> str:
    """One measurement after the other."""
    first = measure(region, 3)
    second = measure(region, 4)
    return compare(first, second)


@container
def measure(region: str, number: int) -> int:
    """Runs wherever the workflow around it says."""
    return len(region) * number


@container(
    node_selector={"topology.kubernetes.io/zone": "zone-{second}"},
    tolerations=[
        Toleration("zone", value="zone-{second}", effect="NoSchedule"),
        Toleration("node.kubernetes.io/unreachable", "Exists", effect="NoExecute", toleration_seconds=60),
    ],
    affinity={
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 100,
                    "podAffinityTerm": {
                        "topologyKey": "kubernetes.io/hostname",
                        "labelSelector": {"matchLabels": {"app": "compare-{first}"}},
                    },
                }
            ]
        }
    },
    labels={"app": "compare-{first}"},
)
def compare(first: int, second: int) -> str:
    """Says itself where it runs."""
    return f"{first} and {second}"


@container
def join(first: str, second: str) -> str:
    """Both results in one text."""
    return f"{first}; {second}"
