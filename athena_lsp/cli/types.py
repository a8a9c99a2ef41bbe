"""Print the types of a workflow or container: signature, JSON Schema of what it takes and gives, who declares it."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from athena_lsp.cli import configured
from athena_lsp.cli.findings import existing, shown_path
from athena_lsp.cli.process import CLEAN, MisuseError
from athena_lsp.cli.targets import chosen_template, split
from athena_lsp.diagnostics import Location
from athena_lsp.ide.types import Origin, TemplateTypes, template_types
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

CHOOSE = "choose one as `file.py:name`"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "template",
        metavar="TEMPLATE",
        help="`file.py:function`, `package.module.function`, a function's or a template's name, or a file with one",
    )
    parser.add_argument("--json", action="store_true", help="one object instead of text")
    configured.argument(parser)


def run(options: Namespace) -> int:
    file, name = split(options.template)
    workspace = Workspace.open([existing(file) if file else "."], config=configured.chosen(options))
    workspace.ask(Project.signatures)  # decorators may come through installed packages
    declaration = chosen_template(workspace, file, name, options.template, CHOOSE)
    found = workspace.ask(lambda project: template_types(project, declaration))
    if found is None:
        raise MisuseError(f"error: `{declaration.name}` is no workflow and no container any more")
    if options.json:
        print(json.dumps(_object(workspace, found), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_text(workspace, found)))
    return CLEAN


def _text(workspace: Workspace, found: TemplateTypes) -> Iterator[str]:
    definition = found.definition
    yield f"{definition.kind.value} {definition.template}, {_place(workspace, found.location)}"
    yield ""
    yield found.signature
    for title, schema in (("takes", found.inputs), ("gives", found.output)):
        yield ""
        yield f"{title}:"
        yield json.dumps(schema.document, indent=2, ensure_ascii=False)
    rows = [(f"{each.name}: {each.type}", each) for each in found.edges]
    rows += [(f"{each.name} ({each.type})", each) for each in found.classes]
    width = max(len(label) for label, _ in rows)
    yield ""
    yield "declared:"
    for label, each in rows:
        yield f"  {label:<{width}}  {_place(workspace, each.location)}"


def _object(workspace: Workspace, found: TemplateTypes) -> dict[str, object]:
    definition = found.definition
    return {
        "template": definition.template,
        "kind": definition.kind.value,
        "function": definition.name,
        **_where(workspace, found.location),
        "signature": found.signature,
        "inputs": found.inputs.document,
        "output": found.output.document,
        "edges": [_origin(workspace, each) for each in found.edges],
        "classes": [_origin(workspace, each) for each in found.classes],
    }


def _origin(workspace: Workspace, each: Origin) -> dict[str, object]:
    return {"name": each.name, "type": each.type, **_where(workspace, each.location)}


def _where(workspace: Workspace, location: Location) -> dict[str, object]:
    """A place as the commands print it: lines and columns from 1, the path from the working directory."""
    line, column = workspace.project.source(location.path).position(location.span.start)
    return {"path": shown_path(workspace.root / location.path), "line": line + 1, "column": column + 1}


def _place(workspace: Workspace, location: Location) -> str:
    where = _where(workspace, location)
    return f"{where['path']}:{where['line']}"
