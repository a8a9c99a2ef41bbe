"""The projects that a client works on: one session for each root, and which of them a message is about."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from athena_lsp.cache.store import cache_folder
from athena_lsp.config.read import CONFIG_VARIABLE
from athena_lsp.files import find_root
from athena_lsp.records import dataclass, field
from athena_lsp.server.capabilities import Client
from athena_lsp.server.idle import Turns
from athena_lsp.server.options import Options
from athena_lsp.server.previews import Previews
from athena_lsp.server.protocol import QuietServer
from athena_lsp.server.publishing import Publisher
from athena_lsp.server.pump import Inbox
from athena_lsp.server.session import Session
from athena_lsp.server.uris import folder_of_uri
from athena_lsp.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass
class Root:
    """One project: its session, what is told of it, and its previews."""

    folders: tuple[str, ...]
    session: Session
    previews: Previews
    publisher: Publisher
    task: asyncio.Task[None]

    def stop(self) -> None:
        """Nothing more is told of it."""
        self.task.cancel()
        self.previews.runs.stop()


@dataclass
class Roots:
    """Every project of one client. There is always one, for files from outside of all folders."""

    server: QuietServer
    inbox: Inbox
    client: Client
    options: Options = field(default_factory=Options)
    roots: list[Root] = field(default_factory=list)
    turns: Turns = field(init=False)
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set, and replaced by another, whenever the client has been told of a change."""

    def __post_init__(self) -> None:
        self.turns = Turns(self.inbox)

    def open(self, folders: Iterable[str]) -> None:
        """A project for each root of the folders that the client has open."""
        found: dict[Path, list[str]] = {}
        for folder in folders:
            found.setdefault(find_root(Path(folder))[0], []).append(folder)
        self.roots = [self._root(tuple(inside)) for inside in found.values() or [[]]]

    def of(self, uri: str) -> Root:
        """The project of a file: the innermost root around it, else the first."""
        place = folder_of_uri(uri)
        around = [
            root for root in self.roots if place is not None and place.is_relative_to(root.session.workspace.root)
        ]
        return max(around, key=lambda root: len(root.session.workspace.root.parts), default=self.roots[0])

    def about(self, params: Any) -> Root:
        """The project that the parameters of a message speak of; the first, when they speak of no file."""
        document = getattr(params, "text_document", None) or getattr(params, "item", None) or params
        uri = getattr(document, "uri", None)
        if not isinstance(uri, str):
            data = getattr(params, "data", None)
            uri = data.get("uri") if isinstance(data, dict) else None
        return self.of(uri) if isinstance(uri, str) else self.roots[0]

    def change_folders(self, added: Iterable[str], removed: Iterable[str]) -> None:
        """The client has other folders now; what it holds open goes to the projects that it belongs to then."""
        gone = set(removed)
        folders = dict.fromkeys(each for root in self.roots for each in root.folders if each not in gone)
        held = [document for root in self.roots for document in root.session.documents.by_uri.values()]
        for root in self.roots:
            root.stop()
        self.open((*folders, *(each for each in added if each not in folders)))
        for document in held:
            root = self.of(document.uri)
            path = root.session.open(document.uri, document.version, document.source.text)
            if path:
                root.publisher.change(path)

    def choose(self, options: Options) -> None:
        """The client has other settings now."""
        self.options = options
        for root in self.roots:
            root.session.choose(options)
            root.publisher.change_elsewhere()

    def tell(self) -> None:
        """The client has been told of a change: who waits for one looks again."""
        self.told.set()
        self.told = asyncio.Event()

    def _root(self, folders: tuple[str, ...]) -> Root:
        config = os.environ.get(CONFIG_VARIABLE, "")
        if config and not Path(config).is_file():
            log.warning("there is no file `%s`, which %s names", config, CONFIG_VARIABLE)
            config = ""
        workspace = Workspace.open(folders, python=self.options.python, chosen=self.options.settings, config=config)
        workspace.in_background = True
        session = Session(workspace, self.client, options=self.options)
        previews = Previews(self.server, session)
        publisher = Publisher(self.server, session, self.turns, previews.refresh, self.tell, cache_folder())
        return Root(folders, session, previews, publisher, asyncio.ensure_future(publisher.run()))
