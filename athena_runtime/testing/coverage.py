"""Which ways through workflows the runs of a session of tests have taken."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from athena_runtime.testing.probes import Probe, probed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from athena_runtime.testing.probes import Site

__all__ = ["Taken"]

_VERSION = 1
_RUN = "run"


class Taken:
    """How often each way was taken, by file, kind and place. It follows runs in this process."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str, tuple[int, ...]]] = Counter()
        self.unseen: set[str] = set()
        """Workflows whose source is not there."""
        self.made: dict[Callable[..., Any], Callable[..., Any] | None] = {}
        self.sites: list[Site | None] = []

    def of(self, function: Callable[..., object]) -> Callable[..., object]:
        """The function of a workflow, made to tell which way it goes."""
        if function not in self.made:
            self.made[function] = probed(function, Probe(self._teller(function), self.sites))
        again = self.made[function]
        if again is None:
            self.unseen.add(f"{function.__module__}.{function.__qualname__}")
        return again or function

    def _teller(self, function: Callable[..., object]) -> Callable[[str, tuple[int, ...]], None]:
        code: Any = getattr(function, "__code__", None)
        path = str(Path(code.co_filename).resolve()) if code is not None else ""

        def tell(kind: str, place: tuple[int, ...]) -> None:
            self.counts[path, kind, place] += 1

        return tell

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A step is tried, as long as the context lasts."""
        site = self.sites[-1] if self.sites else None
        if site is not None:
            site.attempt()
        self.sites.append(None)
        try:
            yield
        finally:
            self.sites.pop()

    # --- files ----------------------------------------------------------------------------------------------------

    def read(self, file: Path) -> None:
        """Adds what a run of manifests has taken."""
        if file.exists():  # a run that was interrupted has written nothing
            self.hear(json.loads(file.read_text(encoding="utf-8"))["workflows"])

    def hear(self, told: Iterable[dict[str, Any]]) -> None:
        """Adds what another process has told, as `told` does."""
        for workflow in told:
            path = workflow["path"]
            self.counts[path, _RUN, (workflow["line"],)] += workflow["runs"]
            for way in workflow["ways"]:
                self.counts[path, way["kind"], tuple(way["at"])] += way["taken"]

    def told(self) -> list[dict[str, Any]]:
        """What there is to tell another process: as in the files of `athena run --coverage`."""
        return [
            {"path": path, "line": place[0], "runs": count, "ways": []}
            if kind == _RUN
            else {"path": path, "line": 0, "runs": 0, "ways": [{"kind": kind, "at": list(place), "taken": count}]}
            for (path, kind, place), count in self.counts.items()
            if count
        ]

    def write(self, file: Path) -> None:
        """Writes a file that `athena coverage --data` reads."""
        file.write_text(json.dumps({"version": _VERSION, "workflows": self.told()}), encoding="utf-8")
