"""The extension of VS Code: its settings and commands, as far as they can be checked without an editor."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from athena_lsp.project import Project
from athena_lsp.settings import Settings
from tools.vscode_settings import written

ROOT = Path(__file__).parent.parent
CLIENT = ROOT / "vscode-client"
STEP = "@container\ndef step(item: str) -> str: ...\n"
SNIPPETS = json.loads((CLIENT / "snippets/athena.json").read_text(encoding="utf-8"))
PACKAGE = json.loads((CLIENT / "package.json").read_text(encoding="utf-8"))


def test_settings_are_those_of_the_project_and_the_extensions_own(update: bool) -> None:
    if update:
        (CLIENT / "package.json").write_text(written(), encoding="utf-8")
    assert (CLIENT / "package.json").read_text(encoding="utf-8") == written()


def test_every_command_is_declared_and_implemented() -> None:
    declared = {command["command"].removeprefix("athena.") for command in PACKAGE["contributes"]["commands"]}
    source = (CLIENT / "src/commands.ts").read_text(encoding="utf-8")
    table = source.split("const commands", 1)[1].split("};", 1)[0]
    assert set(re.findall(r"^    (\w+): ", table, re.MULTILINE)) == declared


def test_the_readme_tells_of_every_command() -> None:
    text = (CLIENT / "README.md").read_text(encoding="utf-8")
    assert [c["title"] for c in PACKAGE["contributes"]["commands"] if c["title"] not in text] == []


def test_the_extension_has_the_version_of_the_package() -> None:
    assert f'version = "{PACKAGE["version"]}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["workflow", "container", "fragment", "fan-out", "retry"])
def test_snippets_are_programs_without_findings(name: str) -> None:
    """As they are when nothing is typed into them, in a file where they belong."""
    body = "\n".join(SNIPPETS[f"athena {name}"]["body"])
    for number, default in re.findall(r"\$\{(\d):([^${}]*)\}", body):
        body = body.replace(f"${number}", default).replace(f"${{{number}}}", default)
    body = re.sub(r"\$\{\d\|(\w+),.*?\|\}", r"\1", re.sub(r"\$\{\d:([^{}]*)\}", r"\1", body)).replace("$0", "")
    assert "$" not in body
    around = {
        "fan-out": f"@workflow\ndef flow(items: list[str]) -> list[str]:\n    {body}\n    return results\n\n{STEP}",
        "retry": f"@container({body})\ndef step() -> None: ...\n",
    }
    text = around.get(name, f"{body}\n")
    names = {"container", "workflow", "fragment", "secret", "Retry"} & set(re.findall(r"\w+", text))
    imports = "" if "import" in text else f"from athena_runtime import {', '.join(sorted(names))}\n\n"
    project = Project.of({"main.py": imports + text}, Settings(project="shop"))
    assert [found.message for found in project.diagnostics("main.py")] == []


@pytest.mark.parametrize("file", ["python", "program", "preview", "graph", "run"])
def test_pages_of_the_walkthrough(file: str) -> None:
    steps = PACKAGE["contributes"]["walkthroughs"][0]["steps"]
    assert f"media/{file}.md" in {step["media"]["markdown"] for step in steps}
    assert (CLIENT / f"media/{file}.md").read_text(encoding="utf-8").startswith("# ")


def test_the_problem_matcher_reads_what_check_prints(tmp_path: Path) -> None:
    """The expressions are JavaScript's; these mean the same in Python."""
    (tmp_path / "main.py").write_text("from athena_runtime import workflow\n\n\n@workflow\ndef go(x): ...\n", "utf-8")
    command = [sys.executable, "-c", "from athena_lsp.cli.lsp import main; main()", "--check", "main.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    first, second = (pattern["regexp"] for pattern in PACKAGE["contributes"]["problemMatchers"][0]["pattern"])
    lines = done.stdout.splitlines()
    heads = [number for number, line in enumerate(lines) if re.match(first, line)]
    assert heads
    for number in heads:
        place = re.match(second, lines[number + 1])
        assert place is not None
        assert place[1] == "main.py"
