"""Names of things that stand elsewhere: a definition, its parameter, a field of a class, without any position."""

from __future__ import annotations

from athena_lsp.records import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Declaration:
    """A top-level name of a file, or a member of it.

    The IR of one file speaks of other files only in this way, never by offset: so it stays true when they move.
    `Project.locate` turns one into a place in the current text.
    """

    path: str
    name: str
    member: str = ""
    """A parameter of the function or a field of the class; empty for the thing itself."""

    def of(self, member: str) -> Declaration:
        return Declaration(self.path, self.name, member)


def plain_name(name: str) -> str:
    """A name of Python in the letters that Argo's parameters have; two names never become one."""
    return "".join(letter if letter.isascii() else f"-{ord(letter):x}-" for letter in name)
