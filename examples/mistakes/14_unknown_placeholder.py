# `{tag}` is filled with the argument of that name when the pod is made. There is no such parameter: the image would be
# called `ghcr.io/acme/model:` and nothing.

from athena_runtime import container


@container(image="ghcr.io/acme/model:{tag}")  # error: [unknown-placeholder]
def predict(text: str, version: str = "latest") -> float:
    return len(text) / 100 if version else 0.0
