"""Runs one of athena's commands from the packages beside this file: `python -I run.py lsp|athena ARGUMENTS`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "libs"))
command = sys.argv.pop(1)
sys.argv[0] = {"lsp": "athena-lsp", "athena": "athena"}[command]
if command == "lsp":
    from athena_lsp.cli.lsp import main
else:
    from athena_lsp.cli.main import main
main()
