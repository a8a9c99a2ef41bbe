"""pygls' protocol with what athena does differently: documents, errors, athena's own messages."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Mapping
from functools import lru_cache
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from athena_lsp.records import dataclass

SCHEME = "athena-yaml"
"""Of the URIs of emitted manifests as read-only documents."""
EMIT = "athena/emit"
GRAPH = "athena/graph"
CHANGED = "athena/changed"
COUNTERPART = "athena/counterpart"
DIFF = "athena/diff"
LOG = "athena/log"
INPUTS = "athena/inputs"
INPUT = "athena/input"

OWN_DOCUMENTS = (
    lsp.TEXT_DOCUMENT_DID_OPEN,
    lsp.TEXT_DOCUMENT_DID_CHANGE,
    lsp.TEXT_DOCUMENT_DID_CLOSE,
    lsp.NOTEBOOK_DOCUMENT_DID_OPEN,
    lsp.NOTEBOOK_DOCUMENT_DID_CHANGE,
    lsp.NOTEBOOK_DOCUMENT_DID_CLOSE,
)
"""What pygls would write into its own document store, whose lines are not the protocol's."""

log = logging.getLogger(__name__)


@dataclass
class EmitParams:
    """Of the request `athena/emit`: the manifest of one workflow or container with all that it reaches.

    `root` names the function; without it the function at `position`, or the file's first root, is meant.
    """

    uri: str
    position: lsp.Position | None = None
    root: str | None = None
    runs: bool = False
    """Of `athena/graph`: how the last run on this machine stands is wanted as well, and told of from now on."""


@dataclass
class EmitRequest:
    id: int | str
    params: EmitParams
    method: str = EMIT
    jsonrpc: str = "2.0"


@dataclass
class CounterpartParams:
    """Of the request `athena/counterpart`: a place in a program, or in an `athena-yaml` document."""

    uri: str
    position: lsp.Position


@dataclass
class CounterpartRequest:
    id: int | str
    params: CounterpartParams
    method: str = COUNTERPART
    jsonrpc: str = "2.0"


@dataclass
class DiffRequest:
    """Of the request `athena/diff`: what is not saved yet, as a change of the manifest."""

    id: int | str
    params: EmitParams
    method: str = DIFF
    jsonrpc: str = "2.0"


@dataclass
class GraphRequest:
    """Of the request `athena/graph`: what the same function runs, as a graph."""

    id: int | str
    params: EmitParams
    method: str = GRAPH
    jsonrpc: str = "2.0"


@dataclass
class LogParams:
    """Of the request `athena/log`: a node of the graph of a function."""

    uri: str
    root: str
    node: str


@dataclass
class LogRequest:
    """Of the request `athena/log`: what the pods of a step have printed in the last run on this machine."""

    id: int | str
    params: LogParams
    method: str = LOG
    jsonrpc: str = "2.0"


@dataclass
class InputsRequest:
    """Of the request `athena/inputs`: what a function takes."""

    id: int | str
    params: EmitParams
    method: str = INPUTS
    jsonrpc: str = "2.0"


@dataclass
class InputParams:
    """Of the request `athena/input`: a text that somebody gives for a parameter of a function."""

    uri: str
    root: str
    name: str
    text: str


@dataclass
class InputRequest:
    """Of the request `athena/input`: what is wrong with an argument."""

    id: int | str
    params: InputParams
    method: str = INPUT
    jsonrpc: str = "2.0"


OWN_REQUESTS: Mapping[str, type[Any]] = {
    EMIT: EmitRequest,
    GRAPH: GraphRequest,
    COUNTERPART: CounterpartRequest,
    DIFF: DiffRequest,
    LOG: LogRequest,
    INPUTS: InputsRequest,
    INPUT: InputRequest,
}


class RefusedError(JsonRpcException):
    """What was asked for cannot be done, for a reason that the user is told (LSP `RequestFailed`)."""

    CODE = -32803


class ModifiedError(JsonRpcException):
    """The texts have changed since the question, and its answer would be about others (LSP `ContentModified`)."""

    CODE = -32801


class Protocol(LanguageServerProtocol):
    """The protocol of one conversation."""

    def __init__(self, server: LanguageServer, converter: Any) -> None:
        super().__init__(server, converter)
        for method in OWN_DOCUMENTS:
            self.fm.builtin_features.pop(method)

    @lru_cache  # noqa: B019 - one protocol lives as long as the process
    def get_message_type(self, method: str) -> type[Any] | None:
        return OWN_REQUESTS.get(method) or super().get_message_type(method)

    def _send_data(self, data: Any) -> None:
        """pygls 2.1.1 logs an answer that cannot be written, and the client waits for ever."""
        try:
            body = json.dumps(data, default=self._serialize_message).encode()
        except Exception as error:
            log.exception("what cannot be written: %.500r", data)
            if isinstance(data, dict) or hasattr(data, "method") or getattr(data, "id", None) is None:
                return
            failure = {"code": JsonRpcException.CODE, "message": f"the answer cannot be written: {error}"}
            body = json.dumps({"jsonrpc": "2.0", "id": data.id, "error": failure}).encode()
        header = b"Content-Length: %d\r\n\r\n" % len(body) if self._include_headers else b""
        if self.writer is not None:
            self.writer.write(header + body)

    @lsp_method(lsp.INITIALIZE)
    def lsp_initialize(self, params: lsp.InitializeParams) -> Generator[Any, Any, lsp.InitializeResult]:
        """pygls cannot express every capability; the missing ones are added to its answer."""
        result: lsp.InitializeResult = yield from super().lsp_initialize(params)
        workspace = params.capabilities.workspace
        if workspace and workspace.text_document_content and result.capabilities.workspace:
            result.capabilities.workspace.text_document_content = lsp.TextDocumentContentOptions(schemes=[SCHEME])
        if isinstance(result.capabilities.rename_provider, lsp.RenameOptions):
            result.capabilities.rename_provider.work_done_progress = True
        return result


class QuietServer(LanguageServer):
    """A pygls server that reports its errors to the log alone.

    The default sends `window/showMessage`; once the client is gone that fails, is reported, and so on without end.
    """

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name, version, protocol_cls=Protocol, converter_factory=default_converter)

    def report_server_error(self, error: Exception, source: Any) -> None:
        answered = isinstance(error, RefusedError | ModifiedError)
        log.log(logging.INFO if answered else logging.ERROR, "%s: %s", getattr(source, "__name__", source), error)
