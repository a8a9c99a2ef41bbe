"""What a pod is made of: images, users, variables, labels, and the containers beside the function's."""

from typing import Annotated

from athena_runtime import Inject, Sidecar, container, progress, run_info, workflow


@workflow(
    name="sink-translate",
    image_pull_secrets_if_root=["registry"],
    pod_spec_patch_if_root={"automountServiceAccountToken": True},
)
def translate(text: str, language: str = "fr", version: str = "3.2") -> str:
    """Translate a text with a model that runs beside the work."""
    serve(version)
    polished = polish(text, language, version)
    return render(polished)


@container(
    image="ghcr.io/acme/model:{version}",
    image_pull_policy="IfNotPresent",
    working_dir="/srv/model",
    daemon=True,
    labels={"app": "model", "version": "{version}"},
)
def serve(version: str) -> None:
    """Answer questions until the workflow ends."""
    print(f"model {version} listens")


@container(
    image="ghcr.io/acme/polish:{version}",
    service_account="polish-{language}",
    env={"LANG": "C.UTF-8", "TARGET": "{language}", "RUN": "{{workflow.uid}}"},
    annotations={"sidecar.istio.io/inject": "false", "acme.example/language": "{language}"},
    init_containers=[Sidecar("settle", "busybox:1.36", command=["sh", "-c"], args=["sleep 1"])],
    sidecars=[
        Sidecar("proxy", "ghcr.io/acme/proxy:{version}", args=["--to", "{language}"], env={"TARGET": "{language}"})
    ],
    pod_spec_patch={"containers": [{"name": "main", "stdin": True}], "hostname": "polish-{language}"},
)
def polish(
    text: str,
    language: str,
    version: str,
    attempt: Annotated[int, Inject("{{retries}}")] = 0,
    pod: Annotated[str, Inject('"{{pod.name}}"')] = "local",
) -> str:
    """Say where the work is done, and do it."""
    progress(1, 2)
    print(f"{run_info().workflow}, pod {pod}, attempt {attempt}")
    return f"{text} ({language}, {version})"


@container(name="sink-print", image="python:3.13-slim", interpreter="image", privileged=True, run_as_user=1000)
def render(text: str) -> str:
    """The image's own Python does it, as another user."""
    return text.strip()
