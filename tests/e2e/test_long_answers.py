"""Answers that take long: what comes in meanwhile is handled first, and parts are told where the client wants them."""

from __future__ import annotations

from typing import Any

import pytest

from bench.client import PULL_CLIENT, Client, Json, ServerError
from bench.generate import SHARED, write_users

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

USERS = 300
CANCELLED, MODIFIED = -32800, -32801
DEFINED = {"line": 4, "character": 5}


CROWD = 1500
"""So many that the fastest machine is still looking for them when the next message comes."""


@pytest.fixture
def busy(client: Client) -> Client:
    """A server whose project has a container that many files call."""
    return started(client, USERS)


@pytest.fixture
def crowded(client: Client) -> Client:
    """The same with more files."""
    return started(client, CROWD)


def started(client: Client, users: int) -> Client:
    write_users(client.folder, users)
    client.initialize(PULL_CLIENT, initializationOptions={"diagnosticMode": "workspace"})
    client.open(shared(client), SHARED)
    client.pull(shared(client))
    return client


def shared(client: Client) -> str:
    return (client.folder / "shared.py").as_uri()


def about(client: Client, **more: object) -> Json:
    return {"textDocument": {"uri": shared(client)}, "position": DEFINED, **more}


def references(client: Client, **more: object) -> Json:
    return about(client, context={"includeDeclaration": True}, **more)


def test_a_question_that_comes_later_is_answered_first(busy: Client) -> None:
    long = busy.begin("textDocument/references", references(busy))
    short = busy.begin("textDocument/foldingRange", {"textDocument": {"uri": shared(busy)}})
    assert len(busy.answer(long)) == 2 * USERS + 1
    busy.answer(short)
    order = [each.content["id"] for each in busy.arrivals if each.content.get("id") in (long, short)]
    assert order == [short, long]


def test_an_answer_that_nobody_wants_any_more_is_given_up(crowded: Client) -> None:
    long = crowded.begin("textDocument/rename", about(crowded, newName="other"))
    crowded.tell("$/cancelRequest", {"id": long})
    with pytest.raises(ServerError) as refused:
        crowded.answer(long)
    assert refused.value.code == CANCELLED
    assert len(crowded.ask("textDocument/references", references(crowded))) == 2 * CROWD + 1


@pytest.mark.parametrize("method", ["references", "rename"])
def test_an_answer_about_a_text_that_changes_meanwhile_is_given_up(crowded: Client, method: str) -> None:
    other = SHARED.replace("str:", "int:")
    crowded.change(shared(crowded), 2, {"text": other})  # what is remembered holds no more
    long = crowded.begin(f"textDocument/{method}", {**references(crowded), "newName": "other"})
    crowded.change(shared(crowded), 3, {"text": "# first\n" + other})
    with pytest.raises(ServerError) as refused:
        crowded.answer(long)
    assert refused.value.code == MODIFIED
    moved = {**references(crowded), "position": {**DEFINED, "line": DEFINED["line"] + 1}}
    assert len(crowded.ask("textDocument/references", moved)) == 2 * CROWD + 1
    assert "Traceback" not in (crowded.folder / "stderr.txt").read_text(encoding="utf-8")


def test_the_whole_answer_comes_in_parts(busy: Client) -> None:
    whole = busy.ask("textDocument/references", references(busy))
    busy.change(shared(busy), 2, {"text": SHARED.replace("str:", "int:")})  # what is remembered holds no more
    assert busy.ask("textDocument/references", references(busy, partialResultToken="some")) == []
    parts = told(busy, "some")
    assert len(parts) > 1
    assert sorted(map(str, (place for part in parts for place in part))) == sorted(map(str, whole))


def test_templates_of_the_workspace_come_once(busy: Client) -> None:
    """In parts, or at once: that depends on how fast the machine is."""
    found = busy.ask("workspace/symbol", {"query": "shared", "partialResultToken": "some"})
    found += [each for part in told(busy, "some") for each in part]
    assert [each["name"] for each in found] == ["shared"]


def test_callers_and_mistakes_of_a_workspace_come_in_parts(busy: Client) -> None:
    [item] = busy.ask("textDocument/prepareCallHierarchy", about(busy))
    callers = busy.ask("callHierarchy/incomingCalls", {"item": item, "partialResultToken": 7})
    callers += [each for part in told(busy, 7) for each in part]
    assert len(callers) == USERS
    busy.change(shared(busy), 2, {"text": SHARED.replace("value: str", "value: int")})
    found = busy.ask("workspace/diagnostic", {"previousResultIds": [], "partialResultToken": 8})["items"]
    found += [each for part in told(busy, 8) for each in part["items"]]
    assert len([each for each in found if each["items"]]) == USERS
    assert len({each["uri"] for each in found}) == len(found)


def told(client: Client, token: str | int) -> list[Any]:
    progress = (each.content["params"] for each in client.arrivals if each.content.get("method") == "$/progress")
    return [each["value"] for each in progress if each["token"] == token]
