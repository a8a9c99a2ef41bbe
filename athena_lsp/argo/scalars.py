"""How one value is spelled in YAML, so that no reader of YAML 1.1, of 1.2, or of Go takes it for something else."""

from __future__ import annotations

import json
import re
from functools import lru_cache

# A first character that begins nothing but text, then printable ASCII; `: `, ` #` and a last `:` are looked for apart.
PLAIN = re.compile(r"[A-Za-z0-9/_][!-~]*(?: [!-~]+)*\Z")
INDICATOR = re.compile(r":(?: |\Z)| #")
# All that could be a number, a date, a time or a sexagesimal number in some dialect: a digit first, and no letters but
# those of hexadecimal and octal numbers, exponents and time stamps.
NUMERIC = re.compile(r"[0-9][0-9A-Fa-foOxX_.:+,TtZz -]*\Z")
WORDS = frozenset({"y", "yes", "n", "no", "on", "off", "true", "false", "null", "inf", "nan"})
SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def scalar(value: str | int | float | bool | None) -> str:
    """The value as a YAML scalar; a text always stays one."""
    match value:
        case str():
            return text(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _float(value)


@lru_cache(maxsize=4096)
def text(value: str) -> str:
    """A text as a YAML scalar: plain where it is safe, else in single quotes, else in double quotes with escapes."""
    if PLAIN.match(value) and not INDICATOR.search(value) and not NUMERIC.match(value) and value.lower() not in WORDS:
        return value
    if value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _escaped(character: str) -> str:
    if short := SHORT_ESCAPES.get(character):
        return short
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"  # half a surrogate pair is no character: no encoding of YAML can hold it
    if code > 0xFFFF:
        return f"\\U{code:08X}"
    return f"\\u{code:04X}" if code > 0xFF else f"\\x{code:02X}"


def _float(value: float) -> str:
    """JSON's spelling, with the point and the sign that YAML 1.1 wants of an exponent."""
    spelled = json.dumps(value, allow_nan=False)
    mantissa, exponent, power = spelled.partition("e")
    if not exponent:
        return spelled
    signed = power if power[0] in "+-" else f"+{power}"
    return f"{mantissa if '.' in mantissa else f'{mantissa}.0'}e{signed}"
