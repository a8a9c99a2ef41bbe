"""invalid-path: a path of a mount, a host or a working folder that cannot be one."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import TextShape
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Text
from athena_lsp.rules._edits import reworded
from athena_lsp.rules._options import describe, slots
from athena_lsp.rules.base import Finding, Mend, rule

CHECKS = {"host-path": "the node's path", "mount-path": "the path in the pod", "folder": "the folder"}


@rule("a path that is not absolute, or that no container can have", fixable=True, required=True)
def invalid_path(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        if isinstance(slot.shape, TextShape) and slot.shape.check in CHECKS and isinstance(slot.value, Text):
            found = _problem(slot.shape.check, slot.value.value)
            # What is wrong with the arguments of `host` itself, a rule about resource calls says.
            if found and (slot.source != "resource" or slot.value.value.startswith("/")):
                problem, hint = found
                yield Finding(
                    span=slot.value.span,
                    message=f"{slot.title} is {CHECKS[slot.shape.check]}, and {describe(slot.value)} {problem}",
                    hints=(hint,),
                    fixes=_mends(slot.shape.check, slot.value),
                )


def _mends(check: str, text: Text) -> tuple[Mend, ...]:
    """The path that is meant, where that is plain."""
    path = text.value
    if path.startswith("~") or not path.strip("./"):
        return ()
    near = normpath(f"/{path.removeprefix('./').lstrip('/')}")
    near = near.partition(":")[0] if check == "mount-path" else near
    return reworded(text, near) if _problem(check, near) is None else ()


def _problem(check: str, path: str) -> tuple[str, str] | None:
    if "{" in path:  # a placeholder there is a mistake of its own, with advice of its own
        return None
    if not path:
        return "is no path", "write an absolute path, such as `/data`"
    if path.startswith("~"):
        return "begins with `~`, which only a shell understands", "write the path out"
    if not path.startswith("/"):
        return "is not absolute", f"write `/{path.removeprefix('./')}`, for example"
    if check == "mount-path" and ":" in path:
        return "holds `:`, which ends a mount's path", "write a path without `:`"
    if check == "host-path" and ".." in path.split("/"):
        return "goes back with `..`, which Kubernetes refuses", "write the path without `..`"
    return None
