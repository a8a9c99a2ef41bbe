"""A stream of events, as somebody writes it who lives in msgspec."""

from __future__ import annotations

import datetime
import enum
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from athena_runtime import bounded, container, workflow
from msgspec import UNSET, Meta, Struct, UnsetType

T = TypeVar("T")
Port = Annotated[int, Meta(ge=1, le=65535)]
Name = Annotated[str, Meta(min_length=1, max_length=64)]


class Kind(enum.Enum):
    CLICK = "click"
    VIEW = "view"


class Event(Struct, tag_field="type", frozen=True, kw_only=True):
    at: datetime.datetime
    user: Name
    seconds: float = 0.0


class Click(Event, tag="click"):
    x: int
    y: int
    button: Literal["left", "right"] = "left"


class View(Event, tag="view"):
    page: str
    referrer: str | None = None


class Envelope(Struct, Generic[T]):
    payload: T
    headers: dict[str, str] = {}
    retries: int = 0


class Server(Struct, rename="camel", omit_defaults=True):
    host_name: str
    port_number: Port = 443
    labels: set[str] = msgspec.field(default_factory=set)


class Patch(Struct):
    port: Port | UnsetType = UNSET


class Window(Struct, array_like=True):
    start: datetime.datetime
    end: datetime.datetime


class Totals(Struct):
    clicks: int
    views: int
    users: list[str]
    window: Window
    kinds: dict[Kind, int]
    cursor: str | None = None


@container
def connect(server: Server) -> Envelope[list[Click | View]]: ...


@container
def events(envelope: Envelope[list[Click | View]]) -> list[Click | View]: ...


@container
def keep(event: Event, kind: Kind = Kind.CLICK) -> bool: ...


@container
def clicks(envelope: Envelope[list[Click | View]], limit: int = 10) -> list[Click]: ...


@container
def total(found: list[Click], kept: list[bool], start: datetime.datetime) -> Totals: ...


@container
def more(cursor: str | None) -> Totals: ...


@container
def store(totals: Totals, users: list[str], cursor: str) -> int: ...


@container
def wrap(value: int) -> Envelope[int]: ...


@container
def unwrap(envelope: Envelope[int]) -> int: ...


@container
def scale(seconds: float, window: Window) -> float: ...


@workflow
def stream(server: Server = Server(host_name="localhost"), rounds: int = 3) -> int:
    received = connect(server)
    kept = [keep(event) for event in events(received)]
    found = clicks(received, limit=rounds)
    totals = total(found, kept, datetime.datetime(2026, 1, 1))
    scale(totals.clicks, totals.window)
    unwrap(wrap(totals.views))
    if totals.cursor is not None:
        store(totals, totals.users, totals.cursor)
    return store(totals, [], totals.cursor if totals.cursor is not None else "")


@workflow
def paged() -> Totals:
    totals = more(None)
    for _ in bounded(5):
        if totals.cursor is None:
            break
        totals = more(totals.cursor)
    return totals
