"""What a cursor stands in, told from the characters alone: half-written text has no tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from athena_lsp.records import dataclass, field, replace
from athena_lsp.text import Span

TOKEN = re.compile(
    r"(?P<comment>#[^\r\n]*)"
    r"|(?P<string>(?P<prefix>[rRbBuUfFtT]{0,2})(?P<quote>\"\"\"|'''|\"|'))"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<line>\r\n|\r|\n)"
    r"|(?P<space>[ \t\f]+|\\(?:\r\n|\r|\n))"
    r"|(?P<sign>==|!=|<=|>=|:=|->|\*\*|\d[\w.]*|.)",
    re.S,
)
CONTENTS = {
    '"': re.compile(r'(?:[^"\\\r\n]|\\(?:\r\n|.))*', re.S),
    "'": re.compile(r"(?:[^'\\\r\n]|\\(?:\r\n|.))*", re.S),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*', re.S),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*", re.S),
}
"""What may stand between quotes."""
OPENING, CLOSING = "([{", ")]}"
DOTTED = re.compile(r"[^\W\d]\w*(?:[ \t]*\.[ \t]*[^\W\d]\w*)*\Z")
LAST_NAME = re.compile(r"([^\W\d]\w*)\Z")
LONGEST_BLOCK = 100_000
"""Characters of a block in which somebody may be writing; longer ones are made by programs."""
LONGEST_NAME = 300
"""Characters before a bracket or a cursor in which a dotted name is looked for."""
DEFINING = re.compile(r"\b(?:def|class)\s+\Z")
BEGINS_STATEMENT = re.compile(r"[ \t]*(?:def|class|return|if|elif|else|for|while|with|try|except|finally|@|async)\b")


@dataclass(frozen=True, slots=True)
class Opened:
    """A bracket that is open at the cursor. For a call: what is called, and how far its arguments are."""

    bracket: str
    start: int
    """Where the bracket stands."""
    callee: str = ""
    """What is called or indexed: `a.b.c`, as written; empty when that is no name. `()` behind it: what a call of it
    gives."""
    decorator: bool = False
    index: int = 0
    """The number of commas so far."""
    keyword: str = ""
    """The keyword of the argument at the cursor, or the key of the entry."""
    given: tuple[str, ...] = ()
    """The keywords of the arguments before."""
    positional: int = 0
    """How many arguments before have no keyword."""
    fresh: bool = True
    """Nothing of the argument stands before the word at the cursor."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text. Offsets count as the text's."""

    where: Literal["code", "text", "comment"]
    word: Span
    """What one would replace: the word before the cursor; of a text or comment, what stands before it there."""
    base: str = ""
    """What stands before the dot where the cursor follows one: `a.b`, `load(url)`, `rows[0]`; `?` for another value."""
    opened: tuple[Opened, ...] = ()
    """The innermost bracket last."""
    text: Span | None = None
    """The content of the text around the cursor, as far as it goes."""
    quote: str = ""
    begins: int = 0
    """Where the statement begins: the first line of brackets that are open, or the cursor's own line."""

    @property
    def innermost(self) -> Opened | None:
        return self.opened[-1] if self.opened else None


def cursor_in(text: str, offset: int) -> Cursor:
    """What stands around an offset of a block. Never raises."""
    scan = _Scan()
    for token in tokens(text):
        kind, start, end = token.lastgroup or "", token.start(), token.end()
        if start >= offset and kind != "string":
            break
        if kind == "comment" and offset <= end:
            return _at(scan, "comment", Span(start, offset))
        if kind == "string":
            content, end = _content(text, token)
            if content.start <= offset <= content.end:
                whole = _at(scan, "text", Span(content.start, offset))
                return replace(whole, text=content, quote=token["quote"])
            if start >= offset:
                break
            scan.previous, scan.fresh_value = "text", False
            scan.value()
            scan.skip_to = end
            continue
        if end >= offset and kind == "name":
            break
        scan.take(text, kind, token[0], start, end)
    return _in_code(text, offset, scan)


@dataclass(slots=True)
class _Scan:
    """The brackets that are open, on the way through the text."""

    stack: list[Opened] = field(default_factory=list)
    line_start: int = 0
    begins: int = 0
    previous: str = ""
    """The last token that says something."""
    name_start: int = -1
    at_sign: bool = False
    skip_to: int = 0
    fresh_value: bool = True

    def take(self, text: str, kind: str, token: str, start: int, end: int) -> None:
        if start < self.skip_to or kind in ("space", "comment"):
            return
        if kind == "line":
            self._line(text, end)
        elif kind == "name":
            self.value()
            self.previous = token
        elif token in OPENING:
            self._open(text, token, start)
        elif token in CLOSING:
            if self.stack:
                self.stack.pop()
            self.previous = token
        else:
            self._sign(token)
            self.previous = token

    def value(self) -> None:
        """Something of an argument has been read."""
        if self.stack:
            self.stack[-1] = replace(self.stack[-1], fresh=False)

    def _line(self, text: str, end: int) -> None:
        if self.stack and ends_statement(text, self.begins, end):
            self.stack.clear()
        if not self.stack:
            self.begins = end
            self.at_sign = False
            self.previous = ""
        self.line_start = end

    def _open(self, text: str, bracket: str, start: int) -> None:
        callee = ""
        if bracket in "([":
            name = DOTTED.search(text, max(self.begins, start - LONGEST_NAME), start) if self.previous != ")" else None
            callee = re.sub(r"\s", "", name[0]) if name else _callee_of_call(text, self.begins, start)
            if name and DEFINING.search(text, max(self.begins, name.start() - LONGEST_NAME), name.start()):
                callee = ""
        self.value()
        decorator = self.at_sign and not self.stack
        self.stack.append(Opened(bracket, start, callee, decorator))
        self.previous = bracket

    def _sign(self, token: str) -> None:
        if token == "@" and not self.stack and not self.previous:
            self.at_sign = True
        if not self.stack:
            return
        here = self.stack[-1]
        if token == ",":
            given = (*here.given, here.keyword) if here.keyword else here.given
            positional = here.positional + (0 if here.keyword or here.fresh else 1)
            self.stack[-1] = replace(
                here, index=here.index + 1, keyword="", given=given, positional=positional, fresh=True
            )
        elif token == "=" and here.bracket == "(" and self.previous.isidentifier():
            self.stack[-1] = replace(here, keyword=self.previous, fresh=True)
        elif token == ":" and here.bracket == "{":
            self.stack[-1] = replace(here, keyword=":", fresh=True)
        else:
            self.value()


def tokens(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """The tokens of a text from a place on; the content of a string is jumped over."""
    at = start
    while at < len(text):
        match = TOKEN.match(text, at)
        assert match is not None  # the last alternative takes anything
        yield match
        at = match.end()
        if match["quote"]:
            content, after = _content(text, match)
            at = max(after, content.end)


def _content(text: str, opening: re.Match[str]) -> tuple[Span, int]:
    """The content of a string, and the place behind its closing quotes; a short one ends with its line."""
    quote, start = opening["quote"], opening.end()
    inside = CONTENTS[quote].match(text, start)
    end = inside.end() if inside else start
    return Span(start, end), end + len(quote) if text.startswith(quote, end) else end


def ends_statement(text: str, begins: int, line: int) -> bool:
    """Whether a line begins another statement although brackets are open: they were never closed."""
    if BEGINS_STATEMENT.match(text, line):
        return True
    indent = indent_at(text, line)
    rest = text[line + indent : line + indent + 1]
    return rest not in ("", "\r", "\n", "#", *CLOSING) and indent <= indent_at(text, begins)


def indent_at(text: str, line: int) -> int:
    at = line
    while at < len(text) and text[at] in " \t\f":
        at += 1
    return at - line


def _callee_of_call(text: str, begins: int, start: int) -> str:
    """`fetch.options()` for the second bracket of `fetch.options(...)(`; empty for other brackets."""
    before = text[max(begins, start - LONGEST_NAME) : start].rstrip()
    if not before.endswith(")"):
        return ""
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        depth += (before[at] == ")") - (before[at] == "(")
        if depth == 0:
            name = DOTTED.search(before[:at].rstrip())
            return f"{re.sub(chr(92) + 's', '', name[0])}()" if name else ""
    return ""


def _at(scan: _Scan, where: Literal["text", "comment"], word: Span) -> Cursor:
    return Cursor(where, word, opened=tuple(scan.stack), begins=scan.begins)


def _in_code(text: str, offset: int, scan: _Scan) -> Cursor:
    start = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    before = text[max(scan.begins, start - LONGEST_NAME) : start].rstrip(" \t")
    base = (value_before(before[:-1]) or "?") if before.endswith(".") else ""
    return Cursor("code", Span(start, offset), base, tuple(scan.stack), begins=scan.begins)


def value_before(text: str) -> str:
    """The value that a text ends with, on one line: names, calls, subscripts, and attributes of these, such as
    `load(url).rows[0].id`; empty where it ends with anything else."""
    end = at = len(text.rstrip())
    while True:
        if text[at - 1 : at] in (")", "]"):
            at = _opening(text, at)
            if at < 0:
                return ""
        else:
            name = LAST_NAME.search(text, max(at - LONGEST_NAME, 0), at)
            if name is None:
                return ""
            before = text[: name.start()].rstrip()
            if not before.endswith("."):
                return " ".join(text[name.start() : end].split())
            at = len(before[:-1].rstrip())
            continue
        at = len(text[:at].rstrip())


def _opening(text: str, end: int) -> int:
    """Where the bracket begins whose end stands there; -1 for nowhere."""
    depth = 0
    for at in range(end - 1, -1, -1):
        depth += (text[at] in CLOSING) - (text[at] in OPENING)
        if depth == 0:
            return at
    return -1


def keywords_behind(text: str, offset: int) -> tuple[str, ...]:
    """The keywords that stand behind an offset in the same brackets."""
    found: list[str] = []
    depth, name, begins = 0, "", line_start(text, offset)
    for match in tokens(text, offset):
        kind, token = match.lastgroup, match[0]
        if kind == "line" and ends_statement(text, begins, match.end()):
            break
        if token in OPENING and kind == "sign":
            depth += 1
        elif token in CLOSING and kind == "sign":
            depth -= 1
            if depth < 0:
                break
        elif token == "=" and depth == 0 and name:
            found.append(name)
        name = token if kind == "name" else name if kind in ("space", "line") else ""
    return tuple(found)


def line_start(text: str, offset: int) -> int:
    return max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
