"""Framing, the queue of messages, and requests cancelled before they begin."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.server.pump import Cancelled, Framer, Inbox, Message, Unreadable, parse_body, start_reading


def framed(*bodies: bytes, header: bytes = b"Content-Length") -> bytes:
    return b"".join(header + b": %d\r\n\r\n" % len(body) + body for body in bodies)


def request(number: int, method: str = "textDocument/hover") -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method}).encode()


def cancel(number: int) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": number}}).encode()


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6), st.integers(1, 17))
def test_bodies_arrive_whole_however_the_bytes_are_cut(bodies: list[bytes], size: int) -> None:
    stream = framed(*bodies)
    framer = Framer()
    received = [body for at in range(0, len(stream), size) for body in framer.feed(stream[at : at + size])]
    assert received == bodies


def test_header_names_count_in_any_case() -> None:
    # pygls 2.1.1 knows one spelling only.
    assert list(Framer().feed(framed(b"{}", header=b"content-length"))) == [b"{}"]
    assert list(Framer().feed(b"CONTENT-TYPE: x\r\nContent-LENGTH:2\r\n\r\n{}")) == [b"{}"]


def test_garbage_before_a_message_is_skipped() -> None:
    stream = b"hello\r\n\r\nContent-Length: nonsense\r\n\r\nContent-Length: -3\r\n\r\n" + framed(b"{}")
    assert list(Framer().feed(stream)) == [b"{}"]
    framer = Framer()
    assert list(framer.feed(b"\x00" * 200_000)) == []
    assert len(framer.buffer) == 0, "garbage without end is not kept"
    assert list(framer.feed(framed(b"[]"))) == [b"[]"]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_framer(data: bytes) -> None:
    framer = Framer()
    for body in framer.feed(data):
        parse_body(body)


def test_what_is_no_object_is_unreadable() -> None:
    for body in (b"{", b"[1]", b"\xff\xfe", b"null", b"[" * 100_000):
        assert isinstance(parse_body(body), Unreadable)
    assert parse_body(b'{"id": 1}') == Message({"id": 1})


class Recording:
    """A channel that gives what it was made with, then ends."""

    framed = True
    is_open = True

    def __init__(self, bodies: Iterable[bytes]) -> None:
        self.bodies = iter(bodies)

    def receive(self) -> bytes | None:
        return next(self.bodies, None)

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    def close(self) -> None: ...


async def everything(*bodies: bytes) -> list[object]:
    inbox = Inbox(asyncio.get_running_loop())
    start_reading(Recording(bodies), inbox).join()
    items: list[object] = []
    while (item := await inbox.next()) is not None:
        items.append(item)
    return items


async def test_a_request_cancelled_in_the_queue_never_begins() -> None:
    # pygls 2.1.1 runs such a request to its end when its handler is not a coroutine.
    items = await everything(request(1), request(2), cancel(1), request(3))
    assert [item.request_id for item in items if isinstance(item, Message)] == [2, 3]
    assert [item.request_id for item in items if isinstance(item, Cancelled)] == [1]


async def test_other_cancellations_are_passed_on() -> None:
    items = await everything(cancel(9), request(1))
    assert items == [Message(json.loads(cancel(9))), Message(json.loads(request(1)))]


async def test_a_response_with_the_same_id_is_not_taken_for_the_request() -> None:
    response = json.dumps({"jsonrpc": "2.0", "id": 1, "result": None}).encode()
    items = await everything(response, cancel(1))
    assert len(items) == 2
    assert not any(isinstance(item, Cancelled) for item in items)


async def test_waiting_ends_when_the_client_is_gone() -> None:
    inbox = Inbox(asyncio.get_running_loop())
    waiting = asyncio.create_task(inbox.next())
    await asyncio.sleep(0)
    inbox.end()
    assert await asyncio.wait_for(waiting, 2) is None
