# The body of a workflow is read and turned into a graph of pods; a plain function has no pod to run in. Decorate it, or
# call it inside a container.

from athena_runtime import container, workflow


def normalise(title: str) -> str:
    return title.strip().lower()


@container
def index_title(title: str) -> str:
    return title[:1]


@workflow
def catalogue(title: str = " Emma ") -> str:
    return index_title(normalise(title))  # error: [not-a-template]
