"""The documentation of athena_runtime, read without importing it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from athena_lsp.analysis.options import CONSTRUCTS, OPTIONS, RESOURCES
from athena_lsp.analysis.runtime_docs import Documented, Entry, read_docs
from athena_lsp.ide.runtime_docs import runtime_docs

SOURCE = '''
class Retry:
    """How it is tried again. Argo field: `x`.

    More.
    """

    limit: int
    """Retries, 0 or
    more. Argo field: `x.limit`."""
    policy: str = "OnFailure"
    _private = 3


def host(path: str, /, *, mode: int = 3, other=None) -> str:
    """A file. Argo field: `y`.

    Args:
        path: The path
            on the node.
        mode: Its mode: octal.

    Raises:
        OSError: Never.
    """
'''


def test_docstrings_are_read_from_the_source() -> None:
    assert read_docs(SOURCE) == {
        "Retry": Documented(
            "Retry",
            True,
            "How it is tried again. Argo field: `x`.\n\nMore.",
            (
                Entry("limit", "int", "", "Retries, 0 or more. Argo field: `x.limit`."),
                Entry("policy", "str", "'OnFailure'", ""),
            ),
        ),
        "host": Documented(
            "host",
            False,
            "A file. Argo field: `y`.",
            (Entry("path", "str", "", "The path on the node."), Entry("mode", "int", "3", "Its mode: octal.")),
            "str",
        ),
    }


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_is_documented_with_its_field(option: object) -> None:
    for kind in option.kinds:  # type: ignore[attr-defined]
        entry = runtime_docs()[kind.value].entry(option.name)  # type: ignore[attr-defined]
        assert entry is not None
        assert "Argo field: `" in entry.doc


@pytest.mark.parametrize("name", CONSTRUCTS)
def test_every_field_of_an_option_type_is_documented(name: str) -> None:
    documented = runtime_docs()[name]
    assert {each.name for each in CONSTRUCTS[name]} <= {each.name for each in documented.entries if each.doc}


def test_every_resource_call_is_documented() -> None:
    assert set(RESOURCES) <= set(runtime_docs())


def test_the_runtime_is_read_and_never_imported() -> None:
    script = (
        "import sys; from athena_lsp.ide.runtime_docs import runtime_docs; "
        "assert runtime_docs()['container'].entries; print('athena_runtime.decorators' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
