"""The programs of tests/mdtest/programs, in which athena finds nothing, are right for pyright as well."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "tests/mdtest/programs").glob("*.md"))
FENCE = re.compile(r"^(?:`([^`\n]+)`:\n\n)?```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SETTINGS = {"typeCheckingMode": "standard", "reportUnusedExpression": False}


@pytest.mark.slow  # pyright needs some seconds to start
def test_pyright_agrees_that_nothing_is_wrong(tmp_path: Path) -> None:
    folders: list[Path] = []
    for page in PAGES:
        folder = tmp_path / page.stem
        folders += [folder, folder / "src"]
        for name, program in FENCE.findall(page.read_text(encoding="utf-8")):
            path = folder / (name or f"{page.stem.replace('-', '_')}_program.py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(program, encoding="utf-8")
    settings = {**SETTINGS, "extraPaths": [str(ROOT), *map(str, folders)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("basedpyright")), "--pythonpath", sys.executable, "--level", "error"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "0 errors, 0 warnings, 0 notes"
