"""What stands before publishing: a tree that is committed, and a branch that releases are made from."""

from __future__ import annotations

import sys

from athena_lsp.cli.process import MisuseError, tell
from athena_lsp.config.read import RELEASE_BRANCHES
from athena_lsp.workspace import Workspace


def allowed(workspace: Workspace, *, dirty: bool, yes: bool) -> bool:
    """Whether to go on: False when the user says no. Raises MisuseError for files that are not committed.

    Off a release branch a terminal is asked, and anybody else is told.
    """
    git = workspace.git
    if git is None:
        return True
    if git.dirty and not dirty:
        raise MisuseError(
            "error: files of the project differ from the commit, so that nobody could tell what was published\n"
            "help: commit them, or publish with `--allow-dirty`"
        )
    if git.branch in RELEASE_BRANCHES or yes:
        return True
    where = f"the branch `{git.branch}`" if git.branch else "no branch"
    note = f"this is {where}: the tag is `{workspace.config.settings.version_tag}`"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        tell(f"note: {note}")
        return True
    print(f"{note}. Publish? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
