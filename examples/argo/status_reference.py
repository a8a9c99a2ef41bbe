"""How a step ended is a value like any other (Argo's status-reference and exit-code-output-variable)."""

import sys

from athena_runtime import Failed, container, workflow


@workflow
def inspect(code: int = 3) -> str:
    ended = leave.attempt(code)
    if isinstance(ended, Failed):
        return explain(ended.status, ended.exit_code or 0)
    return explain("Succeeded", 0)


@container
def leave(code: int) -> str:
    if code:
        sys.exit(code)
    return "stayed"


@container
def explain(status: str, code: int) -> str:
    return f"{status} with {code}"
