"""Cutting a large module into its top-level statements without parsing it, for modules of which few names are asked.

Parsing half a megabyte takes a tenth of a second, looking for the lines that begin a statement a few milliseconds. The
cut can be wrong where a line inside brackets begins at column 0 like a statement; then a piece does not parse, and
`cut_exactly` says how it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.syntax.tree import parse

LARGE = 2_000
"""Characters from which on a class is worth being rid of its methods before it is parsed."""
STRINGS = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""',
    r"'''(?:[^'\\]++|\\.|'(?!''))*+'''",
    r'"(?:[^"\\\n]++|\\.)*+"',
    r"'(?:[^'\\\n]++|\\.)*+'",
    r"#[^\n]*+",
)
TOP_LEVEL = re.compile("|".join((*STRINGS, r"^(?P<start>@|[^\W\d])")), re.S | re.M)
INDENTED = re.compile("|".join((*STRINGS, r"^(?P<indent>[ \t]++)(?P<start>@|[^\W\d]\w*)")), re.S | re.M)
CONTINUES = re.compile(r"(?:else|elif|except|finally)\b")
DEFINES = re.compile(r"(?:@|(?:async[ \t]+)?def\b|class\b)")
DEFINED = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)
CLASS = re.compile(r"^class\b", re.M)
METHOD = re.compile(r"(?:async[ \t]+)?def[ \t]+(\w+)")
MAKES_VALUES = frozenset({"__new__", "_generate_next_value_"})
"""Methods by which an enum makes other values than those written."""
PLAIN_DECORATOR = re.compile(
    r"@(?:[\w.]+\.)?(?:property|cached_property|staticmethod|classmethod|overload|override|abstractmethod|setter|getter"
    r"|deleter|validator)[ \t]*(?:#[^\n]*)?\n"
)
"""Decorators that say nothing about a class's data; `@computed_field` and `@size.default` do."""


def skim(text: str) -> tuple[str, ...]:
    """The top-level statements of a module, each with its decorators and what stands below it; together the text."""
    starts = [0]
    decorating = False
    for match in TOP_LEVEL.finditer(text):
        if match["start"] is None:
            continue
        at = match.start()
        if not (decorating or CONTINUES.match(text, at)) and at > 0:
            starts.append(at)
        decorating = match["start"] == "@"
    return _pieces(text, starts)


def cut_exactly(text: str) -> tuple[str, ...]:
    """What `skim` gives, as Python's own parser sees it; the whole text as one piece when it does not parse."""
    tree = parse(text)
    starts = [0]
    for statement in tree.statements:
        decorators = getattr(statement, "decorator_list", ())
        at = tree.start(decorators[0]) if decorators else tree.start(statement)
        line_start = tree.source.line_starts[tree.source.line_of(at)]
        if line_start > starts[-1]:
            starts.append(line_start)
    return _pieces(text, starts)


def defined_name(piece: str) -> str:
    """The name of the function or class that a piece is; empty for any other statement."""
    if not DEFINES.match(piece):
        return ""
    match = DEFINED.search(piece)
    return match[1] if match else ""


def without_methods(piece: str) -> str:
    """A large class without its methods, but for those that say something about its data; any other piece as it is,
    and a class whose methods cannot be told."""
    if len(piece) < LARGE or not DEFINES.match(piece) or not CLASS.search(piece):
        return piece
    found = [match for match in INDENTED.finditer(piece) if match["start"] is not None]
    if not found:
        return piece
    indent = min((match["indent"] for match in found), key=len)
    bare = "".join((*_kept(piece, [match for match in found if match["indent"] == indent]), f"\n{indent}pass\n"))
    return bare if parse(bare).problem is None else piece


def _kept(piece: str, members: list[re.Match[str]]) -> Iterator[str]:
    """The head of a class, and its members without the methods that say nothing about its data."""
    yield piece[: members[0].start()]
    decorators: list[str] = []
    for member, following in zip(members, [*members[1:], None], strict=True):
        text = piece[member.start() : following.start() if following else len(piece)]
        if member["start"] == "@":
            decorators.append(text)
            continue
        method = METHOD.match(text.lstrip()) if member["start"] in ("def", "async") else None
        if method is None or method[1] in MAKES_VALUES or not all(map(_is_plain, decorators)):
            yield from (*decorators, text)
        decorators = []


def _is_plain(decorator: str) -> bool:
    return PLAIN_DECORATOR.match(decorator.strip() + "\n") is not None


def _pieces(text: str, starts: list[int]) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
