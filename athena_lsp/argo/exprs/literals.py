"""What the literals of the expression language mean: numbers, and texts with their escapes."""

from __future__ import annotations

import math
import re

ESCAPED = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|(.))")
SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
LARGEST_INTEGER = 2**63 - 1
LARGEST_CODE = 0x10FFFF
SURROGATES = range(0xD800, 0xE000)
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def number(text: str) -> int | float | None:
    """The value of a number as it is written; None when there is none of 64 bits."""
    bare = text.replace("_", "").lower()
    try:
        if bare.startswith("0x"):
            value: int | float = int(bare, 0)
        elif "." in bare or "e" in bare:
            value = float(bare)
        elif bare.startswith(("0b", "0o")):
            value = int(bare, 0)
        else:
            value = int(bare)
    except ValueError:
        return None
    if isinstance(value, int):
        return value if value <= LARGEST_INTEGER else None
    return value if math.isfinite(value) else None


def text(literal: str) -> str | None:
    """The text that a literal with its quotes means; None for an escape that is no character."""
    if literal[0] == "`":
        return literal[1:-1].replace("``", "`")
    inside = literal[1:-1]
    if "\\" not in inside:
        return inside
    pieces: list[str] = []
    position = 0
    for match in ESCAPED.finditer(inside):
        pieces.append(inside[position : match.start()])
        character = _character(match)
        if character is None:
            return None
        pieces.append(character)
        position = match.end()
    return "".join((*pieces, inside[position:]))


def bytes_of(literal: str) -> bytes | None:
    """The bytes that `b'...'` means; None where it holds an escape that stands for no byte."""
    inside = literal[2:-1]
    pieces: list[bytes] = []
    position = 0
    for match in ESCAPED.finditer(inside):
        pieces.append(inside[position : match.start()].encode(errors="surrogatepass"))
        braced, short, long, byte, octal, simple = match.groups()
        if braced or short or long:
            return None
        code = int(byte, 16) if byte else int(octal, 8) if octal else ord(SIMPLE.get(simple, simple))
        if code > 0xFF:
            return None
        pieces.append(bytes([code]))
        position = match.end()
    return b"".join((*pieces, inside[position:].encode(errors="surrogatepass")))


def _character(match: re.Match[str]) -> str | None:
    braced, short, long, byte, octal, simple = match.groups()
    if simple:
        return SIMPLE.get(simple, simple)
    code = int(octal, 8) if octal else int(braced or short or long or byte, 16)
    if code > LARGEST_CODE or (octal and code > 0xFF):
        return None
    return REPLACEMENT if code in SURROGATES else chr(code)
