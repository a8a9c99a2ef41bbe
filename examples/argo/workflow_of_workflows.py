"""Workflows that call workflows of other modules, each an object of its own (Argo's workflow-of-workflows)."""

from diamond import diamond
from fibonacci import fibonacci
from nested import outer

from athena_runtime import workflow


@workflow
def everything(start: str = "X") -> list[str]:
    first = diamond(start)
    return [first, f"{fibonacci(100)}", outer(first)[1]]
