"""The arguments of hand-written workflows, and other values that somebody types for a run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from athena_lsp.argo.values import json_text
from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.engine.program import Program, as_list, as_map, as_text, named


def pair(text: str, option: str) -> tuple[str, str]:
    """`name=value`. Raises MisuseError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise MisuseError(f"error: `{option} {text}` is no `name=value`")
    return name, value


def plain_arguments(given: Iterable[str], file: Path | None, program: Program) -> dict[str, str]:
    """The arguments of a hand-written workflow: texts. Raises MisuseError."""
    declared = named(as_map(program.spec.get("arguments")).get("parameters"))
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in _file(file).items()}
    texts |= dict(pair(text, "-a") for text in given)
    for name, text in texts.items():
        if name not in declared:
            also = f"\nknown are: {', '.join(declared)}" if declared else "; it takes none"
            raise MisuseError(f"error: the workflow has no parameter `{name}`{meant(name, declared)}{also}")
        allowed = [as_text(value) for value in as_list(declared[name].get("enum"))]
        if allowed and text not in allowed:
            raise MisuseError(f"error: `{name}` must be one of {', '.join(allowed)}, not `{text}`")
    for name, parameter in declared.items():
        if name not in texts and parameter.get("value") is None and not parameter.get("valueFrom"):
            raise MisuseError(f"error: the workflow needs `{name}`\nhelp: give it with `-a {name}=VALUE`")
    return texts


def typed_text(text: str) -> str:
    """What somebody types as a value, as the text of a parameter: JSON, else a text."""
    try:
        return json_text(json.loads(text))
    except (ValueError, RecursionError):
        return json_text(text)


def _file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MisuseError(f"error: `{path}` cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise MisuseError(f"error: `{path}` is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise MisuseError(f"error: `{path}` must hold an object with the arguments by name")
    return found
