# Without a type nothing can be said of an edge, neither here nor in the pod that decodes it. Every parameter has an
# annotation.

from athena_runtime import container


@container
def sort_names(names) -> list[str]:  # error: [missing-annotation]
    return sorted(names)
