"""What a test framework is told of runs: each as it ends, and which branches were taken where somebody asks."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from athena_runtime.testing.emitted import EmittedRun
    from athena_runtime.testing.local import LocalRun

__all__ = ["Recorder", "Trace", "add", "coverage_file", "recorder", "trace"]


class Trace(Protocol):
    """What follows one run in this process."""

    def of(self, function: Callable[..., object]) -> Callable[..., object]:
        """The function of a workflow, made to tell which way it goes."""

    def attempt(self) -> AbstractContextManager[object]:
        """A step is tried, as long as the context lasts."""


class Recorder(Protocol):
    """A test framework that wants to know."""

    def add(self, run: LocalRun[Any] | EmittedRun[Any], coverage: Path | None) -> None:
        """A run is over; the file says which branches one of manifests has taken."""

    def trace(self) -> Trace | None:
        """What follows a run that begins, where branches are counted."""


recorder: list[Recorder] = []
"""The one that listens, if any does."""


def add(run: LocalRun[Any] | EmittedRun[Any], coverage: Path | None = None) -> None:
    """Tells of a run that is over."""
    for each in recorder:
        each.add(run, coverage)


def trace() -> Trace:
    """What follows a run that begins."""
    return next((found for each in recorder if (found := each.trace()) is not None), _NOTHING)


def coverage_file(folder: Path) -> Path | None:
    """Where a run of manifests is to write which branches it took; None when nobody wants to know."""
    return folder / "coverage.json" if trace() is not _NOTHING else None


class _Nothing:
    def of(self, function: Callable[..., object]) -> Callable[..., object]:
        return function

    def attempt(self) -> AbstractContextManager[object]:
        return nullcontext()


_NOTHING = _Nothing()
