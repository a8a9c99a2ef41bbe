"""Comments in YAML that hide findings: `# athena: ignore[X9]`, and `# athena: ignore-file[argo-refuses]` anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from athena_lsp.argo.checks.codes import CODES
from athena_lsp.diagnostics import Diagnostic, Severity
from athena_lsp.records import dataclass
from athena_lsp.text import Source, Span

COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*athena:[ \t]*(ignore|ignore-file)\[([^\]\r\n]*)\]", re.MULTILINE)
WORD = re.compile(r"[^\s,]+")
CODE = re.compile(r".*\(([A-Z]\d+)\)\Z", re.DOTALL)
KNOWN = CODES | {"argo-refuses", "manifest-limit"}
UNKNOWN, UNUSED = "unknown-suppression", "unused-suppression"


@dataclass(frozen=True, slots=True)
class Ignored:
    """One word in one comment: the code of a rule, or the name of all of them."""

    word: str
    span: Span
    line: int | None
    """The line it is about; None for the whole file."""


def apply_comments(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> tuple[Diagnostic, ...]:
    """The findings that no comment hides, and a warning for each word in a comment that hides nothing.

    A comment is about findings that begin or end in its line; one that stands alone, about those of the line below.
    """
    kept: list[Diagnostic] = []
    by_path: dict[str, list[Diagnostic]] = {path: [] for path in sources}
    for one in diagnostics:
        by_path.setdefault(one.path, []).append(one)
    for path, found in by_path.items():
        source = sources[path]
        ignored = list(_ignored(source)) if "athena:" in source.text else []
        used: set[Ignored] = set()
        for one in found:
            hits = [each for each in ignored if _is_about(each, one, source)]
            used.update(hits)
            if not hits:
                kept.append(one)
        kept += (_idle(path, each) for each in dict.fromkeys(ignored) if each not in used)
    return tuple(kept)


def _ignored(source: Source) -> Iterator[Ignored]:
    for comment in COMMENT.finditer(source.text):
        line = source.line_of(comment.start())
        alone = not source.text[source.line_starts[line] : comment.start()].strip()
        for word in WORD.finditer(comment[2]):
            span = Span(*word.span()).shift(comment.start(2))
            if comment[1] == "ignore-file":
                yield Ignored(word[0], span, None)
            else:
                yield Ignored(word[0], span, line + 1 if alone else line)


def names_of(one: Diagnostic) -> frozenset[str]:
    """What a finding goes by: the name of its rule, and the code at the end of its message."""
    code = CODE.match(one.message)
    return frozenset((one.rule, code[1])) if code else frozenset((one.rule,))


def _is_about(ignored: Ignored, one: Diagnostic, source: Source) -> bool:
    if ignored.word not in names_of(one):
        return False
    last = max(one.span.start, one.span.end - 1)
    return ignored.line in (None, source.line_of(one.span.start), source.line_of(last))


def _idle(path: str, ignored: Ignored) -> Diagnostic:
    if ignored.word not in KNOWN:
        message = f"there is no rule `{ignored.word}`"
        hint = "write the code at the end of the message, such as `X9`"
        return Diagnostic(UNKNOWN, Severity.WARNING, path, ignored.span, message, (hint,))
    message = f"nothing here is reported by `{ignored.word}`"
    return Diagnostic(UNUSED, Severity.WARNING, path, ignored.span, message, unnecessary=True)
