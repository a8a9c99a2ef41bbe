"""One conversation with a client, from the first message to the last: life cycle, dispatch, exit code."""

from __future__ import annotations

import asyncio
import json
import logging
from enum import Enum, auto
from typing import TYPE_CHECKING

from athena_lsp.records import dataclass, field
from athena_lsp.server.pump import (
    Cancelled,
    Channel,
    Inbox,
    Item,
    Json,
    Message,
    Unreadable,
    cancel_target,
    start_reading,
)

if TYPE_CHECKING:
    from pygls.server import JsonRPCServer

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
NOT_INITIALIZED = -32002
REQUEST_CANCELLED = -32800

log = logging.getLogger(__name__)


class Stage(Enum):
    """How far a conversation is (LSP, "Server lifecycle")."""

    NEW = auto()
    RUNNING = auto()
    SHUT_DOWN = auto()


@dataclass
class Conversation:
    """Takes messages from the inbox and gives them to the server, one at a time, in order."""

    server: JsonRPCServer
    channel: Channel
    inbox: Inbox
    stage: Stage = field(default=Stage.NEW)

    async def run(self) -> int:
        """Handles messages until the client says `exit` or is gone; the exit code (LSP `exit`)."""
        while (item := await self.inbox.next()) is not None:
            if isinstance(item, Message) and item.content.get("method") == "exit":
                break
            self._take(item)
            if not self.channel.is_open:
                break
            await asyncio.sleep(0)  # begun tasks and cancellations get their turn
        return 0 if self.stage is Stage.SHUT_DOWN else 1

    def _take(self, item: Item) -> None:
        match item:
            case Cancelled(request_id):
                self._refuse(request_id, REQUEST_CANCELLED, "cancelled before it began")
            case Unreadable(body, reason):
                log.warning("unreadable message (%s): %r", reason, body)
                self._refuse(None, PARSE_ERROR, reason)
            case Message():
                self._take_message(item)

    def _take_message(self, message: Message) -> None:
        method, request = message.content.get("method"), message.request_id
        if problem := _problem(message):
            log.warning("not a message of the protocol (%s): %.500s", problem, message.content)
            self._refuse(request, INVALID_REQUEST, problem)
            return
        if method is not None and (refusal := self._out_of_order(method)):
            log.info("refused %s: %s", method, refusal[1])
            self._refuse(request, *refusal)
            return
        if request is not None and method not in self._known:
            self._refuse(request, METHOD_NOT_FOUND, f"no such method: {method}")
            return
        if method == "initialize":
            self.stage = Stage.RUNNING
        elif method == "shutdown":
            self.stage = Stage.SHUT_DOWN
        self._dispatch(message.content, request)

    def _dispatch(self, content: Json, request: int | str | None) -> None:
        protocol = self.server.protocol
        try:
            structured = protocol.structure_message(content)
        except Exception as error:  # noqa: BLE001 - whatever a malformed message makes the converter raise
            log.warning("malformed message: %s: %.500s", error, content)
            self._refuse(request, INVALID_PARAMS, "the parameters are not what the method takes")
            return
        try:
            protocol.handle_message(structured)
        except Exception:
            log.exception("a message was not handled: %.500s", content)

    def _out_of_order(self, method: object) -> tuple[int, str] | None:
        if self.stage is Stage.NEW and method != "initialize":
            return NOT_INITIALIZED, "`initialize` comes first"
        if self.stage is Stage.SHUT_DOWN:
            return INVALID_REQUEST, "the server has shut down"
        if self.stage is Stage.RUNNING and method == "initialize":
            return INVALID_REQUEST, "`initialize` comes once"
        return None

    @property
    def _known(self) -> set[str]:
        features = self.server.protocol.fm
        return {*features.features, *features.builtin_features}

    def _refuse(self, request: int | str | None, code: int, reason: str) -> None:
        """Answers a request with an error; for a notification there is nobody to tell."""
        if request is None and code != PARSE_ERROR:
            return
        answer = {"jsonrpc": "2.0", "id": request, "error": {"code": code, "message": reason}}
        body = json.dumps(answer).encode()
        header = b"Content-Length: %d\r\n\r\n" % len(body) if self.channel.framed else b""
        self.channel.write(header + body)


def _problem(message: Message) -> str:
    """Why a JSON object is no message of JSON-RPC 2.0; empty when it is one."""
    content = message.content
    if content.get("jsonrpc") != "2.0":
        return '`jsonrpc` must be "2.0"'
    if "method" not in content:
        return "" if "id" in content and ("result" in content or "error" in content) else "there is no `method`"
    if not isinstance(content["method"], str):
        return "`method` must be a string"
    if content["method"] == "$/cancelRequest" and cancel_target(message) is None:
        return "`$/cancelRequest` names a request by its number or its string"
    return ""


async def converse(server: JsonRPCServer, channel: Channel, inbox: Inbox) -> int:
    """Runs one conversation to its end; the process's exit code."""
    server.protocol.set_writer(channel, include_headers=channel.framed)
    start_reading(channel, inbox)
    return await Conversation(server, channel, inbox).run()
