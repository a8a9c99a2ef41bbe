"""Which files may define a template of some name, or a fragment: told from their words, without parsing them.

A whole project is asked whenever one name is looked up, and parsing it takes hundreds of times as long as this. What is
told here may be too much, never too little: whoever asks looks at the definitions themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from athena_lsp.recent import recent
from athena_lsp.records import dataclass, field

DEFINED = re.compile(r"\bdef[\s\\]+(\w+)")
DECORATOR = re.compile(r"^[ \t\f]*@[ \t]*([\w.]*)", re.M)
DECORATED = re.compile(r"^[ \t\f]*@.*?(?=\n[ \t\f]*(?:async[\s\\]+)?(?:def|class)\b|\Z)", re.S | re.M)
"""All decorators of one function or class."""
NAMED = re.compile(r"\bname\b(?:[\s\\]|#[^\n]*\n)*=")
FRAGMENT = "fragment"
RENAMED = re.compile(r"\bfragment\b(?:[\s\\]|#[^\n]*\n)*as\b")
HARMLESS = frozenset(
    {"workflow", "container", "dataclass", "property", "staticmethod", "classmethod", "cache", "lru_cache", "overload",
     "override", "fixture", "parametrize"}
)  # fmt: skip
"""Last parts of decorators' names that do not mean `fragment`, unless some file calls it so."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of one file tell."""

    defined: frozenset[str] = frozenset()
    """The functions, methods and nested ones included, spelled as in templates' names."""
    names_itself: bool = False
    """A decorator may give its template a name."""
    may_hold_fragments: bool = False
    renames_fragment: bool = False
    """`fragment` may have another name in other files."""

    def __or__(self, other: Words) -> Words:
        return Words(
            self.defined | other.defined,
            self.names_itself or other.names_itself,
            self.may_hold_fragments or other.may_hold_fragments,
            self.renames_fragment or other.renames_fragment,
        )


NOTHING = Words()
MANY = 512
"""New blocks after which the words of one that nobody asked for are forgotten."""


@dataclass(frozen=True)
class Candidates:
    """The words of all files of a project, the other way round."""

    by_function: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The paths of the files that define a function, by its name as in templates' names."""
    naming: frozenset[str] = frozenset()
    with_fragments: frozenset[str] = frozenset()
    renaming: frozenset[str] = frozenset()

    @property
    def fragments(self) -> frozenset[str] | None:
        """The files that may hold fragments; None: any file."""
        return None if self.renaming else self.with_fragments

    def changed(self, path: str, old: Words, new: Words) -> Candidates:
        """The same with other words in one file."""
        by_function = self.by_function
        if old.defined != new.defined:
            by_function = dict(by_function)
            for name in old.defined - new.defined:
                by_function[name] = tuple(other for other in by_function[name] if other != path)
            for name in new.defined - old.defined:
                by_function[name] = (*by_function.get(name, ()), path)
        return Candidates(
            by_function,
            _with(self.naming, path, new.names_itself),
            _with(self.with_fragments, path, new.may_hold_fragments),
            _with(self.renaming, path, new.renames_fragment),
        )


def candidates(words: Iterable[tuple[str, Words]]) -> Candidates:
    """All files, each with its path and its words."""
    files = tuple(words)
    by_function: dict[str, list[str]] = {}
    for path, found in files:
        for name in found.defined:
            by_function.setdefault(name, []).append(path)
    return Candidates(
        {name: tuple(paths) for name, paths in by_function.items()},
        frozenset(path for path, found in files if found.names_itself),
        frozenset(path for path, found in files if found.may_hold_fragments),
        frozenset(path for path, found in files if found.renames_fragment),
    )


def words_of(text: str, *, is_program: bool) -> Words:
    """The words of a file's text, whether it parses or not. A file that is no part of the program defines nothing."""
    if not is_program and FRAGMENT not in text:
        return NOTHING
    if not text.isascii():
        text = normalize("NFKC", text)  # as Python reads names
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    renames = FRAGMENT in text and RENAMED.search(text) is not None
    if not is_program:
        return Words(renames_fragment=renames)
    above = DECORATED.findall(text)
    return Words(
        frozenset(map(kebab, DEFINED.findall(text))),
        # A text of several lines may hold what looks like the end of the decorators.
        any('"""' in each or "'''" in each or NAMED.search(each) for each in above),
        FRAGMENT in text or any(name.rpartition(".")[2] not in HARMLESS for name in DECORATOR.findall(text)),
        renames,
    )


@recent(MANY)
def _words_of_block(block: tuple[str, bool]) -> Words:
    text, is_program = block
    return words_of(text, is_program=is_program)


def words_of_blocks(blocks: Iterable[str], *, is_program: bool) -> Words:
    """The words of a file that is cut already: after an edit only those of the new blocks are looked for."""
    found = [_words_of_block((block, is_program)) for block in blocks]
    return Words(
        frozenset().union(*(each.defined for each in found)),
        any(each.names_itself for each in found),
        any(each.may_hold_fragments for each in found),
        any(each.renames_fragment for each in found),
    )


def kebab(name: str) -> str:
    """A Python name as a part of a Kubernetes name: `load_rows` is `load-rows`."""
    return name.lower().replace("_", "-").strip("-")


def _with(paths: frozenset[str], path: str, is_in: bool) -> frozenset[str]:
    if is_in is (path in paths):
        return paths
    return paths | {path} if is_in else paths - {path}
