"""The layer `app`: the project's own modules, data that goes with them, the index of functions, and the bootstrap."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from athena_runtime.bundle.layer import Entries, Entry, layer_file, ordered
from athena_runtime.contract import INDEX

BOOTSTRAP = Path(__file__).parent.parent / "pod" / "boot.sh"
NEVER = re.compile(
    r"(?:.*/)?(?:"
    r"\.git|\.hg|\.svn|\.venv|venv|\.env[^/]*|\.netrc|\.ssh|\.aws|__pycache__|tests?|node_modules|\.athena"
    r"|[^/]*\.(?:pem|key|p12|pfx|jks|keystore|kdbx|pyc)|id_(?:rsa|dsa|ecdsa|ed25519)[^/]*|credentials[^/]*|\.pypirc"
    r")(?:/.*)?",
    re.IGNORECASE,
)
"""Files that are not packaged whatever anybody says: keys, passwords, histories, tests."""


def app_layer(files: Mapping[str, bytes], templates: Iterable[tuple[str, str]]) -> Entries:
    """The files of the layer. `files` are modules and data by their places, `templates` are base names with
    `module:function`."""
    index = json.dumps({"version": 1, "templates": dict(sorted(templates))}, indent=1, ensure_ascii=False)
    name = INDEX.partition("/")[2]
    own = [Entry(name, f"{index}\n".encode()), layer_file("app", {})]
    if BOOTSTRAP.is_file():
        own.append(Entry("boot.sh", BOOTSTRAP.read_bytes(), executable=True))
    return ordered((*(Entry(path, data) for path, data in files.items()), *own))


def is_secret(path: str) -> bool:
    """Whether a file must never be part of a bundle, by its name."""
    return NEVER.fullmatch(path) is not None
