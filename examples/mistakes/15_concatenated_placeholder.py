# Python evaluates a decorator when the module is imported, and no argument has a value then: this file does not even
# import. In athena a placeholder stands inside a plain text, as in `"ghcr.io/acme/render:{quality}"`.

from athena_runtime import container


@container(image=f"ghcr.io/acme/render:{quality}")  # error: [concatenated-placeholder]
def render(scene: str, quality: str = "draft") -> str:
    return f"{scene}-{quality}.png"
