"""Writes docs/editor/features.md: every message of the protocol that the server takes, what it does here, its test."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lsprotocol import types as lsp

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "editor" / "features.md"

COMPLETION = "tests/mdtest/editor/completion.md"
NAVIGATION = "tests/mdtest/editor/navigation.md"
RENAME = "tests/mdtest/editor/rename.md"
SHOWN = "tests/mdtest/editor/shown.md"
ACTIONS = "tests/mdtest/editor/actions.md"
EDITS = "tests/e2e/test_edits.py"
LIFE = "tests/e2e/test_life.py"
WIRE = "tests/e2e/test_wire.py"
SESSION = "tests/e2e/test_editor_session.py"
RUNS = "tests/e2e/test_runs.py"
HEAD = """# What the language server does

Written by `tools/features.py`; a test holds it to what the server registers. The server runs beside a Python language
server: it speaks of what is athena's own, never completes plain Python, and is silent in files without athena.
"""
FOOT = """
## Settings

Of the client, as `initializationOptions` or as the section `athena` of its settings:

| key | meaning |
|---|---|
| `python` | the environment whose packages give types |
| `inlayHints` | `false`, or an object with `type`, `task`, `waits`, `default`, `schedule`: `true` or `false` |
| `codeLens` | `false`: no lenses |
| `diagnosticMode` | `"openFilesOnly"` (the default), or `"workspace"`: files that are not open, too |
| `commands` | the client's own commands; lenses use `athena.preview`, `.graph`, `.run`, `.showReferences` |
| every key of `[tool.athena]` | a setting of the project; what its files say counts more |

## Answers that take long

References, callers, symbols and diagnostics of the workspace, and renames, are made in slices of some milliseconds:
what comes in meanwhile is handled first. They are told in parts where the client gives a `partialResultToken`, show a
progress bar where it gives a `workDoneToken`, stop when they are cancelled, and are answered with `ContentModified`
when the text that they are about changes. Renaming a file changes nothing here: imports are the Python server's.

## Positions and texts

UTF-8, UTF-16 and UTF-32, whichever the client names first; lines end where those of Python do. Changes come as ranges
or as whole texts. A client that can pull diagnostics, and be told to pull again, pulls them; others are sent them;
never both.
"""


class Feature(NamedTuple):
    """A message: its method, what it does here, the file that tests it and what in it speaks of that."""

    method: str
    about: str
    test: str
    mark: str


class Group(NamedTuple):
    """Features under one heading."""

    title: str
    features: tuple[Feature, ...]


GROUPS = (
    Group(
        "What is wrong",
        (
            Feature(
                lsp.TEXT_DOCUMENT_DIAGNOSTIC,
                "findings with related places, links to the rule's page, marks for what is unused; result ids",
                SESSION,
                "diagnostics",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
                "the same, sent with the version, for clients that do not pull",
                SESSION,
                "PUBLISH",
            ),
            Feature(
                lsp.WORKSPACE_DIAGNOSTIC,
                'files that are not open, with `diagnosticMode = "workspace"`; answers when something is new',
                LIFE,
                "workspace/diagnostic",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_CODE_ACTION,
                "fixes; `source.fixAll.athena`; steps into a sub-workflow and back, expressions and unknown templates "
                "into containers, loops and comprehensions, parameters and artifacts, arguments of decorators",
                ACTIONS,
                "actions",
            ),
            Feature(
                lsp.CODE_ACTION_RESOLVE,
                "the edit of the action that was chosen, for clients that ask for it then; others have it at once",
                EDITS,
                "codeAction/resolve",
            ),
        ),
    ),
    Group(
        "While writing",
        (
            Feature(
                lsp.TEXT_DOCUMENT_COMPLETION,
                "arguments not given yet, closed sets, option types, placeholders, templates as calls "
                "with what is at hand, values that fit a parameter, fields of results, rules, settings",
                COMPLETION,
                "completion",
            ),
            Feature(lsp.COMPLETION_ITEM_RESOLVE, "the documentation of an offer", COMPLETION, "completion about"),
            Feature(
                lsp.TEXT_DOCUMENT_SIGNATURE_HELP,
                "of templates, option types, decorators and resource calls, also in text that does not parse",
                SHOWN,
                "signature",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_RENAME,
                "templates, parameters with placeholders and keyword arguments, fields, results, volumes; in "
                "all files; refused with the reason where it would break something; clients that show notes on edits "
                "ask before texts are changed",
                RENAME,
                "rename",
            ),
            Feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME, "whether that can be, and what is renamed", RENAME, "refused"),
        ),
    ),
    Group(
        "Reading",
        (
            Feature(
                lsp.TEXT_DOCUMENT_HOVER,
                "an argument's Argo field, when it acts, its default; a call's task, what it waits for and "
                "is given, its pods; a placeholder's type; a schedule's next times; templates with their "
                "schemas; settings",
                "tests/ide/test_hover.py",
                "hover",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL,
                "templates with their steps, volumes",
                "tests/ide/test_symbols_and_actions.py",
                "symbols",
            ),
            Feature(
                lsp.WORKSPACE_SYMBOL,
                "every template, by its name in Python or in Argo",
                NAVIGATION,
                "workspace-symbols",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_INLAY_HINT,
                "types on edges, names of tasks, what a call waits for, defaults that are sent, schedules in words",
                SHOWN,
                "hints",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_CODE_LENS,
                "Preview YAML, Graph and Run locally, where the client can; how many call a template",
                SHOWN,
                "lenses",
            ),
            Feature(lsp.CODE_LENS_RESOLVE, "a lens's words and command", LIFE, "codeLens/resolve"),
            Feature(lsp.WORKSPACE_EXECUTE_COMMAND, "`athena.showManifest`: opens a manifest", LIFE, "executeCommand"),
            Feature(
                lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
                "templates by kind, results of steps, placeholders, what Argo fills in",
                SHOWN,
                "tokens",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL_DELTA,
                "the same, as a change",
                "tests/server/test_tokens.py",
                "delta",
            ),
            Feature(
                lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, "the same, of a part", "tests/server/test_tokens.py", "range"
            ),
            Feature(
                lsp.TEXT_DOCUMENT_FOLDING_RANGE, "decorators; calls and fan-outs of several lines", SHOWN, "folding"
            ),
            Feature(
                lsp.TEXT_DOCUMENT_SELECTION_RANGE, "through placeholders, arguments and decorators", SHOWN, "selections"
            ),
            Feature(
                lsp.TEXT_DOCUMENT_DOCUMENT_LINK,
                "from decorators, arguments and suppressions to their pages",
                NAVIGATION,
                "links",
            ),
        ),
    ),
    Group(
        "Finding",
        (
            Feature(
                lsp.TEXT_DOCUMENT_DEFINITION,
                "of templates, parameters, fields, also from placeholders and keyword arguments",
                "tests/ide/test_definition.py",
                "definition",
            ),
            Feature(lsp.TEXT_DOCUMENT_DECLARATION, "the same", EDITS, "declaration"),
            Feature(
                lsp.TEXT_DOCUMENT_TYPE_DEFINITION,
                "the classes and enums in a value's type",
                NAVIGATION,
                "type-definition",
            ),
            Feature(lsp.TEXT_DOCUMENT_IMPLEMENTATION, "the function behind a template", NAVIGATION, "implementation"),
            Feature(
                lsp.TEXT_DOCUMENT_REFERENCES,
                "through files, imports under other names, placeholders and keyword arguments",
                NAVIGATION,
                "references",
            ),
            Feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, "the same in one file", NAVIGATION, "highlights"),
            Feature(
                lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY,
                "the template at the cursor, or around it",
                NAVIGATION,
                "calls",
            ),
            Feature(
                lsp.CALL_HIERARCHY_INCOMING_CALLS, "who runs it, or names it in an argument", NAVIGATION, "called by"
            ),
            Feature(lsp.CALL_HIERARCHY_OUTGOING_CALLS, "what it runs", NAVIGATION, "calls"),
        ),
    ),
    Group(
        "The manifest",
        (
            Feature(
                "athena/emit",
                "the YAML of a function, where each line came from, what is wrong; `{uri, position?, root?}`",
                SESSION,
                "athena/emit",
            ),
            Feature(
                "athena/graph",
                "what the same function runs, as a graph; with `runs: true` also how its last run stands",
                RUNS,
                "athena/graph",
            ),
            Feature(
                "athena/changed",
                "sent when an answer to `athena/emit` or `athena/graph` is no longer so",
                SESSION,
                "changed",
            ),
            Feature(
                "athena/log",
                "what the pods of a step have printed in that run: `{uri, root, node}` gives a text",
                RUNS,
                "athena/log",
            ),
            Feature(
                "athena/inputs",
                "what the same function takes: names, types, defaults, and all values where they can be counted",
                RUNS,
                "athena/inputs",
            ),
            Feature(
                "athena/input",
                "what is wrong with a text for a parameter: `{uri, root, name, text}` gives a sentence, or nothing",
                RUNS,
                "athena/input",
            ),
            Feature(
                "athena/counterpart",
                "from a line of YAML to Python, and back: `{uri, position}` gives places, the nearest first",
                LIFE,
                "athena/counterpart",
            ),
            Feature(
                "athena/diff",
                "what is not saved yet, as a change of the YAML: `{uri, position?, root?}`",
                LIFE,
                "athena/diff",
            ),
            Feature(
                lsp.WORKSPACE_TEXT_DOCUMENT_CONTENT,
                "the YAML as a read-only document `athena-yaml:`, which follows the program",
                SESSION,
                "TextDocumentContent",
            ),
        ),
    ),
    Group(
        "Life",
        (
            Feature(lsp.INITIALIZE, "one project for each root of the client's folders", LIFE, "initialize"),
            Feature(lsp.INITIALIZED, "asks to be told of files and settings", WIRE, "initialized"),
            Feature(
                lsp.TEXT_DOCUMENT_DID_OPEN,
                "the editor's text counts, not the disk's; untitled ones, too",
                WIRE,
                "untitled",
            ),
            Feature(lsp.TEXT_DOCUMENT_DID_CHANGE, "ranges and whole texts", WIRE, "change"),
            Feature(lsp.TEXT_DOCUMENT_DID_SAVE, "a look at the disk, for clients that watch nothing", WIRE, "didSave"),
            Feature(lsp.TEXT_DOCUMENT_DID_CLOSE, "the disk's text counts again", WIRE, "didClose"),
            Feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION, "settings count at once", LIFE, "didChangeConfiguration"),
            Feature(
                lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, "projects come and go", LIFE, "didChangeWorkspaceFolders"
            ),
            Feature(
                lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, "programs and settings are read again", LIFE, "WatchedFiles"
            ),
            Feature(
                lsp.WORKSPACE_DID_CREATE_FILES,
                "the same, told by the editor",
                "tests/server/test_changed_files.py",
                "didCreateFiles",
            ),
            Feature(lsp.WORKSPACE_DID_RENAME_FILES, "the same", LIFE, "didRenameFiles"),
            Feature(lsp.WORKSPACE_DID_DELETE_FILES, "the same", "tests/server/test_changed_files.py", "didDeleteFiles"),
            Feature(lsp.SET_TRACE, "`$/logTrace` with the time of each message", LIFE, "$/setTrace"),
            Feature(lsp.CANCEL_REQUEST, "also of requests that have not begun", WIRE, "cancelRequest"),
            Feature(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE, "the first look at a large workspace", LIFE, "$/progress"),
            Feature(lsp.SHUTDOWN, "and `exit`; the server also ends with the editor's process", LIFE, "editor_is_gone"),
        ),
    ),
)


def page() -> str:
    """The page as it should be."""
    parts = [HEAD]
    for group in GROUPS:
        rows = [
            f"| `{each.method}` | {each.about} | [{_name(each.test)}](../../{each.test}) |" for each in group.features
        ]
        parts.append(
            "\n".join((f"\n## {group.title}\n", "| method | what it does here | test |", "|---|---|---|", *rows, ""))
        )
    return "".join((*parts, FOOT))


def features() -> tuple[Feature, ...]:
    return tuple(feature for group in GROUPS for feature in group.features)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
