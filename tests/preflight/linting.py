"""Linting one text, for tests: what is found, with its rule and its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from athena_lsp.cli.lint import lint_texts
from athena_lsp.text import Source

CODE = re.compile(r" \(([A-Z]\d+)\)\Z")


@dataclass(frozen=True, slots=True)
class Told:
    """One finding."""

    code: str
    severity: str
    line: int
    """From 0."""
    message: str

    def __str__(self) -> str:
        return f"{self.line}: {self.severity}: [{self.code}] {self.message}"


def lint(text: str, *, complete: bool = True) -> Iterator[Told]:
    """Everything that `athena lint --offline` finds in a file."""
    source = Source(text)
    for one in lint_texts({"a.yaml": text}, complete=complete).diagnostics:
        code = CODE.search(one.message)
        message = CODE.sub("", one.message)
        yield Told(code[1] if code else one.rule, one.severity.value, source.line_of(one.span.start), message)
