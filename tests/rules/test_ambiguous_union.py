"""`ambiguous-union` says of every pair of types what the codec does with their values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

from athena_lsp.project import Project
from athena_runtime.codec.forms import form_of

HEAD = """\
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import Path
from uuid import UUID
from athena_runtime import container

class Colour(Enum):
    RED = "red"
    BLUE = "blue"

class Size(IntEnum):
    SMALL = 1

"""


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    SMALL = 1


VALUES: dict[str, tuple[Any, list[Any]]] = {
    "str": (str, ["a", "it's"]),
    "bytes": (bytes, [b"a", b"\xff"]),
    "int": (int, [3, 10**30]),
    "float": (float, [3.5]),
    "bool": (bool, [True]),
    "datetime": (datetime, [datetime(2024, 1, 31, 3, 4, tzinfo=UTC)]),
    "date": (date, [date(2024, 1, 31)]),
    "time": (time, [time(3, 4)]),
    "timedelta": (timedelta, [timedelta(seconds=3), timedelta(days=2, seconds=1)]),
    "Decimal": (Decimal, [Decimal("3.5")]),
    "UUID": (UUID, [UUID(int=3)]),
    "Path": (Path, [Path("a/b")]),
    "Colour": (Colour, [Colour.RED, Colour.BLUE]),
    "Size": (Size, [Size.SMALL]),
    "list[int]": (list[int], [[1], []]),
    "set[int]": (set[int], [{1}, set()]),
    "tuple[int, ...]": (tuple[int, ...], [(1,), ()]),
}


def test_what_the_codec_never_reads_is_reported_and_nothing_else() -> None:
    pairs = list(permutations(VALUES, 2))
    functions = "".join(
        f"@container\ndef f{number}(x: {a} | {b}) -> None: ...\n\n" for number, (a, b) in enumerate(pairs)
    )
    found = Project.of({"main.py": HEAD + functions}).diagnostics("main.py")
    lines = {(HEAD + functions).count("\n", 0, each.span.start) for each in found if each.rule == "ambiguous-union"}
    first = HEAD.count("\n") + 1
    reported = {pairs[(line - first) // 3] for line in lines}
    assert reported == {(a, b) for a, b in pairs if is_never_read(a, b)}


def is_never_read(first: str, second: str) -> bool:
    """Whether each value of the second type comes back as one of another type."""
    form = form_of(VALUES[first][0] | VALUES[second][0])
    values = VALUES[second][1]
    return all(type(form.decode(form.encode(value), strict=False)) is not type(value) for value in values)
