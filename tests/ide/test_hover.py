"""What hovering shows."""

from __future__ import annotations

import pytest

from athena_lsp.ide.hover import Hover, hover
from tests.ide.cursor import At, at

PROGRAM = '''from dataclasses import dataclass

from athena_runtime import Retry, container, fragment, workflow


@dataclass
class Meta:
    tag: str


@dataclass
class Report:
    id: str
    meta: Meta


@workflow(on_exit_if_root=notify, parallelism=3)
def pipeline(url: str = "https://example.com") -> Report:
    """Fetches and cleans.

    In this order.
    """
    raw = fetch(url)
    clean = transform(raw, factor=3)
    publish(clean.id)
    return clean


@container
def fetch(url: str) -> str: ...


@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, policy="OnError"), labels={"m": "{report.meta.tag}"})
def transform(data: str, factor: int, tag: str = "latest", report: Report | None = None) -> Report:
    """Cleans the data."""


@container
def publish(id: str) -> None: ...


@container
def notify() -> None: ...


@fragment
def helper(path: str) -> str: ...
'''


def shown(before: str, after: str = "") -> Hover:
    """The hover at the place between two texts that stand side by side once in the program."""
    found = hover_at(at(PROGRAM.replace(before + after, before + "$0" + after, 1)))
    assert found is not None
    return found


def hover_at(place: At) -> Hover | None:
    return hover(place.project, place.path, place.offset)


def test_a_call_shows_its_task_what_it_waits_for_and_what_it_is_given() -> None:
    found = shown("clean = trans", "form(raw")
    assert found.span.of(PROGRAM) == "transform"
    assert "Task `clean` of `shop-pipeline`, after `raw`." in found.markdown
    assert "- `data`: `{{tasks.raw.outputs.parameters.return}}`" in found.markdown
    assert "- `factor`: `3`" in found.markdown
    assert "- `tag`: its default" in found.markdown
    assert "Cleans the data." in found.markdown


def test_a_projection_shows_the_expression_that_argo_evaluates() -> None:
    found = shown("    publish", "(clean.id)")
    assert "fromJSON(tasks['clean'].outputs.parameters['return'])['id']" in found.markdown
    assert "after `clean`." in found.markdown


def test_a_first_step_starts_at_once() -> None:
    assert "Task `raw` of `shop-pipeline`, as soon as the workflow starts." in shown("raw = ", "fetch").markdown


def test_steps_in_order_wait_for_the_one_before() -> None:
    text = PROGRAM.replace("parallelism=3", "steps=True").replace("publish(clean.id)", 'pub$0lish("x")')
    found = hover_at(at(text))
    assert found is not None
    assert "after `clean`." in found.markdown
    assert "{{steps.raw" not in found.markdown


def test_a_keyword_of_a_call_shows_its_parameter() -> None:
    found = shown("transform(raw, fac", "tor=3)")
    assert found.span.of(PROGRAM) == "factor"
    assert "factor: int" in found.markdown
    assert "`shop-transform`" in found.markdown


def test_a_decorators_argument_shows_field_default_and_when_it_acts() -> None:
    found = shown("@container(ima", "ge=")
    assert found.span.of(PROGRAM) == "image"
    assert "- Argo field: `template.container.image`" in found.markdown
    assert "- Default: " in found.markdown
    assert "Acts wherever the template runs." in found.markdown
    assert "Becomes `ghcr.io/acme/app:{{=fromJSON(inputs.parameters['tag'])}}`." in found.markdown
    assert "only when" in shown("on_exit_", "if_root=").markdown


def test_a_field_of_an_option_type_shows_its_docstring() -> None:
    found = shown("Retry(limit=3, pol", "icy=")
    assert found.span.of(PROGRAM) == "policy"
    assert "- Argo field: `template.retryStrategy.retryPolicy`" in found.markdown
    assert "`OnError`" in found.markdown


@pytest.mark.parametrize(
    ("before", "after", "name", "type_"),
    [
        ("app:{t", "ag}", "tag", "tag: str"),
        ("{rep", "ort.meta.tag}", "report", "report: Report | None"),
    ],
)
def test_a_placeholder_shows_its_type_and_what_it_becomes(before: str, after: str, name: str, type_: str) -> None:
    found = shown(before, after)
    assert found.span.of(PROGRAM) == name
    assert type_ in found.markdown
    assert "{{=fromJSON(inputs.parameters['" in found.markdown


def test_a_field_in_a_placeholder_has_its_own_type() -> None:
    text = PROGRAM.replace('tag: str = "latest", report: Report | None = None', "report: Report, tag: str")
    found = hover_at(at(text.replace("{report.meta.tag}", "{report.me$0ta.tag}")))
    assert found is not None
    assert "report.meta: Meta" in found.markdown
    assert "['meta']['tag']" in found.markdown


def test_a_definition_shows_its_signature_and_docstring() -> None:
    found = shown("def pipe", "line(")
    assert '@workflow\ndef pipeline(url: str = "https://example.com") -> Report' in found.markdown
    assert "`shop-pipeline`: a dag" in found.markdown
    assert "In this order." in found.markdown
    assert "Runs inside the pod" in shown("def hel", "per(").markdown
    assert "@container\ndef notify() -> None" in shown("on_exit_if_root=not", "ify").markdown


@pytest.mark.parametrize(("before", "after"), [("from data", "classes"), ("class Re", "port"), ("    id", ": str")])
def test_plain_python_is_left_to_the_python_server(before: str, after: str) -> None:
    assert hover_at(at(PROGRAM.replace(before + after, before + "$0" + after, 1))) is None


def test_a_block_that_does_not_parse_shows_nothing_and_the_others_go_on() -> None:
    broken = PROGRAM.replace("publish(clean.id)", "publish(clean.")
    assert hover_at(at(broken.replace("raw = fe", "raw = fe$0"))) is None
    assert hover_at(at(broken.replace("@container(ima", "@container(ima$0"))) is not None


def test_every_cursor_of_a_program_is_answered() -> None:
    project = at(PROGRAM + "$0").project
    for offset in range(len(PROGRAM) + 1):
        found = hover(project, "main.py", offset)
        assert found is None or found.span.touches(offset)
