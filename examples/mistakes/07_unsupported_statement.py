# A workflow's body is a graph, not a program that runs somewhere: there is no place for an assertion. Check inside a
# container, where a failure ends the step with its message.

from athena_runtime import container, workflow


@container
def count_votes(box: str) -> int:
    return len(box)


@workflow
def election(box: str = "aabb") -> int:
    votes = count_votes(box)
    assert votes > 0  # error: [unsupported-statement]
    return votes
