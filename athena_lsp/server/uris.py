"""URIs of files and of emitted manifests, and the paths that the project names files by."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote, unquote, urlsplit

from lsprotocol import types as lsp
from pygls.uris import from_fs_path, to_fs_path

from athena_lsp.records import dataclass
from athena_lsp.server.protocol import SCHEME


def path_of_uri(uri: str, root: PurePath) -> str:
    """The project's path of a URI: from the root where it is inside, else absolute, else the URI itself."""
    path = _of_file(uri)
    if path is None:
        return uri
    found = PurePath(path)
    return (found.relative_to(root) if found.is_relative_to(root) else found).as_posix()


def uri_of_path(path: str, root: PurePath) -> str:
    """The URI of a file of the project."""
    return from_fs_path(str(root / path)) or path


def folder_of_uri(uri: str) -> PurePath | None:
    """Where a file is on this machine; None for what is no file."""
    path = _of_file(uri)
    return PurePath(path) if path else None


def is_document(uri: str) -> bool:
    """Whether it is a text that somebody edits: a file, or a new one without a name. A notebook's cell, the other side
    of a comparison and an output are none."""
    return uri.startswith(("file:", "untitled:"))


def workspace_folders(params: lsp.InitializeParams) -> tuple[str, ...]:
    """The folders that the client has open; some clients name one in an older way, some none."""
    uris = [folder.uri for folder in params.workspace_folders or ()]
    if not uris and params.root_uri:
        uris = [params.root_uri]
    found = folders_of(uris)
    return tuple(found or ([params.root_path] if params.root_path and not uris else []))


def folders_of(uris: Iterable[str]) -> tuple[str, ...]:
    """The folders on this machine that URIs name."""
    return tuple(path for uri in uris if (path := _of_file(uri)))


@dataclass(frozen=True, slots=True)
class PreviewName:
    """What an `athena-yaml` URI stands for: the manifest of one function of one document."""

    uri: str
    """Of the Python document."""
    root: str


def preview_uri(name: PreviewName) -> str:
    """`athena-yaml:///pipeline.yaml?<the document's URI>#pipeline`: editors take the language from the ending."""
    return f"{SCHEME}:///{quote(name.root)}.yaml?{quote(name.uri, safe='')}#{quote(name.root)}"


def parse_preview_uri(uri: str) -> PreviewName | None:
    """None when it is no such URI. Editors may have encoded more, or less, than we do."""
    parts = urlsplit(uri)
    source = unquote(parts.query)
    if parts.scheme != SCHEME or not source:
        return None
    return PreviewName(source, unquote(parts.fragment) or _stem(unquote(parts.path)))


def _of_file(uri: str) -> str | None:
    """The path that a URI stands for; None when it can be none of a file."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return path if path and "\0" not in path else None


def _stem(path: str) -> str:
    return PurePath(path).name.removesuffix(".yaml")
