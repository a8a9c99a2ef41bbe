"""Write npm's lock files anew, with nothing in them but versions and hashes: no address, whoever reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDERS = ("vscode-client", "tests/e2e/vscode")
ADDRESSES = ("resolved", "funding", "deprecated")
COMMAND = ("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


def main() -> int:
    for folder in FOLDERS:
        subprocess.run(COMMAND, cwd=ROOT / folder, check=True)
        file = ROOT / folder / "package-lock.json"
        lock = json.loads(file.read_text(encoding="utf-8"))
        for package in lock["packages"].values():
            for key in ADDRESSES:
                package.pop(key, None)
        file.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
