"""What runs next depends on how steps ended (Argo's dag-enhanced-depends)."""

from athena_runtime import Failed, Ok, container, workflow


@workflow
def release(build: int = 7) -> str:
    """The tests may fail; then a person is told, and nothing is shipped."""
    tested = test.attempt(build)
    linted = lint.attempt(build)
    match tested:
        case Ok():
            return ship(build, linted)
        case Failed(message=message):
            return complain(build, message)


@container
def test(build: int) -> int:
    if build % 7 == 0:
        raise ValueError(f"build {build} is broken")
    return build * 3


@container
def lint(build: int) -> int:
    return build % 2


@container
def ship(build: int, lint: Ok[int] | Failed) -> str:
    return f"shipped {build}" if isinstance(lint, Ok) else f"shipped {build}, unlinted"


@container
def complain(build: int, why: str) -> str:
    return f"{build} was not shipped: {why}"
