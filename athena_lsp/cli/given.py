"""Arguments that a command hands to a template: `-a name=value` and JSON files, checked before anything starts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from athena_lsp.analysis.schema import ARTIFACT, inputs_schema
from athena_lsp.argo.inputs import default_text, is_artifact
from athena_lsp.argo.values import json_text
from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.ide.inputs import value_of, wrong_value
from athena_lsp.ir.model import Definition
from athena_lsp.project import Project
from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """What was given: JSON values of parameters, and files for artifacts, by parameter."""

    values: Mapping[str, Any]
    files: Mapping[str, Path]


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-a",
        "--argument",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an argument: JSON, or a text without quotes; for an artifact, a file or folder",
    )
    parser.add_argument(
        "--input-file", type=Path, metavar="FILE", help="a JSON object of arguments; `-a` comes before it"
    )


def given_to(project: Project, definition: Definition, pairs: Iterable[str], file: Path | None) -> Given:
    """The arguments of a template. Raises MisuseError that lists all that is wrong, and what the template takes."""
    schema = inputs_schema(project.facts, definition).document
    properties: Mapping[str, Any] = schema.get("properties", {})  # type: ignore[assignment]
    required: list[str] = schema.get("required", [])  # type: ignore[assignment]
    values, files = _from_file(file, properties), {}
    problems: list[str] = []
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            problems.append(f"`-a {pair}` is no NAME=VALUE")
        elif ARTIFACT in properties.get(name, {}):
            files[name] = Path(text)
        else:
            values[name] = value_of(text, properties.get(name, {}), schema)
    problems += _problems(schema, properties, values, files)
    wanted = [*required, *(p.name for p in definition.parameters if is_artifact(p.type) and p.default is None)]
    problems += [f"`{name}` is missing" for name in wanted if name not in values and name not in files]
    if problems:
        lines = "\n".join(f"error: {problem}" for problem in problems)
        raise MisuseError(f"{lines}\n`{definition.template}` takes {_listed(definition, properties) or 'nothing'}")
    return Given(values, files)


def slots(definition: Definition, values: Mapping[str, Any]) -> dict[str, str]:
    """The text of each parameter that travels as one, in the order of the function. Raises MisuseError."""
    texts: dict[str, str] = {}
    for parameter in definition.parameters:
        if is_artifact(parameter.type):
            continue
        if parameter.name in values:
            texts[parameter.name] = json_text(values[parameter.name])
        elif parameter.inject is not None:
            texts[parameter.name] = parameter.inject.expression or ""
        elif (default := default_text(parameter)) is not None:
            texts[parameter.name] = default
        else:
            raise MisuseError(f"error: give `{parameter.name}`: its default is known to the running program only")
    return texts


def _from_file(file: Path | None, properties: Mapping[str, Any]) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise MisuseError(f"error: `{file}` cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise MisuseError(f"error: `{file}` is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise MisuseError(f"error: `{file}` holds no JSON object of arguments")
    if artifact := next((name for name in found if ARTIFACT in properties.get(name, {})), None):
        raise MisuseError(f"error: `{file}` cannot hold the artifact `{artifact}`: give a file as `-a {artifact}=FILE`")
    return found


def _problems(
    schema: Mapping[str, Any], properties: Mapping[str, Any], values: Mapping[str, Any], files: Mapping[str, Path]
) -> Iterator[str]:
    known = list(properties)
    yield from (f"there is no parameter `{name}`{meant(name, known)}" for name in values if name not in properties)
    wrong = (wrong_value(schema, name, value) for name, value in values.items() if name in properties)
    yield from filter(None, wrong)
    for name, path in files.items():
        if not path.exists():
            yield f"`{name}`: there is no file or folder `{path}`"


def _listed(definition: Definition, properties: Mapping[str, Any]) -> str:
    optional = {p.name for p in definition.parameters if p.default is not None}
    return ", ".join(f"`{name}`{' (optional)' if name in optional else ''}" for name in properties)


def env_file(file: Path | None) -> dict[str, str]:
    """`NAME=VALUE` lines, with comments and empty lines between them; values may stand in quotes."""
    if file is None:
        return {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise MisuseError(f"error: `{file}` cannot be read: {error}") from error
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        name, equals, value = line.removeprefix("export ").partition("=")
        if not line or line.startswith("#"):
            continue
        if not equals or not name.strip().isidentifier():
            raise MisuseError(f"error: `{file}`, line {number}: `{line:.60}` is no NAME=VALUE")
        value = value.strip()
        found[name.strip()] = value[1:-1] if value[:1] in ("'", '"') and value[-1:] == value[:1] != "" else value
    return found
