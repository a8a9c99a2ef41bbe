"""Reading feeds, as somebody writes it who lives in TypedDicts and named tuples."""

from collections import Counter, OrderedDict, defaultdict, deque
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, Required, TypedDict

from athena_runtime import Cron, container, workflow

Format = Literal["rss", "atom", "json"]
Level = Literal[1, 2, 3]
type_of_feed: dict[str, Format] = {"news": "rss"}


class Link(TypedDict):
    href: str
    rel: NotRequired[str]


class EntryBase(TypedDict, total=False):
    summary: str
    tags: list[str]


class Entry(EntryBase):
    id: Required[str]
    title: Required[str]
    links: Required[list[Link]]
    score: NotRequired[float | None]


class Media(Entry):
    seconds: int


class Node(TypedDict):
    name: str
    children: "list[Node]"


Header = TypedDict("Header", {"content-type": str, "etag": NotRequired[str]})


class Span(NamedTuple):
    start: int
    end: int = 0


class Stats(NamedTuple):
    count: int
    words: Counter[str]
    spans: list[Span]
    by_level: dict[Level, int]


class Source(TypedDict):
    url: str
    format: Format
    headers: dict[str, str]
    extra: dict[str, Any]


@container
def download(source: Source, retries: Level = 3) -> list[Entry]: ...


@container
def media(source: Source) -> list[Media]: ...


@container
def head(url: str) -> Header: ...


@container
def describe(entry: Entry, limit: int | None = None) -> str: ...


@container
def best(entries: list[Entry]) -> Entry: ...


@container
def count(entries: list[Entry], seen: set[str]) -> Stats: ...


@container
def tree(names: list[str]) -> Node: ...


@container
def walk(node: Node, depth: int = 3) -> list[str]: ...


@container
def where(span: Span, words: dict[str, int]) -> tuple[int, str]: ...


@container
def queue(items: deque[str], order: OrderedDict[str, int], groups: defaultdict[str, list[str]]) -> None: ...


@container
def publish(title: str, tags: list[str], level: Level, number: float) -> None: ...


@container
def levels(name: Annotated[str, "of the feed"]) -> tuple[Level, Format]: ...


@workflow(schedule=Cron("0 4 * * *", timezone="Europe/Paris"))
def ingest(
    source: Source = {"url": "https://example.com", "format": "rss", "headers": {}, "extra": {"a": [1, None]}},
) -> Stats:
    entries = download(source)
    films = media(source)
    texts = [describe(entry) for entry in entries]
    [describe(film, film["seconds"]) for film in films]
    top = best(entries)
    stats = count(entries, {"a", "b"})
    level, kind = levels("news")
    where(stats.spans[0], stats.words)
    publish(top["title"], texts, level, stats.count)
    walk(tree(["a"]), depth=level)
    describe({"id": "1", "title": "first", "links": [{"href": "x"}]})
    head(source["url"])
    download({"url": "u", "format": kind, "headers": {}, "extra": {}}, retries=1)
    return stats
