"""The arguments of a run from the command line: `-a name=value` and files of JSON, checked before anything starts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from athena_lsp.analysis.misfits import misfit
from athena_lsp.analysis.schema import ARTIFACT
from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.engine.program import Program, as_list, as_map, as_text, named


def pair(text: str, option: str) -> tuple[str, str]:
    """`name=value`. Raises MisuseError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise MisuseError(f"error: `{option} {text}` is no `name=value`")
    return name, value


def typed_arguments(given: Iterable[str], file: str, schema: Mapping[str, Any], workflow: str) -> dict[str, str]:
    """The JSON text of each argument of a workflow. A value that is no JSON of the type is taken as a text.

    `schema` is that of an object with all arguments. Raises MisuseError.
    """
    properties: Mapping[str, Any] = schema["properties"]
    values = _file(file)
    texts = dict(pair(text, "-a") for text in given)
    for name in (*values, *texts):
        if name not in properties:
            also = f"\nknown are: {', '.join(properties)}" if properties else "; it takes none"
            raise MisuseError(f"error: `{workflow}` has no parameter `{name}`{meant(name, properties)}{also}")
        if ARTIFACT in properties[name]:
            raise MisuseError(f"error: `{name}` of `{workflow}` is an artifact and cannot be given as a value")
    definitions = schema.get("$defs", {})
    for name, text in texts.items():
        values[name] = _value(text, {**properties[name], "$defs": definitions})
    for name, value in values.items():
        wrong = misfit({**properties[name], "$defs": definitions}, value)
        if wrong is not None:
            shown = json.dumps(value, ensure_ascii=False)
            raise MisuseError(f"error: `{name}{wrong.path}` of `{workflow}` must be {wrong.expected}, not {shown}")
    missing = [name for name in schema.get("required", ()) if name not in values]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        raise MisuseError(f"error: `{workflow}` needs {names}\nhelp: give it with `-a {missing[0]}=VALUE`")
    return {name: json.dumps(value, ensure_ascii=True) for name, value in values.items()}


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    """What somebody types: JSON that fits, else the text itself when that fits, else JSON that does not."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if misfit(schema, value) is None or misfit(schema, text) is not None else text


def plain_arguments(given: Iterable[str], file: str, program: Program) -> dict[str, str]:
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


def json_text(text: str) -> str:
    """What somebody types as JSON: as it is, or as a text."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text)
    return text


def _file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise MisuseError(f"error: `{path}` cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise MisuseError(f"error: `{path}` is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise MisuseError(f"error: `{path}` must hold an object with the arguments by name")
    return found


def settings_of(path: Path) -> dict[str, str]:
    """The variables of a `.env` file; empty when there is none. Raises MisuseError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise MisuseError(f"error: `{path}` cannot be read: {error}") from error
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            value = value.strip()
            quoted = len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]
            found[name.strip()] = value[1:-1] if quoted else value
    return found
