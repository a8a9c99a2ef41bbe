"""The JSON paths that `jsonpath` in expressions understands: keys, indexes, slices, wildcards and recursive descent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.engine.values import Value, ValueProblem

STEP = re.compile(
    r"""(?P<deep>\.\.(?=[\w*\[]))?\.?(?:
        (?P<any>\*|\[\s*\*\s*\])
        |(?P<name>[\w-]+)
        |\[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\]
        |\[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
        |\[\s*(?P<index>-?\d+)\s*\]
        |\[\s*(?P<start>-?\d+)?\s*:\s*(?P<stop>-?\d+)?\s*\]
    )""",
    re.VERBOSE,
)


def query(value: Value, path: str) -> Value:
    """What stands at a path; a list when the path may mean several places. Raises ValueProblem."""
    if not path.startswith("$"):
        raise ValueProblem(f"the path `{path}` must begin with `$`")
    found, several, position = [value], False, 1
    while position < len(path):
        step = STEP.match(path, position)
        if step is None or step.end() == position:
            raise ValueProblem(f"`{path[position:]}` in the path `{path}` is not known to the local engine")
        position = step.end()
        several = several or any(step[name] for name in ("deep", "any")) or ":" in step[0].split("'")[0]
        sources = [inner for each in found for inner in _deep(each)] if step["deep"] else found
        found = [inner for each in sources for inner in _next(each, step)]
        if not found and not several:
            raise ValueProblem(f"there is nothing at `{path[:position]}`")
    return found if several else found[0]


def _next(value: Value, step: re.Match[str]) -> Iterator[Value]:
    name = next((step[group] for group in ("name", "single", "double") if step[group] is not None), None)
    if step["any"]:
        yield from value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    elif name is not None:
        if isinstance(value, dict) and name in value:
            yield value[name]
    elif isinstance(value, list):
        if step["index"] is None:
            yield from value[slice(*(int(step[end]) if step[end] else None for end in ("start", "stop")))]
        elif -len(value) <= int(step["index"]) < len(value):
            yield value[int(step["index"])]


def _deep(value: Value) -> Iterator[Value]:
    """A value and all inside of it."""
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _deep(inner)
