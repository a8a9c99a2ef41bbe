"""Workflows in tests: `run_workflow` in this process, `run_emitted` as the local engine runs their manifests.

Neither needs a cluster, nor a test framework; `run_emitted` needs `athena` beside the Python that runs the tests. With
pytest come fixtures, manifests to compare with and branch coverage.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from athena_runtime.testing.clock import Clock
    from athena_runtime.testing.emitted import EmittedRun, EmittedStep, run_emitted
    from athena_runtime.testing.golden import Golden
    from athena_runtime.testing.local import Local, LocalRun, LocalStep, run_workflow
    from athena_runtime.testing.reports import RunFailedError
    from athena_runtime.testing.timetables import upcoming

__all__ = [
    "Clock",
    "EmittedRun",
    "EmittedStep",
    "Golden",
    "Local",
    "LocalRun",
    "LocalStep",
    "RunFailedError",
    "run_emitted",
    "run_workflow",
    "upcoming",
]

# pytest imports this package wherever athena is installed: what a test does not use is not imported.
_MODULES = {
    "clock": ("Clock",),
    "emitted": ("EmittedRun", "EmittedStep", "run_emitted"),
    "golden": ("Golden",),
    "local": ("Local", "LocalRun", "LocalStep", "run_workflow"),
    "reports": ("RunFailedError",),
    "timetables": ("upcoming",),
}
_HOMES = {name: f"{__name__}.{module}" for module, names in _MODULES.items() for name in names}


# Type checkers would take the function to mean that every name is there.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        __import__(home)
        value = getattr(sys.modules[home], name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
