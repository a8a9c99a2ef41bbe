"""The examples do what they say: right ones are clean, emit and run; each wrong one shows the mistake it is about."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from athena_lsp.project import Project
from athena_lsp.render.text import render_text
from athena_lsp.workspace import Workspace
from athena_runtime import contract
from tests.argo.manifest_checks import check_manifest

EXAMPLES = Path(__file__).parent.parent / "examples"
RIGHT = ["quickstart", "etl"]
LESSONS = sorted((EXAMPLES / "mistakes").glob("*.py"))
EXPECTED = re.compile(r"# (error|warning|info): \[([\w-]+)\]$")


def read_project(name: str) -> Project:
    workspace = Workspace.open([EXAMPLES / name])
    assert workspace.config.diagnostics == ()
    assert workspace.problems == {}
    return workspace.project


def emitted(project: Project) -> str:
    """The manifests of every workflow that nobody calls."""
    return "---\n".join(project.emit(root).text for root in project.roots())


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_example_has_no_findings(name: str) -> None:
    project = read_project(name)
    found = [each for path in project.files for each in project.diagnostics(path)]
    assert found == [], render_text(found, {path: project.source(path) for path in project.files})


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_example_becomes_manifests_that_argo_takes(name: str) -> None:
    project = read_project(name)
    documents = check_manifest(emitted(project))
    templates = {face.template for face in project.signatures()}
    assert {each["metadata"]["labels"]["athena/project"] for each in documents} == {project.settings.project}
    assert {each["spec"]["entrypoint"] for each in documents if each["kind"] == "WorkflowTemplate"} == templates


@pytest.mark.parametrize("name", RIGHT)
def test_the_same_program_becomes_the_same_bytes(name: str) -> None:
    assert emitted(read_project(name)) == emitted(read_project(name))


def test_the_nightly_job_has_its_schedule_and_its_mounts() -> None:
    documents = {each["metadata"]["name"]: each for each in yaml.safe_load_all(emitted(read_project("etl")))}
    (cron,) = (each for each in documents.values() if each["kind"] == "CronWorkflow")
    assert cron["spec"]["schedules"] == ["0 2 * * *"]
    assert cron["spec"]["timezone"] == "Europe/Paris"
    assert cron["spec"]["concurrencyPolicy"] == "Forbid"
    (extract,) = documents["etl-extract-0-1-0"]["spec"]["templates"]
    assert "/srv/orders" in str(extract)
    (publish,) = documents["etl-publish-0-1-0"]["spec"]["templates"]
    assert "signing-key" in str(publish)
    assert "signing-key" not in str(extract)


def test_the_quickstart_runs_in_one_process(examples_on_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline = load(examples_on_path / "quickstart", "pipeline")
    report = pipeline.pipeline()
    assert (report.rows, report.total) == (3, 30)
    assert capsys.readouterr().out == f"published {report.id}\n"


def test_the_nightly_job_runs_in_one_process(
    examples_on_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(contract.ROOT_VARIABLE, str(tmp_path))
    monkeypatch.setenv(contract.secret_variable("report", "signing-key"), "a key")
    orders = tmp_path / contract.host_mount("/srv/orders")
    orders.mkdir(parents=True)
    (orders / "2024-01-31.csv").write_text("number,region,cents\n1,eu,100\n2,us,250\n3,eu,1\n")
    (orders / "2024-02-01.csv").write_text("number,region,cents\n1,eu,100\n1,us,250\n")
    flow = load(examples_on_path / "etl" / "src", "etl.flow")
    summary = flow.nightly("2024-01-31")
    assert (summary.orders, summary.cents) == (3, 351)
    with pytest.raises(Exception, match="1 orders counted twice"):
        flow.nightly("2024-02-01")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_mistake_is_reported_where_the_lesson_says(lesson: Path) -> None:
    project = read_project("mistakes")
    source = project.source(lesson.name)
    expected = sorted(
        (number, match[1], match[2])
        for number, line in enumerate(source.text.splitlines(), 1)
        if (match := EXPECTED.search(line))
    )
    reported = sorted(
        (source.line_of(each.span.start) + 1, each.severity.value, each.rule)
        for each in project.diagnostics(lesson.name)
    )
    assert expected
    assert reported == expected


def test_there_are_twenty_lessons_of_twenty_rules() -> None:
    assert [path.stem[:3] for path in LESSONS] == [f"{number:02}_" for number in range(1, 21)]
    rules = {path.stem: set(re.findall(r"# error: \[([\w-]+)\]", path.read_text(encoding="utf-8"))) for path in LESSONS}
    assert all(len(slugs) == 1 for slugs in rules.values())
    assert len(set.union(*rules.values())) == len(LESSONS)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_a_lesson_is_told_first(lesson: Path) -> None:
    first, second = lesson.read_text(encoding="utf-8").splitlines()[:2]
    assert first.startswith("# ")
    assert second == "" or second.startswith("# ")


@pytest.fixture
def examples_on_path() -> Iterator[Path]:
    """The folder of the examples; what is imported from there is forgotten afterwards."""
    path, modules = list(sys.path), set(sys.modules)
    yield EXAMPLES
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(EXAMPLES)):
            del sys.modules[name]


def load(folder: Path, module: str) -> ModuleType:
    sys.path.insert(0, str(folder))
    return importlib.import_module(module)


SETTINGS = "ATHENA_SECRET_DATABASE__PASSWORD=p\nATHENA_CONFIG_DATABASE__USER=u\n"
RUNS = {
    "quickstart": ((), '{"id":"latest-3874fe1c","rows":3,"total":30}'),
    "etl/src/etl/flow.py": (
        ("--host", "/srv/orders={examples}/etl/sample", "--env-file", "{examples}/etl/sample/settings.env"),
        '{"day":"2024-01-31","orders":4,"cents":6330}',
    ),
    "kitchen_sink/artifacts.py": ((), ""),
    # The model and its proxy are images that nobody has: the rest runs with what they would give.
    "kitchen_sink/images_and_pods.py": (("-a", "text=hi", "--set", "serve=null", "--set", "polished=salut"), '"salut"'),
    "kitchen_sink/resources.py": ((), "0.15"),
    "kitchen_sink/retries_and_timeouts.py": ((), '"the page at https://"'),
    "kitchen_sink/root_options.py": ((), None),
    "kitchen_sink/schedules.py:archive": ((), "31"),
    "kitchen_sink/schedules.py:refresh": ((), "13"),
    "kitchen_sink/schedules.py:sweep": (("-a", "days=3"), None),
    "kitchen_sink/scheduling.py": (("-a", "region=eu"), '"2 and 4; 6 and 8"'),
    "kitchen_sink/storage_and_secrets.py": (
        ("--host", "/var/run/postgres={here}", "--host", "/srv/database={here}", "--env-file", "{here}/settings.env"),
        "54",
    ),
    "kitchen_sink/synchronization.py": (("-a", "tenant=t"), None),
}
"""How each example is run, and what it gives; None where that is another thing each time, or nothing."""


@pytest.mark.slow  # a run in processes for each example
@pytest.mark.parametrize("target", RUNS)
def test_every_example_runs_on_this_machine(target: str, tmp_path: Path) -> None:
    arguments, result = RUNS[target]
    (tmp_path / "settings.env").write_text(SETTINGS, encoding="utf-8")
    for name in ("books/latest.txt", "pictures/empty.png"):
        (tmp_path / "artifacts" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "artifacts" / name).write_text("some text", encoding="utf-8")
    given = [each.format(examples=EXAMPLES, here=tmp_path) for each in arguments]
    command = [
        str(Path(sys.executable).parent / "athena"),
        "run",
        str(EXAMPLES / target),
        "-q",
        "--state",
        str(tmp_path),
    ]
    done = subprocess.run([*command, *given], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert result in (None, "", done.stdout.strip())


def test_every_example_has_a_run() -> None:
    sink = {path.name for path in (EXAMPLES / "kitchen_sink").glob("*.py")}
    assert sink <= {target.rpartition("/")[2].partition(":")[0] for target in RUNS}
