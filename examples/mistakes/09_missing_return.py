# The workflow promises a number on every path, and one path ends without it. Python would return None; whoever uses the
# result would wait for a value that never comes.

from athena_runtime import container, workflow


@container
def weigh(parcel: str) -> int:
    return len(parcel)


@workflow
def postage(parcel: str = "book", express: bool = False) -> int:  # error: [missing-return]
    if express:
        return weigh(parcel)
