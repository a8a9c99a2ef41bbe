"""Install the built wheel into a fresh environment, and do there what the README's first screen does."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "quickstart"
ALONE = "import athena_runtime, sys; sys.exit('athena_lsp' in sys.modules)"


def main() -> int:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    wheel = ROOT / "dist" / f"athena_lsp-{version}-py3-none-any.whl"
    with tempfile.TemporaryDirectory(prefix="athena-dist-") as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        binaries = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        run(folder, binaries / "python", "-m", "pip", "install", "--quiet", str(wheel))
        run(folder, binaries / "python", "-I", "-c", ALONE)
        run(folder, binaries / "athena-lsp", "--check", str(EXAMPLE))
        manifest = run(folder, binaries / "athena", "emit", str(EXAMPLE / "pipeline.py"))
    if "kind: WorkflowTemplate" not in manifest:
        sys.exit("the installed athena emitted no WorkflowTemplate")
    print(f"{wheel.name} installs and works")
    return 0


def run(folder: Path, *command: str | Path) -> str:
    """What a command prints; its errors go to our standard error. Ends the process when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, command))} ended with exit code {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
