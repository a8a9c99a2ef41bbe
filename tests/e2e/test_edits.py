"""Edits as clients want them: later, with notes, or plain."""

from __future__ import annotations

import copy

import pytest

from bench.client import PUSH_CLIENT, Client, Json, ServerError
from tests.e2e.shop import CALL, PROGRAM

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

MODIFIED = -32801
OTHER = """from athena_runtime import workflow
from main import fetch


@workflow
def other(url: str) -> str:
    return fetch(url, tag="1")
"""


def able(*, resolves: bool = False, notes: bool = False) -> Json:
    """What a client can do that asks for edits later, or shows notes on them."""
    found = copy.deepcopy(PUSH_CLIENT)
    if resolves:
        found["textDocument"]["codeAction"] |= {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}}
    if notes:
        found["workspace"]["workspaceEdit"]["changeAnnotationSupport"] = {"groupsOnLabel": True}
    return found


def opened(client: Client, capabilities: Json, text: str) -> str:
    (client.folder / "other.py").write_text(OTHER, encoding="utf-8")
    uri = (client.folder / "main.py").as_uri()
    client.initialize(capabilities)
    client.open(uri, text)
    client.published(uri, 1)
    return uri


def offered(client: Client, uri: str) -> list[Json]:
    here = {"line": 3, "character": 2}
    params = {"textDocument": {"uri": uri}, "range": {"start": here, "end": here}, "context": {"diagnostics": []}}
    found: list[Json] = client.ask("textDocument/codeAction", params)
    return found


def test_edits_of_actions_come_when_they_are_chosen(client: Client) -> None:
    uri = opened(client, able(resolves=True), PROGRAM)
    actions = offered(client, uri)
    assert actions
    assert not [each for each in actions if "edit" in each]
    retry = next(each for each in actions if each["title"] == "Add `retry=`")
    [change] = client.ask("codeAction/resolve", retry)["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 1}
    assert any("retry=Retry(limit=3)" in each["newText"] for each in change["edits"])
    client.change(uri, 2, {"text": PROGRAM + "\n"})
    with pytest.raises(ServerError) as late:
        client.ask("codeAction/resolve", retry)
    assert late.value.code == MODIFIED
    stranger = {"title": "of another server", "data": {"uri": 3}}
    assert client.ask("codeAction/resolve", stranger) == stranger


def test_other_clients_have_the_edits_at_once(client: Client) -> None:
    uri = opened(client, able(), PROGRAM)
    actions = offered(client, uri)
    assert actions
    assert not [each for each in actions if "edit" not in each or "data" in each]


def renamed(client: Client, uri: str, line: int, character: int) -> Json:
    params = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, "newName": "fresh"}
    edit: Json = client.ask("textDocument/rename", params)
    return edit


def test_a_rename_says_which_edits_change_texts(client: Client) -> None:
    uri = opened(client, able(notes=True), PROGRAM)
    edit = renamed(client, uri, 4, PROGRAM.splitlines()[4].index("tag"))
    assert edit["changeAnnotations"]["texts"] == {"label": "Placeholders in texts", "needsConfirmation": True}
    assert edit["changeAnnotations"]["files"] == {"label": "In other files"}
    noted = {
        (each["textDocument"]["uri"].rpartition("/")[2], one["range"]["start"]["line"]): one.get("annotationId")
        for each in edit["documentChanges"]
        for one in each["edits"]
    }
    assert noted == {("main.py", 3): "texts", ("main.py", 4): None, ("other.py", 6): "files"}


def test_a_rename_that_stays_in_the_file_has_no_notes(client: Client) -> None:
    uri = opened(client, able(notes=True), PROGRAM)
    edit = renamed(client, uri, CALL[0], 4)
    assert "changeAnnotations" not in edit
    assert len(edit["documentChanges"][0]["edits"]) == 2


def test_other_clients_have_plain_edits(client: Client) -> None:
    uri = opened(client, able(), PROGRAM)
    edit = renamed(client, uri, 4, PROGRAM.splitlines()[4].index("tag"))
    assert "changeAnnotations" not in edit
    assert not [one for each in edit["documentChanges"] for one in each["edits"] if "annotationId" in one]


def test_a_declaration_is_the_definition(client: Client) -> None:
    uri = opened(client, able(), PROGRAM)
    params = {"textDocument": {"uri": uri}, "position": {"line": CALL[0], "character": CALL[1] - 3}}
    found = client.ask("textDocument/declaration", params)
    assert found == client.ask("textDocument/definition", params)
    assert found["range"]["start"] == {"line": 4, "character": 4}
