"""Whatever a file holds, linting gives findings and never raises."""

from __future__ import annotations

import copy
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.argo.preflight import refusals
from athena_lsp.cli.lint import lint_texts
from athena_lsp.cli.manifests import read_manifests, read_yaml

GOOD = sorted((Path(__file__).parent / "good").glob("*.yaml"))
PIECES = (
    "{{",
    "}}",
    "{{=",
    "\n---\n",
    "- ",
    ": ",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    "'",
    '"',
    "[",
    "]",
    "{",
    "}",
    "?",
    "#",
    "!!",
)
TAGS = (
    "{{item}}",
    "{{tasks.a.outputs.result}}",
    "{{=tasks['a']",
    "{{=",
    "{{inputs.parameters.a",
    "{{}}",
    "{{={}}}",
    "a &&",
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 2**70)
    | st.floats(allow_nan=False)
    | st.sampled_from(TAGS)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@cache
def documents() -> tuple[dict[str, Any], ...]:
    values = (manifest.value for path in GOOD for manifest in read_manifests(path.read_text(encoding="utf-8")))
    return tuple(value for value in values if isinstance(value, dict))


@cache
def pieces() -> tuple[str, ...]:
    """Documents as they are written."""
    return tuple(part for path in GOOD for part in path.read_text(encoding="utf-8").split("\n---\n"))


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything inside, by what holds it and its key."""
    for key, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from places(item)


@settings(max_examples=300)
@given(st.data())
def test_anything_in_any_place(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(documents())))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(document))))
        if isinstance(holder, dict) and data.draw(st.booleans()):
            holder[data.draw(st.sampled_from(["template", "name", "steps", "dag", "when", "expression", key]))] = (
                data.draw(VALUES)
            )
        else:
            holder[key] = data.draw(VALUES)
    for complete in (True, False):
        for each in refusals([document, document], complete=complete, read_yaml=read_yaml):
            assert each.code in str(each)


@settings(max_examples=150)
@given(st.data())
def test_any_text(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(pieces()))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        new = data.draw(
            st.sampled_from(PIECES) | st.text(alphabet=string.printable + "é\ufeff\x85\u2028😀", max_size=4)
        )
        text = text[:start] + new + text[end:]
    for one in lint_texts({"a.yaml": text}, complete=True).diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert "\n" not in one.message


@given(st.text())
def test_no_manifest_at_all(text: str) -> None:
    for one in lint_texts({"a.yaml": text}, complete=True).diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
