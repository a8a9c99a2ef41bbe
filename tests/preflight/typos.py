"""Slips of the pen: every name in a manifest that stands for something else, spelled wrong, one at a time.

`python -m tests.preflight.typos` counts how many of them preflight finds, kind by kind.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from athena_lsp.argo.preflight import refusals
from athena_lsp.cli.manifests import read_manifests, read_yaml
from tests.preflight.mutating import Json, spec_of

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))
REFERRED_TO = ("WorkflowTemplate", "ClusterWorkflowTemplate")
NAMES = frozenset({"template", "entrypoint", "onExit", "depends", "target"})
"""Fields whose texts are names of other things, or conditions on them."""
TAG = re.compile(r"\{\{(=?)(.*?)\}\}", re.DOTALL)
PATH = re.compile(
    r"(?<![\w'\"#.\]$])(?:tasks|steps|inputs|workflow|outputs|item|lastRetry|sprig)(?:\.[\w%/-]+|\['[^']+'\])+"
)
WORD = re.compile(r"[\w-]+")
LATE = ("creationTimestamp", "scheduledTime", "duration")
"""Argo lets everything that begins so pass."""
FREE = frozenset({"hooks", "matchLabels", "labelsFrom", "withItems"}) | frozenset(
    {"metadata", "podMetadata", "labels", "annotations", "plugin", "manifest", "podSpecPatch", "nodeSelector"}
)
"""Objects with keys of one's own, and texts that hold something else."""

Place = tuple[tuple[str | int, ...], str, str]
"""A path to a text or a key, the kind of slip, and the text with it."""


def slips(document: Json) -> Iterator[Place]:
    """All of a document."""
    yield from _slips(document, ())


def _slips(value: Any, path: tuple[str | int, ...]) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, item in value.items():
            here = (*path, key)
            if not FREE & set(map(str, path)) and re.fullmatch(r"[a-z][A-Za-z]{2,}", str(key)):
                yield here, "key", _slip(key)
            yield from _slips(item, here)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _slips(item, (*path, number))
    elif isinstance(value, str):
        yield from _of_text(value, path)


def _of_text(text: str, path: tuple[str | int, ...]) -> Iterator[Place]:
    key, above = path[-1], path[-2] if len(path) > 1 else ""
    parents = set(map(str, path))
    for tag in TAG.finditer(text):
        kind = "path in an expression" if tag[1] else "path in a tag"
        for found in PATH.finditer(text, tag.start(2), tag.end(2)):
            yield from ((path, kind, changed) for changed in _in_path(text, found))
    if (
        key in ("expression", "fromExpression")
        and "{{" not in text
        and "data" not in parents
        and "labelsFrom" not in parents
    ):
        for found in PATH.finditer(text):
            yield from ((path, "path in an expression", changed) for changed in _in_path(text, found))
    if key in NAMES and "{{" not in text and "templateDefaults" not in parents and "plugin" not in parents:
        for word in WORD.finditer(text):
            yield path, f"`{key}`", text[: word.start()] + _slip(word[0]) + text[word.end() :]
    if key == "name" and isinstance(above, int) and len(path) > 3 and "inline" not in path[-6:]:
        if (
            path[-4] == "arguments"
            and path[-5:-4] != ("spec",)
            and "workflowSpec" not in path[-5:-4]
            and "submit" not in path
        ):
            yield path, "name of an argument", _slip(text)
        elif path[-3] == "volumeMounts":
            yield path, "name of a volume", _slip(text)


def _in_path(text: str, found: re.Match[str]) -> Iterator[str]:
    """Each name of a path but its head, where every letter counts."""
    if found[0].startswith(("workflow.labels", "workflow.annotations", "outputs")) or any(
        found[0].startswith(f"workflow.{word}") for word in LATE
    ):
        return
    for word in list(WORD.finditer(text, found.start(), found.end()))[1:]:
        yield text[: word.start()] + _slip(word[0]) + text[word.end() :]


def _slip(word: str) -> str:
    """Two letters in the wrong order; of a word without two different ones side by side, one letter more."""
    for at in range(len(word) - 2, -1, -1):
        if word[at] != word[at + 1] and word[at].isalpha() and word[at + 1].isalpha():
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return f"{word}x"


def changed(document: Json, place: Place) -> Json:
    """The document with one slip."""
    path, kind, new = place
    broken = copy.deepcopy(document)
    holder: Any = broken
    for key in path[:-1]:
        holder = holder[key]
    if kind == "key":
        holder[new] = holder.pop(path[-1])
    else:
        holder[path[-1]] = new
    return broken


def is_found(document: Json, others: list[Json]) -> bool:
    return any(each.document == 0 for each in refusals([document, *others], read_yaml=read_yaml))


def documents(path: Path) -> list[Json]:
    values = [manifest.value for manifest in read_manifests(path.read_text(encoding="utf-8"))]
    return [value for value in values if isinstance(value, dict) and value["kind"] != "WorkflowEventBinding"]


def trials(path: Path) -> Iterator[tuple[Json, Place, list[Json]]]:
    whole = documents(path)
    for number, document in enumerate(whole):
        others = [each for other, each in enumerate(whole) if other != number and each["kind"] in REFERRED_TO]
        for place in slips(document):
            if spec_of(document) is not None:
                yield document, place, others


def main() -> None:
    made: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for path in GOOD:
        for document, place, others in trials(path):
            made[place[1]] += 1
            if not is_found(changed(document, place), others):
                missed[place[1]] += 1
                print(f"missed: {path.stem}: {document['metadata']}: {place}")
    for kind, count in made.most_common():
        print(f"{kind:24} {count - missed[kind]:5} of {count:5}")
    print(f"{'all':24} {made.total() - missed.total():5} of {made.total():5}")


if __name__ == "__main__":
    main()
