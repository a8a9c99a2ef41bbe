"""Put athena and all that it needs into the VS Code extension: pure Python, the same for every platform and version."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIBS = ROOT / "vscode-client/bundled/libs"
LOCK = ROOT / "requirements/server.txt"
NATIVE = ("*.so", "*.pyd", "*.dylib")
"""PyYAML has a faster half in C for each platform, and works without it."""


def main() -> int:
    shutil.rmtree(LIBS, ignore_errors=True)
    install("--require-hashes", "--only-binary", ":all:", "-r", str(LOCK))
    install("--no-build-isolation", str(ROOT))
    for pattern in NATIVE:
        for path in LIBS.rglob(pattern):
            path.unlink()
    shutil.rmtree(LIBS / "bin", ignore_errors=True)
    size = sum(path.stat().st_size for path in LIBS.rglob("*") if path.is_file())
    print(f"{LIBS.relative_to(ROOT)}: {size / 1e6:.1f} MB")
    return 0


def install(*what: str) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--no-deps", "--upgrade"]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", str(LIBS), *what], check=True)


if __name__ == "__main__":
    sys.exit(main())
