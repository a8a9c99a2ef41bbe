"""Workflows in tests: `run_workflow` in this process, `run_emitted` as the local engine runs their manifests.

Neither needs a cluster, nor a test framework; `run_emitted` needs `athena` beside the Python that runs the tests. With
pytest come fixtures, manifests to compare with and branch coverage.
"""

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
