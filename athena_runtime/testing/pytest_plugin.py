"""The plugin for pytest: fixtures, what runs did in the report of a failed test, golden manifests, branch coverage."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from athena_runtime.testing import recording
from athena_runtime.testing.goldens import Goldens, folder_of

# pytest imports this module wherever athena is installed. All else is imported by what uses it: it takes as long as a
# third of pytest itself.
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from athena_runtime.testing.clock import Clock
    from athena_runtime.testing.coverage import Taken
    from athena_runtime.testing.emitted import EmittedRun
    from athena_runtime.testing.golden import Golden
    from athena_runtime.testing.local import LocalRun
    from athena_runtime.testing.processes import Told

KEY = "athena"
"""Under which a worker of pytest-xdist tells what it knows."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("athena", "workflows (athena)")
    group.addoption(
        "--athena-update",
        nargs="?",
        const="yes",
        default="",
        choices=("yes", "ci"),
        help="write golden manifests anew and remove those that no test asks for; `=ci` also where CI is set",
    )
    group.addoption(
        "--athena-cov",
        action="append",
        nargs="?",
        const="",
        default=[],
        metavar="PATH",
        help="tell which branches of workflows were never taken: of those in PATH (default: in the root folder)",
    )
    group.addoption(
        "--athena-cov-fail-under", type=float, default=0.0, metavar="PERCENT", help="fail the session below this share"
    )
    group.addoption("--athena-cov-json", metavar="FILE", help="write what --athena-cov tells as JSON, too")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--athena-update") == "yes" and os.environ.get("CI"):
        raise pytest.UsageError("--athena-update: CI is set, and golden files are reviewed before; `=ci` writes them")
    plugin = Plugin(config)
    config.pluginmanager.register(plugin, "athena-session")
    recording.recorder.append(plugin)


def pytest_unconfigure(config: pytest.Config) -> None:
    plugin = config.pluginmanager.get_plugin("athena-session")
    if plugin in recording.recorder:
        recording.recorder.remove(plugin)


class Plugin:
    """What one session of tests knows of workflows."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.runs: list[LocalRun[Any] | EmittedRun[Any]] = []
        """Of the test that runs now."""
        self.goldens = Goldens(update=bool(config.getoption("--athena-update")))
        wanted = config.getoption("--athena-cov")
        self.taken: Taken | None = import_module("athena_runtime.testing.coverage").Taken() if wanted else None
        self.covered = [str(config.invocation_params.dir / path) if path else str(config.rootpath) for path in wanted]
        self.coverage: Told | None = None

    # --- what runs tell -------------------------------------------------------------------------------------------

    def add(self, run: LocalRun[Any] | EmittedRun[Any], coverage: Path | None) -> None:
        self.runs.append(run)
        if self.taken is not None and coverage is not None:
            self.taken.read(coverage)

    def trace(self) -> recording.Trace | None:
        return self.taken

    # --- tests ----------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        self.runs.clear()
        try:
            return (yield)
        finally:
            self.runs.clear()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        told = getattr(call.excinfo.value, "run", None) if call.excinfo is not None else None
        if report.failed:
            report.sections += [
                (f"athena: run {number}", run.report()) for number, run in enumerate(self.runs, 1) if run is not told
            ]
        return report

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.goldens.collected({item.path for item in items})

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        for item in items:
            self.goldens.failed(item.path)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.goldens.failed(self.config.rootpath / report.nodeid.partition("::")[0])

    # --- the end of the session -----------------------------------------------------------------------------------

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if output is not None:
            taken = self.taken
            output[KEY] = {
                "goldens": self.goldens.told(),
                "taken": taken.told() if taken is not None else [],
                "unseen": sorted(taken.unseen) if taken is not None else [],
            }
            return
        if self._is_whole():
            self.goldens.finish()
        if self.taken is not None:
            self.coverage = self._covered(self.taken)
            if self.coverage.code != 0 and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _covered(self, taken: Taken) -> Told:
        """What `athena coverage` tells of all that was taken."""
        option = self.config.getoption
        command = ["coverage", *dict.fromkeys(self.covered), f"--fail-under={option('--athena-cov-fail-under'):g}"]
        if option("--athena-cov-json"):
            command.append(f"--json={self.config.invocation_params.dir / option('--athena-cov-json')}")
        with TemporaryDirectory(prefix="athena-") as folder:
            taken.write(Path(folder, "taken.json"))
            athena = import_module("athena_runtime.testing.processes").athena
            told: Told = athena([*command, f"--data={folder}/taken.json"], self.config.rootpath)
            return told

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        told = getattr(node, "workeroutput", {}).get(KEY)
        if told is not None:
            self.goldens.hear(told["goldens"])
            if self.taken is not None:
                self.taken.hear(told["taken"])
                self.taken.unseen |= set(told["unseen"])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        lines = self.goldens.lines(self.config.rootpath)
        if lines:
            terminalreporter.section("golden manifests (athena)")
            for line in lines:
                terminalreporter.write_line(line)
        if self.coverage is not None:
            terminalreporter.section("branches of workflows (athena)")
            terminalreporter.write(self.coverage.out)
            terminalreporter.write(self.coverage.err, red=self.coverage.code != 0)
            for name in sorted(self.taken.unseen if self.taken is not None else ()):
                terminalreporter.write_line(f"not followed, for its source is not there: {name}")

    def _is_whole(self) -> bool:
        """Whether every test of the chosen files ran."""
        option = self.config.option
        is_part = any("::" in argument for argument in self.config.args)
        return not (is_part or getattr(option, "lf", False) or option.maxfail)


@pytest.fixture
def athena_local() -> Callable[..., LocalRun[Any]]:
    """`athena_runtime.testing.run_workflow`: a workflow in the test's own process."""
    run: Callable[..., LocalRun[Any]] = import_module("athena_runtime.testing.local").run_workflow
    return run


@pytest.fixture
def athena_emitted(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., EmittedRun[Any]]:
    """`athena_runtime.testing.run_emitted`, which keeps its runs in the test's `tmp_path`, below `athena`.

    A text as target is looked up from pytest's root folder.
    """

    run_emitted: Callable[..., EmittedRun[Any]] = import_module("athena_runtime.testing.emitted").run_emitted

    def run(target: Any, /, inputs: Any = None, **given: Any) -> EmittedRun[Any]:
        return run_emitted(target, inputs, **{"folder": request.config.rootpath, "state": tmp_path / "athena", **given})

    return run


@pytest.fixture
def athena_clock() -> Clock:
    """A clock that shows the beginning of 2024 in every run of the test."""
    clock: Clock = import_module("athena_runtime.testing.clock").Clock("2024-01-01T00:00:00+00:00")
    return clock


@pytest.fixture
def athena_golden(request: pytest.FixtureRequest) -> Iterator[Golden]:
    """Compares manifests with a file beside the test: `athena_golden(pipeline)`."""
    plugin = request.config.pluginmanager.get_plugin("athena-session")
    assert isinstance(plugin, Plugin)
    made = import_module("athena_runtime.testing.golden").Golden
    golden: Golden = made(
        folder_of(request.path), request.node.name, request.config.rootpath, update=plugin.goldens.update
    )
    yield golden
    plugin.goldens.use(golden.used)
