"""What travels between the steps."""

from dataclasses import dataclass
from enum import Enum


class Region(Enum):
    """Where a customer lives."""

    EU = "eu"
    US = "us"


@dataclass(frozen=True)
class Order:
    """One line of the day's file; money is in cents."""

    number: str
    region: Region
    cents: int


@dataclass(frozen=True)
class Batch:
    """All orders of a day."""

    day: str
    orders: list[Order]


@dataclass(frozen=True)
class Total:
    """What one region ordered."""

    region: Region
    orders: int
    cents: int


@dataclass(frozen=True)
class Verdict:
    """Whether a batch can be believed, and if not, why."""

    good: bool
    problems: list[str]


@dataclass(frozen=True)
class Summary:
    """A day in two numbers."""

    day: str
    orders: int
    cents: int
