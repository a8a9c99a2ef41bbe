"""Reading messages ahead of the loop: framing, the queue, and requests cancelled before they begin.

pygls 2.1.1 reads stdin through the thread pool of its handlers, matches `Content-Length` by case, and starts requests
whose cancellation has already arrived. One thread of our own reads everything at once, so that a cancelled request is
answered without being run, and so that a burst of edits can be seen as a burst.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Protocol, TypeAlias

from athena_lsp.records import dataclass, field

Json: TypeAlias = dict[str, Any]

HEADERS_LIMIT = 64 * 1024
"""Bytes without the end of a header block after which they are taken for garbage."""
BODY_LIMIT = 1024**3
"""A longer message cannot be meant."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON-RPC message that is an object."""

    content: Json

    @property
    def request_id(self) -> int | str | None:
        """The id, when it is a request: a notification has none, a response no method."""
        found = self.content.get("id") if "method" in self.content else None
        return found if isinstance(found, int | str) else None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A request that was taken back before it began."""

    request_id: int | str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A body that is no JSON object; `body` is what came, cut short."""

    body: bytes
    reason: str


Item: TypeAlias = Message | Cancelled | Unreadable


class Channel(Protocol):
    """One conversation with a client, whole message bodies at a time."""

    framed: bool
    """What is written needs `Content-Length` headers."""
    is_open: bool
    """False once something could not be sent, or after `close`."""

    def receive(self) -> bytes | None:
        """The next body; None at the end. Blocks; called from the reader thread alone."""

    def write(self, data: bytes) -> None:
        """Send; called from the loop's thread alone. Does nothing once the client is gone, and never raises."""

    def close(self) -> None:
        """Send nothing more."""


@dataclass
class Inbox:
    """What has arrived and is not handled yet. `put` and `end` are for the reader thread, the rest for the loop."""

    loop: asyncio.AbstractEventLoop
    items: deque[Item] = field(default_factory=deque)
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever an item is taken out; cleared by whoever watches for quiet moments."""

    def put(self, item: Item) -> None:
        with self.lock:
            self._add(item)
        self._wake()

    def end(self) -> None:
        self.ended = True
        self._wake()

    async def next(self) -> Item | None:
        """The oldest item; None when the client is gone and all is handled."""
        while True:
            with self.lock:
                if self.items:
                    self.moved.set()
                    return self.items.popleft()
                if self.ended:
                    return None
                self.arrived.clear()
            await self.arrived.wait()

    @property
    def is_empty(self) -> bool:
        return not self.items

    def _add(self, item: Item) -> None:
        target = cancel_target(item)
        waiting = next((one for one in self.items if isinstance(one, Message) and one.request_id == target), None)
        if target is None or waiting is None:
            self.items.append(item)
            return
        self.items.remove(waiting)
        self.items.append(Cancelled(target))

    def _wake(self) -> None:
        with suppress(RuntimeError):  # the loop has closed: the server is ending
            self.loop.call_soon_threadsafe(self.arrived.set)


def start_reading(channel: Channel, inbox: Inbox) -> threading.Thread:
    """Read everything into the inbox until the client is gone, in a thread that does not keep the process alive."""
    thread = threading.Thread(target=_read_all, args=(channel.receive, inbox), name="athena-reader", daemon=True)
    thread.start()
    return thread


def cancel_target(item: Item) -> int | str | None:
    """The id of the request that a `$/cancelRequest` takes back."""
    if not isinstance(item, Message) or item.content.get("method") != "$/cancelRequest":
        return None
    params = item.content.get("params")
    target = params.get("id") if isinstance(params, dict) else None
    return target if isinstance(target, int | str) else None


def parse_body(body: bytes) -> Item:
    """What a body says. Never raises."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        return Unreadable(body[:200], f"not JSON: {error}")
    if not isinstance(content, dict):
        return Unreadable(body[:200], f"a JSON {type(content).__name__} where an object must be")
    return Message(content)


@dataclass(slots=True)
class Framer:
    """Cuts a stream of bytes into bodies (LSP base protocol). Header names count in any case; garbage is skipped.

    `feed` takes bytes as they arrive and gives every body that they complete.
    """

    buffer: bytearray = field(default_factory=bytearray)
    wanted: int | None = None
    """Length of the body being received; None: among headers."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        self.buffer += data
        while (body := self._cut()) is not None:
            yield body

    def _cut(self) -> bytes | None:
        while self.wanted is None:
            if not self._read_headers():
                return None
        if len(self.buffer) < self.wanted:
            return None
        body = bytes(self.buffer[: self.wanted])
        del self.buffer[: self.wanted]
        self.wanted = None
        return body

    def _read_headers(self) -> bool:
        """Takes one header block off the buffer; False when none is complete."""
        ends = [(at + len(end), at) for end in (b"\r\n\r\n", b"\n\n") if (at := self.buffer.find(end)) >= 0]
        if not ends:
            if len(self.buffer) > HEADERS_LIMIT:
                self.buffer.clear()
            return False
        end, at = min(ends)
        self.wanted = content_length(bytes(self.buffer[:at]))
        del self.buffer[:end]
        return True


def content_length(headers: bytes) -> int | None:
    """The length that a header block gives; None when it gives none that can be meant."""
    for line in headers.splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
            return length if 0 < length <= BODY_LIMIT else None
    return None


def _read_all(receive: Callable[[], bytes | None], inbox: Inbox) -> None:
    with suppress(OSError, ValueError):  # the other end closed while we read
        while (body := receive()) is not None:
            inbox.put(parse_body(body))
    inbox.end()
