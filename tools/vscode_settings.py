"""Writes the settings of the VS Code extension into its `package.json`: its own, and every key of `[tool.athena]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from athena_lsp.ide.hints import HINT_KINDS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "vscode-client/package.json"
SCHEMA = ROOT / "docs/athena.schema.json"

OF_FOLDERS = {"scope": "resource"}
OWN: dict[str, dict[str, Any]] = {
    "athena.interpreter": {
        "type": "string",
        "default": "",
        "scope": "machine-overridable",
        "markdownDescription": "The Python, 3.11 or later, that runs athena's server. Empty: that of the Python "
        "Environments extension or of the Python extension, else `python3`.",
    },
    "athena.importStrategy": {
        "type": "string",
        "enum": ["useBundled", "fromEnvironment"],
        "enumDescriptions": ["The athena inside this extension.", "The athena that is installed beside that Python."],
        "default": "useBundled",
        "scope": "window",
        "markdownDescription": "Which athena the server is.",
    },
    "athena.preview.followCursor": {
        "type": "boolean",
        "default": True,
        "scope": "window",
        "markdownDescription": "Whether the YAML preview scrolls to the step under the cursor.",
    },
    "athena.codeLens": {
        "type": "boolean",
        "default": True,
        "scope": "window",
        "markdownDescription": "Whether there are lines above workflows and containers: preview, graph, run, callers.",
    },
    "athena.inlayHints": {
        "type": ["boolean", "object"],
        "default": True,
        "scope": "window",
        "properties": {kind: {"type": "boolean"} for kind in HINT_KINDS},
        "additionalProperties": False,
        "markdownDescription": "Whether types, tasks' names and defaults are shown in the text; "
        f"all of them, or each of {', '.join(f'`{kind}`' for kind in HINT_KINDS)}.",
    },
    "athena.diagnosticMode": {
        "type": "string",
        "enum": ["openFilesOnly", "workspace"],
        "default": "openFilesOnly",
        "scope": "window",
        "markdownDescription": "Which files have findings in the Problems panel.",
    },
    "athena.trace.server": {
        "type": "string",
        "enum": ["off", "messages", "verbose"],
        "default": "off",
        "scope": "window",
        "markdownDescription": "Whether the messages between editor and server go to the log.",
    },
}
SHAPE = ("type", "enum", "items")
"""What a setting takes over from the schema: enough for the settings page; the server checks the rest."""


def settings() -> dict[str, dict[str, Any]]:
    """Every setting of the extension with its description, as `contributes.configuration.properties` has them."""
    keys = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]
    return OWN | {f"athena.{key}": _setting(key, shape) for key, shape in keys.items() if "$ref" not in shape}


def _setting(key: str, shape: dict[str, Any]) -> dict[str, Any]:
    text = f"{shape['description']} The key `{key}` of `[tool.athena]`, which counts before this setting."
    taken: dict[str, Any] = {name: shape[name] for name in SHAPE if name in shape}
    if "enum" in taken:  # a choice that is none, since the page of settings would show `null` for it
        taken |= {"enum": ["", *taken["enum"]], "default": ""}
    return {**taken, **OF_FOLDERS, "markdownDescription": text}


def written() -> str:
    """The text of `package.json` with the settings of now."""
    package = json.loads(PACKAGE.read_text(encoding="utf-8"))
    package["contributes"]["configuration"] = {"title": "athena", "properties": settings()}
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PACKAGE.write_text(written(), encoding="utf-8")
    sys.stdout.write(f"{len(settings())} settings\n")
