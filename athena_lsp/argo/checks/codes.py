"""The codes of all rules of preflight, as `docs/preflight` explains them. A test holds the two together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FAMILIES: Mapping[str, Iterable[int]] = {
    "P": (1, *range(3, 10)),
    "O": range(1, 12),
    "C": range(1, 7),
    "N": range(1, 7),
    "T": range(1, 15),
    "I": range(1, 8),
    "V": (1, 3, 4, 6, 7),
    "D": range(1, 12),
    "K": range(1, 6),
    "X": range(1, 26),
}
"""The numbers in each family: P is about reading, O about objects, C about timetables, N about names, T about
templates, I about inputs and outputs, V about variables, D about the order of tasks;
K is what Kubernetes refuses, X are traps."""
CODES = frozenset(f"{family}{number}" for family, numbers in FAMILIES.items() for number in numbers)
