"""What a project has locked: uv's lock, a pylock.toml (PEP 751) or a requirements file with hashes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.lock import requirements_digest

UV_LOCK, PYLOCK, PLAIN = "uv.lock", "pylock.toml", "requirements.txt"
NAMES = (UV_LOCK, PYLOCK, PLAIN)
"""Where a lock is looked for when none is set, in this order."""
HASH = re.compile(r"^\s*[^#\n]*--hash[= ]sha256:[0-9a-f]{64}", re.MULTILINE)
OTHER_LOCKS = ("poetry.lock", "pdm.lock", "Pipfile.lock", "conda-lock.yml", "pixi.lock")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What to install: the text of a hashed requirements file, or of a pylock.toml."""

    text: str
    name: str = "requirements.txt"
    origin: str = ""
    """The file that it comes from, for messages."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that locks the packages; `extras` and `groups` say which of a uv.lock."""

    path: Path
    text: str
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What a lock of ours was made from."""
        return requirements_digest("\n".join((self.text, *self.extras, "", *self.groups)))

    @property
    def is_uv(self) -> bool:
        return self.path.name == UV_LOCK


def find_source(
    root: Path, setting: str = "", extras: tuple[str, ...] = (), groups: tuple[str, ...] = ()
) -> Source | None:
    """The project's own lock; None for a project that needs no packages. Raises BundleError when one is missing."""
    path = root / setting if setting else next((root / name for name in NAMES if (root / name).is_file()), None)
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeError) as error:
            raise BundleError(
                f"`{path.name}` cannot be read: {getattr(error, 'strerror', None) or error}",
                "correct `lock` in `[tool.athena.bundle]`",
                kind="requirements",
            ) from error
        if path.suffix in (".toml", ".lock") or HASH.search(text):
            return Source(path, text, extras, groups)
        if setting:
            raise BundleError(
                f"`{path.name}` has no hashes, so that nobody knows what it would install",
                "make it with `uv pip compile --universal --generate-hashes`",
                kind="requirements",
            )
        if not requires_something(text):
            path = None
    if path is not None or _declares(root):
        other = next((name for name in OTHER_LOCKS if (root / name).is_file()), "")
        advice = f" from `{other}`" if other else ""
        raise BundleError(
            "the project needs packages, and no lock says which",
            f"run `uv lock`; or export a requirements file with hashes{advice}, and name it with `lock` in "
            "`[tool.athena.bundle]`",
            kind="requirements",
        )
    return None


def requires_something(text: str) -> bool:
    """Whether a requirements file names any package."""
    lines = (line.strip() for line in text.splitlines())
    return any(line and not line.startswith(("#", "-")) for line in lines)


def _declares(root: Path) -> bool:
    """Whether the project's metadata name packages besides athena itself."""
    try:
        values = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8-sig"))
        needed = values["project"]["dependencies"]
        return any(not str(each).replace("_", "-").lower().startswith("athena-lsp") for each in needed)
    except (OSError, UnicodeError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return False
