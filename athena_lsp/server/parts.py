"""Long answers: told in parts where the client wants that, and given up when the texts are no longer those of then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lsprotocol import types as lsp

from athena_lsp.ide.steps import Steps
from athena_lsp.records import dataclass, field
from athena_lsp.server.protocol import ModifiedError, QuietServer
from athena_lsp.server.session import Session


@dataclass
class Parts:
    """An answer that is a list, which goes to the client in parts when it gave a token for them (LSP "Partial Result
    Progress"): then the last answer is empty."""

    server: QuietServer
    token: lsp.ProgressToken | None
    wrapped: Callable[[list[Any]], Any] = list
    """The form of a part."""
    found: list[Any] = field(default_factory=list)
    told: bool = False

    def of(self, items: Iterator[object | None]) -> Steps[None]:
        """Adds what an answer consists of, as the client is told it; None is a moment without anything."""
        for item in items:
            if item is not None:
                self.found.append(item)
            yield

    def tell(self) -> None:
        """Sends what has been found since the last time."""
        if self.token is not None and self.found:
            self.server.progress(lsp.ProgressParams(self.token, self.wrapped(self.found)))
            self.found = []
            self.told = True

    def rest(self) -> list[Any]:
        """What the last answer holds."""
        if self.told:
            self.tell()
        return self.found


def unchanged(session: Session) -> Callable[[], None]:
    """Raises ModifiedError once the texts are not those of now: positions in an answer would be wrong."""
    files = session.project.files

    def check() -> None:
        if session.project.files is not files:
            raise ModifiedError("the texts have changed meanwhile")

    return check
