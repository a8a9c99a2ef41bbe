"""`athena emit`: which root is meant, what is refused, where the YAML goes."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from athena_lsp.cli import main
from athena_lsp.cli.process import guarded

FLOW = """\
from athena_runtime import container, workflow


@container
def load() -> str: ...


@workflow
def inner() -> str:
    return load()


@workflow
def pipeline() -> str:
    return inner()
"""
SECOND = """\
from athena_runtime import workflow
from flows.first import load


@workflow
def second() -> str:
    return load()
"""

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATHENA_VERSION_TAG", raising=False)
    write({"athena.toml": "project = 'shop'\n", "flows/first.py": FLOW})

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = guarded(lambda: main.run(("emit", *arguments)))
        except SystemExit as end:
            code = int(str(end.code or 0))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")


def names(text: str) -> list[str]:
    documents = list(yaml.safe_load_all(text))
    return [document["metadata"].get("name", document["kind"]) for document in documents if document]


ALL = ["shop-inner-0-0-0", "shop-load-0-0-0", "shop-pipeline-0-0-0"]


@pytest.mark.parametrize(
    "target",
    [
        *("", ".", "flows", "flows/first.py", "flows/first.py:pipeline", "flows.first.pipeline", "first.pipeline"),
        *("pipeline", "shop-pipeline", "flows/first.py --root pipeline"),
    ],
)
def test_the_only_workflow_that_nobody_calls_is_the_root(run: Run, target: str) -> None:
    code, out, err = run(*target.split())
    assert code == 0, err
    assert names(out) == ALL


def test_any_template_can_be_the_root(run: Run) -> None:
    assert names(run("--root", "inner")[1]) == ALL[:2]
    assert names(run("flows/first.py:load")[1]) == ALL[1:2]
    assert names(run("--root", "shop-inner")[1]) == ALL[:2]


def test_several_candidates_are_listed(run: Run) -> None:
    write({"flows/second.py": SECOND})
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "there is more than one workflow in `.`" in err
    assert "  flows/first.py:pipeline (workflow)\n  flows/second.py:second (workflow)\n" in err
    assert names(run("flows/second.py")[1]) == ["shop-load-0-0-0", "shop-second-0-0-0"]


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("flows/frist.py", "there is no file or folder `flows/frist.py`; did you mean `first.py`?"),
        ("flows/first.py:pipelin", "there is no `pipelin` in `flows/first.py:pipelin`; did you mean `pipeline`?"),
        ("flows.first.pipelin", "did you mean `pipeline`?"),
        ("nothing", "there is no file, folder, workflow or container `nothing`"),
    ],
)
def test_what_is_not_there_has_near_names(run: Run, target: str, message: str) -> None:
    code, out, err = run(target)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_file_without_workflows_says_so(run: Run) -> None:
    write({"empty.py": ""})
    assert run("empty.py")[2] == "error: there is no workflow in `empty.py`; no workflow or container is there\n"
    write({"pods.py": FLOW[: FLOW.index("@workflow")].replace("load", "fetch")})
    code, _, err = run("pods.py")
    assert code == 2
    assert "pods.py:fetch (container)" in err


def test_errors_are_printed_and_nothing_is_written(run: Run) -> None:
    write({"flows/first.py": FLOW.replace("-> str:\n    return inner", "-> int:\n    return inner")})
    Path("out.yaml").write_text("before")
    code, out, err = run("-o", "out.yaml")
    assert (code, out) == (1, "")
    assert "error[return-type-mismatch]: " in err
    assert Path("out.yaml").read_text() == "before"


def test_errors_elsewhere_do_not_matter(run: Run) -> None:
    write({"flows/second.py": SECOND.replace("-> str", "-> int")})
    assert run("flows/first.py")[0] == 0
    assert run("flows/second.py")[0] == 1


def test_errors_in_a_fragment_of_another_file_matter(run: Run) -> None:
    fragment = "@fragment\ndef help(x: str) -> str:\n    return secret(x, 'k')\n"
    write({"helper.py": f"from athena_runtime import fragment, secret\n\n\n{fragment}"})
    text = FLOW.replace("def load() -> str: ...", "def load() -> str:\n    return help('')")
    write({"flows/first.py": "from helper import help\n" + text})
    code, _, err = run("flows/first.py")
    assert code == 1
    assert "helper.py" in err


def test_settings_with_errors_matter(run: Run) -> None:
    write({"athena.toml": "imagge = 'x'\n"})
    assert run()[0] == 1


def test_notes_go_to_the_other_stream(run: Run) -> None:
    code, out, err = run()
    assert code == 0
    assert "note: " in err
    assert "note: " not in out


def test_a_file_is_written_whole_with_the_mode_of_new_files(run: Run) -> None:
    text = run()[1]
    assert run("-o", "out.yaml")[:2] == (0, "")
    assert Path("out.yaml").read_text(encoding="utf-8") == text
    assert not stat.S_IMODE(Path("out.yaml").stat().st_mode) & stat.S_IXUSR
    assert [path.name for path in Path().iterdir() if path.name.startswith(".")] == []
    code, _, err = run("-o", "no/folder/out.yaml")
    assert code == 2
    assert err.endswith("error: `no/folder/out.yaml` cannot be written: No such file or directory\n")


def test_the_tag_can_come_from_outside(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "shop-load-dev-kim" in names(run("--tag", "Dev Kim")[1])
    monkeypatch.setenv("ATHENA_VERSION_TAG", "2.0")
    assert "shop-load-2-0" in names(run()[1])


def test_a_run_can_be_added(run: Run) -> None:
    kinds = [document["kind"] for document in yaml.safe_load_all(run("--with-workflow")[1])]
    assert kinds.count("Workflow") == 1


def test_two_emits_are_the_same_bytes(run: Run) -> None:
    assert run()[1] == run()[1]
