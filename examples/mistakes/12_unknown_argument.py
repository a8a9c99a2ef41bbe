# Argo would read a field that it does not know as nothing at all. A keyword that the decorator does not have is an error
# here, with the nearest one that it has.

from athena_runtime import container


@container(imge="python:3.13-slim")  # error: [unknown-argument]
def greet(name: str) -> str:
    return f"Hello, {name}"
