"""What athena reports: diagnostics with their places, hints and fixes, as plain data. Rendering is elsewhere."""

from __future__ import annotations

from enum import Enum

from athena_lsp.records import dataclass
from athena_lsp.text import Span, TextEdit

RULES_URL = "https://athena-lsp.readthedocs.io/rules/"


class Severity(Enum):
    """How bad it is. `error`: the program would not do on the cluster what it says."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file; the span counts code points from the file's start."""

    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Label:
    """A related place and what it has to do with the finding (LSP `DiagnosticRelatedInformation`)."""

    location: Location
    message: str


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One replacement in one file."""

    path: str
    edit: TextEdit


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding; `safe` means that the program goes on meaning what it meant.

    The edits of one fix do not overlap. Fixes of different diagnostics are alternatives to one text, like commits
    with one parent.
    """

    title: str
    edits: tuple[FileEdit, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding of one rule, ready to be shown. `rule` is the slug that suppressions and settings use."""

    rule: str
    severity: Severity
    path: str
    span: Span
    message: str
    hints: tuple[str, ...] = ()
    related: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()
    unnecessary: bool = False
    """The text at the span has no effect (LSP `DiagnosticTag.Unnecessary`)."""
    stale: bool = False
    """Found in the last version of the block that parsed, not in the text that is there now."""

    @property
    def url(self) -> str:
        """The page that explains the rule."""
        return f"{RULES_URL}{self.rule}/"
