"""unknown-timezone: a time zone that the IANA database does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import TextShape
from athena_lsp.analysis.timezones import NAMES
from athena_lsp.ir.model import Unit
from athena_lsp.ir.values import Text
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules._options import describe, replaced, slots
from athena_lsp.rules.base import Finding, Mend, rule

ABBREVIATIONS = {
    "PST": ("America/Los_Angeles",),
    "PDT": ("America/Los_Angeles",),
    "MDT": ("America/Denver",),
    "CST": ("America/Chicago", "Asia/Shanghai"),
    "CDT": ("America/Chicago",),
    "EDT": ("America/New_York",),
    "BST": ("Europe/London",),
    "CEST": ("Europe/Berlin", "Europe/Paris"),
    "EEST": ("Europe/Athens", "Europe/Helsinki"),
    "IST": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "JST": ("Asia/Tokyo",),
    "KST": ("Asia/Seoul",),
    "AEST": ("Australia/Sydney", "Australia/Brisbane"),
    "Z": ("UTC",),
}
"""What people mean by abbreviations that name no zone: some of them mean several."""
DISTANCE = re.compile(r"(?:UTC|GMT)?\s*([+-])0?(\d{1,2})(?::?00)?", re.IGNORECASE)


@rule("a time zone that does not exist", fixable=True, required=True)
def unknown_timezone(unit: Unit, _facts: Facts) -> Iterator[Finding]:
    for slot in slots(unit):
        match slot.shape, slot.value:
            case TextShape(check="timezone"), Text(value=name) if name not in NAMES and "{" not in name:
                near = _meant(name)
                yield Finding(
                    span=slot.value.span,
                    message=f"{slot.title} is the IANA name of a time zone, and {describe(slot.value)} is none",
                    hints=(f"write {listed(near)}" if near else "name a place, as in `Europe/Paris`, or write `UTC`",),
                    fixes=tuple(
                        Mend(f"Replace with `{zone}`", edits) for zone in near if (edits := replaced(slot, zone))
                    ),
                )
            case _:
                pass


def _meant(name: str) -> tuple[str, ...]:
    """The zones that a wrong name may have meant: of that abbreviation, distance or place, or spelled alike."""
    word = name.strip()
    if found := ABBREVIATIONS.get(word.upper()):
        return found
    if distance := DISTANCE.fullmatch(word):
        # Names of distances count westwards: `Etc/GMT-2` is two hours ahead of UTC.
        zone = f"Etc/GMT{'-' if distance[1] == '+' else '+'}{distance[2]}"
        return (zone,) if zone in NAMES else ()
    place = word.replace(" ", "_").rpartition("/")[2].lower()
    if same := sorted(zone for zone in NAMES if zone.rpartition("/")[2].lower() == place):
        return tuple(same[:3])
    return nearest(word.replace(" ", "_"), sorted(NAMES)) if word[:1].isalpha() else ()
