"""Kubernetes quantities (`500m`, `1.5Gi`, `2e3`), read exactly, with the nearest right one for what is not one.

The grammar is that of `k8s.io/apimachinery/pkg/api/resource`: digits with an optional fraction, then a binary suffix,
a decimal suffix or an exponent.
"""

from __future__ import annotations

import re
from decimal import Decimal

from athena_lsp.records import dataclass

BINARY = {suffix: Decimal(1024) ** power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}
DECIMAL = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "": Decimal(1),
    "k": Decimal("1e3"),
    "M": Decimal("1e6"),
    "G": Decimal("1e9"),
    "T": Decimal("1e12"),
    "P": Decimal("1e15"),
    "E": Decimal("1e18"),
}
SUFFIXES = {**DECIMAL, **BINARY}

QUANTITY = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])|[eE]([+-]?\d+))?", re.ASCII)
LOOSE = re.compile(r"\s*([+-]?)\s*(\d+(?:[.,]\d+)?|[.,]\d+)\s*([A-Za-z ]*?)\s*", re.ASCII)

BYTE_WORDS = {
    **dict.fromkeys(("b", "byte", "bytes"), ""),
    **dict.fromkeys(("k", "kb", "ki", "kib", "kilobyte", "kilobytes", "kibibytes"), "Ki"),
    **dict.fromkeys(("m", "mb", "mi", "mib", "meg", "megs", "megabyte", "megabytes", "mebibytes"), "Mi"),
    **dict.fromkeys(("g", "gb", "gi", "gib", "gig", "gigs", "gigabyte", "gigabytes", "gibibytes"), "Gi"),
    **dict.fromkeys(("t", "tb", "ti", "tib", "terabyte", "terabytes", "tebibytes"), "Ti"),
    **dict.fromkeys(("p", "pb", "pi", "pib", "petabyte", "petabytes"), "Pi"),
}
CORE_WORDS = {
    **dict.fromkeys(("c", "cpu", "cpus", "core", "cores", "vcpu", "vcpus"), ""),
    **dict.fromkeys(("mcpu", "mcore", "mcores", "mc", "milli", "millicpu", "millicore", "millicores"), "m"),
}


@dataclass(frozen=True, slots=True)
class QuantityProblem:
    """Why a text is no quantity, in a phrase after the text; `suggestion` is the nearest one, often a guess."""

    what: str
    suggestion: str = ""


def parse_quantity(text: str) -> Decimal | QuantityProblem:
    """The value of a quantity in its base unit: cores, bytes, pieces."""
    match = QUANTITY.fullmatch(text)
    if match is None:
        return QuantityProblem(_reason(text), _nearest(text))
    number = Decimal(match[1])
    if match[3]:
        exponent = int(match[3])
        if abs(exponent) > 18 + len(match[1]):
            return QuantityProblem("has an exponent that no quantity has")
        return number.scaleb(exponent)
    return number * SUFFIXES[match[2] or ""]


def _reason(text: str) -> str:
    if not text.strip():
        return "is empty"
    if re.search(r"\s", text):
        return "has a space in it"
    if not re.search(r"\d", text):
        return "has no number"
    if "," in text:
        return "has a comma in it"
    word = re.search(r"[A-Za-z%]+\Z", text)
    if word and QUANTITY.fullmatch(text[: word.start()]):
        return f"has the unknown suffix `{word[0]}`"
    return "is not a number with a suffix such as `m`, `k`, `Mi` or `Gi`"


def _nearest(text: str) -> str:
    match = LOOSE.fullmatch(text)
    if match is None:
        return ""
    sign, number, word = match[1], match[2].replace(",", "."), match[3].replace(" ", "")
    known = {**BYTE_WORDS, **CORE_WORDS}
    if word in SUFFIXES:
        suffix = word
    elif word.lower() in known:
        suffix = known[word.lower()]
    else:
        return ""
    return f"{sign if sign == '-' else ''}{number}{suffix}"
