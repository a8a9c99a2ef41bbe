"""The state of one conversation: what the client can do, what it holds open, the workspace behind it."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types as lsp

from athena_lsp.config.read import CONFIG_NAMES
from athena_lsp.project import Project
from athena_lsp.records import dataclass, field, replace
from athena_lsp.server.capabilities import Client
from athena_lsp.server.convert import Files, from_position
from athena_lsp.server.documents import Change, Document, Documents
from athena_lsp.server.options import Options
from athena_lsp.server.token_data import TokenResults
from athena_lsp.server.uris import is_document, path_of_uri, uri_of_path
from athena_lsp.text import Source
from athena_lsp.workspace import Workspace

ENDINGS = (".py", ".pyi", "pyproject.toml", "athena.toml")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a file that the project knows; `offset` counts code points."""

    path: str
    source: Source
    offset: int = 0


@dataclass
class Session:
    """Owned by the loop's thread alone. Nothing in it waits."""

    workspace: Workspace
    client: Client = field(default_factory=Client)
    documents: Documents = field(default_factory=Documents)
    uris: dict[str, str] = field(default_factory=dict)
    """The client's own spelling of the URI of each open file, by path."""
    options: Options = field(default_factory=Options)
    tokens: TokenResults = field(default_factory=TokenResults)

    @property
    def project(self) -> Project:
        return self.workspace.project

    def open(self, uri: str, version: int, text: str, language: str = "python") -> str | None:
        """The file's path; from now on the disk does not count for it. None for a text that is not athena's."""
        path = self.path(uri)
        if not is_document(uri) or (language != "python" and not path.endswith(ENDINGS)):
            return None
        self.uris[path] = uri
        self._set_text(path, self.documents.open(uri, version, text))
        return path

    def change(self, uri: str, version: int, changes: tuple[Change, ...]) -> str | None:
        """The file's path; None when it is not one of athena's."""
        path = self.path(uri)
        if path not in self.uris and not (is_document(uri) and path.endswith(ENDINGS)):
            return None
        self.uris[path] = uri
        self._set_text(path, self.documents.change(uri, version, changes, self.client.encoding))
        return path

    def close(self, uri: str) -> str | None:
        """The file's path; from now on it is again what stands on the disk. None when it was not open."""
        path = self.path(uri)
        if self.uris.pop(path, None) is None:
            return None
        self.documents.close(uri)
        self.tokens.forget(uri)
        self.workspace.close(path)
        return path

    def choose(self, options: Options) -> None:
        """The client has other settings now."""
        self.options = options
        self.workspace.set_python(options.python)
        self.workspace.set_chosen(options.settings)

    def read_again(self, uris: Iterable[str]) -> None:
        """These files may have changed on the disk. What is open counts more than the disk."""
        self.workspace.read_again([path for uri in uris if (path := self.path(uri)) not in self.uris])

    def document(self, uri: str) -> Cursor | None:
        """The start of a file of the program, or of one that configures it; None for any other."""
        path = self.path(uri)
        known = path in self.project.files or path in CONFIG_NAMES
        source = self.source(path) if known else None
        return Cursor(path, source) if source else None

    def cursor(self, uri: str, position: lsp.Position) -> Cursor | None:
        """Where the client's cursor is."""
        at = self.document(uri)
        return replace(at, offset=from_position(at.source, position, self.client.encoding)) if at else None

    def path(self, uri: str) -> str:
        """How the project names the file; a URI that names no file is its own name."""
        return path_of_uri(uri, self.workspace.root)

    def uri(self, path: str) -> str:
        return self.uris.get(path) or uri_of_path(path, self.workspace.root)

    def source(self, path: str) -> Source | None:
        """The text of a file as the project sees it, which is what the client sees when it is open."""
        if uri := self.uris.get(path):
            document = self.documents.get(uri)
            return document.source if document else None
        return self.workspace.source(path)

    def version(self, path: str) -> int | None:
        document = self.documents.get(self.uris.get(path, ""))
        return document.version if document else None

    @property
    def open_paths(self) -> tuple[str, ...]:
        """The open files, the one used last first."""
        return tuple(self.path(uri) for uri in reversed(self.documents.by_uri))

    @property
    def files(self) -> Files:
        return Files(self.source, self.uri, self.version)

    @property
    def files_now(self) -> Files:
        """The same, which stay as they are now."""
        project = self.project
        return Files(lambda path: project.source(path) if path in project.files else None, self.uri, lambda _: None)

    def _set_text(self, path: str, document: Document) -> None:
        self.workspace.set_text(path, document.source.text)
