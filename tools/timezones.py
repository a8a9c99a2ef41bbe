"""Writes the names of all time zones, as this machine's time zone database has them, into the module that holds them.

`python tools/timezones.py` after a new release of the database. The names are kept as data so that a finding never
depends on what a machine has installed.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

MODULE = Path(__file__).parents[1] / "athena_lsp" / "analysis" / "timezones.py"
NO_ZONES = frozenset({"Factory", "localtime", "posixrules"})
HEAD = '''\
"""The names of the time zones of the IANA database (release {version}), which is what Argo looks them up in.

Written by `tools/timezones.py`.
"""

from __future__ import annotations

RELEASE = "{version}"
AREAS = {{
'''
TAIL = """\
}
"\""Names by the area before their first slash; `""` for names without one."\""
NAMES = frozenset(f"{area}/{name}" if area else name for area, names in AREAS.items() for name in names.split())
"""


def version() -> str:
    """The release of this machine's database; empty when it does not say."""
    for folder in TZPATH:
        file = Path(folder, "tzdata.zi")
        if file.is_file() and (match := re.match(r"# version (\w+)", file.read_text(encoding="utf-8"))):
            return match[1]
    return ""


def module(names: frozenset[str], release: str) -> str:
    """The source of the module for these names."""
    areas: dict[str, list[str]] = {}
    for name in sorted(names - NO_ZONES):
        area, slash, rest = name.partition("/")
        areas.setdefault(area if slash else "", []).append(rest or area)
    body = ""
    for area, found in sorted(areas.items()):
        lines = textwrap.wrap(" ".join(found), 105, break_on_hyphens=False, break_long_words=False)
        if len(lines) == 1 and len(lines[0]) + len(area) < 100:
            body += f'    "{area}": "{lines[0]}",\n'
        else:
            body += f'    "{area}": """\n' + "".join(f"        {line}\n" for line in lines) + '    """,\n'
    return HEAD.format(version=release) + body + TAIL


if __name__ == "__main__":
    if not version():
        sys.exit("this machine has no time zone database that says its release")
    MODULE.write_text(module(frozenset(available_timezones()), version()), encoding="utf-8")
