"""A file and a folder go from step to step through object storage (Argo's artifact-passing and its sub-path form)."""

from pathlib import Path
from tempfile import mkdtemp

from athena_runtime import Artifact, container, workflow


@workflow
def press(words: str = "hello world") -> int:
    folder = typeset(words)
    return pages(folder) + weigh(cover(folder))


@container
def typeset(words: str) -> Artifact[Path]:
    """A folder with a file for each word."""
    folder = Path(mkdtemp())
    for number, word in enumerate(words.split()):
        (folder / f"{number}.txt").write_text(word)
    return folder


@container
def pages(folder: Artifact[Path]) -> int:
    return len(list(folder.iterdir()))


@container
def cover(folder: Artifact[Path]) -> Artifact[bytes]:
    return (folder / "0.txt").read_bytes()


@container
def weigh(cover: Artifact[bytes]) -> int:
    return len(cover)
