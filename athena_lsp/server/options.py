"""What a client has chosen: settings of the editor's features, and settings of the project."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from athena_lsp.ide.hints import HINT_KINDS
from athena_lsp.records import dataclass, field

EDITOR_KEYS = frozenset({"python", "commands", "inlayHints", "codeLens", "diagnosticMode", "trace"})
"""Keys that are no settings of a project."""


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of one client; whatever it does not say, or says wrongly, has its default."""

    python: str = ""
    """The environment whose packages give types; empty: the project's own."""
    hints: Mapping[str, bool] = field(default_factory=dict)
    """The kinds of inlay hints that are switched on or off."""
    lenses: bool = True
    workspace: bool = False
    """Files that are not open have diagnostics, too."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The keys of `[tool.athena]`; what the project's files say counts more."""
    complaints: tuple[str, ...] = ()
    """What is wrong with the settings, a sentence each."""


def read_options(given: object) -> Options:
    """The options in `initializationOptions`, or in the settings `athena.*`."""
    if not isinstance(given, dict):
        return Options()
    complaints: list[str] = []
    python = given.get("python")
    mode = given.get("diagnosticMode", "openFilesOnly")
    if mode not in ("openFilesOnly", "workspace"):
        complaints.append(f'`athena.diagnosticMode` must be "openFilesOnly" or "workspace", not {mode!r}')
    settings = {key: value for key, value in given.items() if key not in EDITOR_KEYS and value not in (None, "")}
    return Options(
        python if isinstance(python, str) else "",
        _switches(given.get("inlayHints"), complaints),
        given.get("codeLens") is not False,
        mode == "workspace",
        settings,
        tuple(complaints),
    )


def _switches(given: object, complaints: list[str]) -> Mapping[str, bool]:
    if given is None:
        return {}
    if isinstance(given, bool):
        return dict.fromkeys(HINT_KINDS, given)
    found = given if isinstance(given, dict) else {}
    unknown = [str(key) for key in found if key not in HINT_KINDS]
    if unknown or not isinstance(given, dict):
        complaints.append(f"`athena.inlayHints` knows {', '.join(HINT_KINDS)}: true or false for each")
    return {key: value for key, value in found.items() if isinstance(value, bool)}
