# A workflow's body is a graph, not a program that runs somewhere: nothing stays open from one step to the next. Open
# files inside a container.

from athena_runtime import container, workflow


@container
def count_votes(box: str) -> int:
    return len(box)


@workflow
def election(box: str = "aabb") -> int:
    with open("votes.log", "a"):  # error: [unsupported-statement]
        votes = count_votes(box)
    return votes
