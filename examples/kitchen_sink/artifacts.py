"""Values that travel through object storage, objects with fixed keys, and state that survives a retry."""

from dataclasses import dataclass
from pathlib import Path

from athena_runtime import (
    Artifact,
    checkpoint,
    container,
    load_artifact,
    load_artifact_str,
    save_artifact,
    save_artifact_str,
    workflow,
)


@dataclass
class Index:
    """The words of a book, with their counts."""

    words: dict[str, int]


@dataclass
class Progress:
    """How far the counting is."""

    line: int


@workflow
def read(title: str = "Moby Dick") -> Artifact[str]:
    """Four kinds of artifacts, none of them in a parameter."""
    text = borrow(title)
    index = count(text)
    draw(index)
    return tell(index, pack(text))


@container
def borrow(title: str) -> Artifact[str]:
    """A text."""
    return load_artifact_str("books/latest.txt") + title


@container(retry=3)
def count(text: Artifact[str]) -> Artifact[Index]:
    """A value of any type with a JSON form; an attempt goes on where the last one stopped."""
    state = checkpoint(Progress)
    start = state.load() or Progress(0)
    words: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()[start.line :], start.line):
        words[line] = words.get(line, 0) + 1
        state.save(Progress(number))
    return Index(words)


@container
def pack(text: Artifact[str]) -> Artifact[Path]:
    """A file, or a folder."""
    path = Path("/tmp/book")
    path.write_text(text)
    return path


@container
def draw(index: Artifact[Index]) -> None:
    """Objects with fixed keys, for whoever looks for them."""
    save_artifact("pictures/index.png", load_artifact("pictures/empty.png"))
    save_artifact_str("pictures/index.txt", str(len(index.words)))


@container
def tell(index: Artifact[Index], book: Artifact[Path]) -> Artifact[str]:
    """Takes a value and a file."""
    return f"{len(index.words)} words, {book.name}"
