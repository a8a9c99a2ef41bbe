"""The page's script and style in the package are those that its sources give."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CLIENT = ROOT / "vscode-client"


def test_the_page_is_built_from_its_sources(tmp_path: Path) -> None:
    if not (CLIENT / "node_modules/esbuild").is_dir():
        pytest.fail("run make check-client first") if os.environ.get("CI") else pytest.skip("esbuild is not installed")
    command = ["npm", "run", "--silent", "page", "--", f"--outdir={tmp_path}"]
    subprocess.run(command, cwd=CLIENT, check=True, timeout=60)
    for name in ("page.js", "page.css"):
        built = (tmp_path / name).read_text(encoding="utf-8")
        assert built == (ROOT / "athena_lsp/web/static" / name).read_text(encoding="utf-8"), "run `make page`"
