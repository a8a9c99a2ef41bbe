"""Split a text, count the words of each part in a pod of its own, add up (Argo's map-reduce)."""

from collections import Counter

from athena_runtime import Artifact, container, workflow

TEXT = "to be or not to be that is the question whether it is nobler to suffer"


@workflow
def word_count(text: str = TEXT, parts: int = 3) -> dict[str, int]:
    """The whole text travels through object storage; what each part gives is small."""
    book = store(text)
    return reduce([count(book, part, parts) for part in split(parts)])


@container
def store(text: str) -> Artifact[str]:
    return text


@container
def split(parts: int) -> list[int]:
    return list(range(parts))


@container
def count(book: Artifact[str], part: int, parts: int) -> dict[str, int]:
    return dict(Counter(book.split()[part::parts]))


@container
def reduce(counts: list[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(total.most_common(3))
