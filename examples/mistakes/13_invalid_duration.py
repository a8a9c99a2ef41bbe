# Argo counts whole seconds; half a second would be cut off without a word. A duration is a number of seconds, a text such
# as "1h30m", or a timedelta.

from athena_runtime import container


@container(timeout="500ms")  # error: [invalid-duration]
def ping(address: str) -> bool:
    return address.startswith("10.")
