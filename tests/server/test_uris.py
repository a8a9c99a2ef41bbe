"""URIs of files and of emitted manifests."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote

import pytest

from athena_lsp.server.uris import (
    PreviewName,
    folder_of_uri,
    folders_of,
    parse_preview_uri,
    path_of_uri,
    preview_uri,
    uri_of_path,
)

ROOT = PurePosixPath("/w/my project")


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/my%20project/a/main.py", "a/main.py"),
        ("file:///w/my%20project/%C3%A9%F0%9F%98%8B%231.py", "é😋#1.py"),
        ("file:///elsewhere/x.py", "/elsewhere/x.py"),
        ("untitled:Untitled-1", "untitled:Untitled-1"),
    ],
)
def test_files_are_named_from_the_root(uri: str, path: str) -> None:
    assert path_of_uri(uri, ROOT) == path


@pytest.mark.parametrize("path", ["a/main.py", "é😋#1 ?.py", "100%.py", "/elsewhere/x.py"])
def test_paths_and_uris_go_there_and_back(path: str) -> None:
    assert path_of_uri(uri_of_path(path, ROOT), ROOT) == path


@pytest.mark.parametrize("source", ["file:///w/my%20project/a.py", "file:///w/100%25%23.py", "untitled:Untitled-1"])
def test_a_preview_names_its_document_and_its_function(source: str) -> None:
    name = PreviewName(source, "pipeline")
    uri = preview_uri(name)
    assert uri.startswith("athena-yaml:///pipeline.yaml?")
    assert parse_preview_uri(uri) == name


def test_editors_may_encode_a_preview_in_their_own_way() -> None:
    source = "file:///w/my%20project/a.py"
    encoded_more = f"athena-yaml:/pipeline.yaml?{quote(source, safe='')}"
    encoded_less = f"athena-yaml:///pipeline.yaml?{source.replace('%', '%25')}"
    assert parse_preview_uri(encoded_more) == parse_preview_uri(encoded_less) == PreviewName(source, "pipeline")
    assert parse_preview_uri("file:///a.yaml") is None
    assert parse_preview_uri("athena-yaml:///a.yaml") is None


def test_a_uri_that_can_be_no_file_is_its_own_name() -> None:
    assert path_of_uri("file:///%00/main.py", PurePosixPath("/w")) == "file:///%00/main.py"
    assert folder_of_uri("file:///%00") is None
    assert folders_of(["file:///%00", "file:///w"]) == ("/w",)
