"""Starting the server: how it talks, where it logs, how the process ends."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path
from typing import NoReturn

from athena_lsp.server.app import Server
from athena_lsp.server.channels import accept_tcp, open_stdio, serve_websocket
from athena_lsp.server.conversation import converse
from athena_lsp.server.diagnose import report
from athena_lsp.server.pump import Channel, Inbox

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def add_arguments(parser: ArgumentParser) -> None:
    """The options of `athena-lsp`; with none of them it talks over standard input and output."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    ways.add_argument("--tcp", metavar="HOST:PORT", type=address, help="wait for one client on a TCP socket")
    ways.add_argument("--ws", metavar="HOST:PORT", type=address, help="wait for one client on a WebSocket")
    parser.add_argument(
        "--log-file", metavar="FILE", type=Path, help="write what goes wrong there, with the text at fault"
    )
    parser.add_argument(
        "--diagnose",
        metavar="FOLDER",
        nargs="?",
        const=Path(),
        type=Path,
        help="print what a report of a problem should hold, about a folder or the one here, and end",
    )
    parser.add_argument("--clientProcessId", type=int, help="accepted for editors that give it; not used")


def run(options: Namespace) -> int:
    """Serves one client; the exit code that the protocol asks for."""
    set_up_logging(options.log_file)
    if options.diagnose is not None:
        sys.stdout.write(report(options.diagnose))
        sys.stdout.flush()
        return 0
    if options.ws:
        host, port = options.ws
        return serve_websocket(host, port, serve)
    return serve(accept_tcp(*options.tcp) if options.tcp else open_stdio())


def end_process(code: int) -> NoReturn:
    """Ends at once. The reader thread may stand in a read that nobody will answer: Python would wait for its buffer."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


def serve(channel: Channel) -> int:
    """One conversation, from its first message to its last."""
    return asyncio.run(_serve(channel))


def set_up_logging(file: Path | None) -> None:
    """Warnings go to standard error, which editors show; to a file goes more."""
    if file:
        logging.basicConfig(format=LOG_FORMAT, level=logging.INFO, filename=file, encoding="utf-8")
    else:
        logging.basicConfig(format=LOG_FORMAT, level=logging.WARNING)
    # pygls logs every message that it sends, with its body, at a level that we want from ourselves.
    logging.getLogger("pygls").setLevel(logging.ERROR)
    # What cannot be understood is logged by `conversation`, in one line; failing handlers by `app`, with the text.
    logging.getLogger("pygls.protocol.json_rpc").setLevel(logging.CRITICAL)


def address(text: str) -> tuple[str, int]:
    """`HOST:PORT`, or a port of this machine alone."""
    host, _, port = text.rpartition(":")
    if not port.isdigit():
        raise ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)


async def _serve(channel: Channel) -> int:
    inbox = Inbox(asyncio.get_running_loop())
    server = Server(inbox)
    code = await converse(server, channel, inbox)
    server.stop()
    return code
