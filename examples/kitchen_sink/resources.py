"""Processor time, memory, disk space and devices: what a pod asks for, and what it may use at most."""

from athena_runtime import Resources, container, workflow

SMALL = Resources(cpu="100m", memory="64Mi")


@workflow
def learn(data: str = "digits") -> float:
    """Train on a large machine, judge on a small one."""
    return judge(train(prepare(data)))


@container(resources=SMALL)
def prepare(data: str) -> str:
    """Request and limit are the same."""
    return data.upper()


@container(
    resources=Resources(
        cpu=4,
        memory="16Gi",
        ephemeral_storage="50Gi",
        gpu=2,
        gpu_resource="amd.com/gpu",
        requests={"cpu": "500m", "memory": "8Gi"},
        limits={"hugepages-2Mi": "1Gi"},
    )
)
def train(data: str) -> str:
    """Asks for less than it may use."""
    return f"model of {data}"


@container(resources=Resources(cpu=0.5, memory=134_217_728, gpu=1))
def judge(model: str) -> float:
    """Numbers do as well as texts."""
    return len(model) / 100
