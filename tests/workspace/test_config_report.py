"""What is in force agrees with the settings, also while an editor holds the file, and of any text."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.config.keys import SETTINGS
from athena_lsp.config.report import in_force
from athena_lsp.workspace import Workspace


def test_an_editor_shows_findings_of_tenants_and_what_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "athena.toml").write_text("")
    workspace = Workspace.open([tmp_path], tenant="acme")
    text = "[tenants.acme]\nnamespace = 'acme'\nlabels = { 'a b' = 'x' }\nprefixx = 'a'\n"
    workspace.set_text("athena.toml", text)
    places = [(found.rule, found.span.of(text)) for found in workspace.diagnostics("athena.toml")]
    assert places == [("invalid-config", "'x'"), ("unknown-config-key", "prefixx")]
    assert workspace.project.settings.namespace == "acme"
    (entry,) = [entry for entry in workspace.in_force() if entry.key == "namespace"]
    assert (entry.value, entry.origin.path, entry.origin.line) == ("acme", "athena.toml", 2)


def test_a_key_in_a_dotted_spelling_has_its_own_line() -> None:
    text = "# settings\ntenants.acme.labels.team = 'a'\nargo_version = '3.7'\n"
    found = {entry.key: (entry.value, entry.origin.line) for entry in in_force("f", {"athena.toml": text})}
    assert found["tenants.acme.labels.team"] == ("a", 2)
    assert found["argo-version"] == ("3.7", 3)


@given(st.text(alphabet="[]{}=.,\"'#\n\\ ab1", max_size=40))
def test_any_text_is_survived(text: str) -> None:
    keys = [entry.key for entry in in_force("folder", {"athena.toml": text, "pyproject.toml": text}, tenant="a")]
    assert keys[: len(SETTINGS)] == list(SETTINGS)
