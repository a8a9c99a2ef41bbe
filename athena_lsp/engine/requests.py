"""Templates of the kind `http`: a request from this machine, and whether its answer is what was wanted."""

from __future__ import annotations

import base64
import binascii
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message

from athena_lsp.engine.model import Outcome, StartPod
from athena_lsp.engine.places import PlaceError, Places
from athena_lsp.engine.podspec import header_value
from athena_lsp.engine.program import as_list, as_map, as_text
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, value_of
from athena_lsp.engine.values import go_text
from athena_lsp.records import dataclass

STANDARD_OUTPUT = "stdout.log"
DEFAULT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    code: int
    headers: Mapping[str, list[str]]
    body: str


def ask(start: StartPod, settings: Mapping[str, str], places: Places) -> Outcome:
    """Sends the request of a template, and says how its node ends; what came back is its result."""
    asked = as_map(start.template.get("http"))
    try:
        request = _request(asked, settings)
        answer = _answer(asked, request)
    except (PlaceError, OSError, http.client.HTTPException, ValueError) as error:
        why = error.reason if isinstance(error, urllib.error.URLError) else error
        return Outcome("Error", None, f"{_words(asked)}: {why}")
    folder = places.pod(start.node)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / STANDARD_OUTPUT).write_text(answer.body, encoding="utf-8")
    problem = _problem(asked, request, answer)
    return Outcome("Failed" if problem else "Succeeded", None, problem, result=answer.body)


def _request(asked: Mapping[str, Tree], settings: Mapping[str, str]) -> urllib.request.Request:
    body = as_text(asked.get("body")).encode()
    if given := as_text(as_map(asked.get("bodyFrom")).get("bytes")):
        try:
            body = base64.b64decode(given, validate=True)
        except binascii.Error as error:
            raise PlaceError(f"bodyFrom.bytes is no base64: {error}") from None
    request = urllib.request.Request(as_text(asked.get("url")), data=body or None, method=_method(asked))
    for header in map(as_map, as_list(asked.get("headers"))):
        request.add_header(as_text(header.get("name")), header_value(header, settings))
    if not request.type.startswith("http"):
        raise PlaceError(f"unsupported protocol scheme `{request.type}`")
    return request


def _words(asked: Mapping[str, Tree]) -> str:
    """A request in words."""
    return f"{_method(asked)} {as_text(asked.get('url'))}"


def _method(asked: Mapping[str, Tree]) -> str:
    return as_text(asked.get("method")) or "GET"


def _answer(asked: Mapping[str, Tree], request: urllib.request.Request) -> Answer:
    trusting = ssl.create_default_context()
    if asked.get("insecureSkipVerify") is True:
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    seconds = asked.get("timeoutSeconds")
    timeout = seconds if isinstance(seconds, int) else DEFAULT_SECONDS
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=trusting) as found:
            return _read(found.status, found.headers, found.read())
    except urllib.error.HTTPError as error:  # an answer too
        return _read(error.code, error.headers, error.read())


def _read(code: int, headers: Message, body: bytes) -> Answer:
    names = dict.fromkeys(name.title() for name in headers)
    return Answer(code, {name: headers.get_all(name, []) for name in names}, body.decode("utf-8", "replace"))


def _problem(asked: Mapping[str, Tree], request: urllib.request.Request, answer: Answer) -> str:
    """Why the answer is not what was wanted; empty when it is."""
    condition = as_text(asked.get("successCondition"))
    if not condition:
        return "" if 200 <= answer.code < 300 else f"received non-2xx response code: {answer.code}"
    headers = {name.title(): [value] for name, value in request.header_items()}
    sent = {"method": _method(asked), "url": request.full_url, "body": as_text(asked.get("body")), "headers": headers}
    got = {"statusCode": answer.code, "body": answer.body, "headers": dict(answer.headers)}
    try:
        holds = value_of(condition, Scope({}, {"request": sent, "response": got}))
    except SubstitutionError as error:
        return str(error)
    if not isinstance(holds, bool):
        return f"unable to cast expression result '{go_text(holds)}' to bool"
    return "" if holds else f"successCondition '{condition}' evaluated false"
