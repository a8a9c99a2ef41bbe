# The workflow promises a number and ends without it. Python would return None; whoever uses the result would wait for a
# value that never comes.

from athena_runtime import container, workflow


@container
def weigh(parcel: str) -> int:
    return len(parcel)


@workflow
def postage(parcel: str = "book") -> int:  # error: [missing-return]
    weigh(parcel)
