"""Rules about declarations where a page cannot show them: other Pythons, every argument of the table, every fix."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from athena_lsp.analysis.options import CONSTRUCTS, OPTIONS, options_of
from athena_lsp.argo.checks.fields import fields_of
from athena_lsp.diagnostics import Diagnostic
from athena_lsp.ir.model import Kind
from athena_lsp.project import Project
from athena_lsp.rules._elsewhere import SPECIAL, SYNONYMS, belongs
from athena_lsp.rules.unsupported_signature import unsupported_signature
from athena_lsp.text import Span, apply_edits

PROGRAM = """\
from athena_runtime import *

@{decorator}
def run(url: str = "a") -> str:
    {body}

@container
def step(url: str) -> str: ...
"""


def found(decorator: str, body: str = "...") -> tuple[Diagnostic, ...]:
    body = "return step(url)" if decorator.startswith("workflow") else body
    return Project.of({"main.py": PROGRAM.format(decorator=decorator, body=body)}).diagnostics("main.py")


def test_type_parameters() -> None:
    project = Project.of({"main.py": PROGRAM.format(decorator="container", body="...")})
    unit = next(unit for _, unit in project.units("main.py") if unit.definitions)
    generic = replace(unit.definitions[0], type_parameters_span=Span(3, 6))
    assert unsupported_signature.check is not None
    (finding,) = unsupported_signature.check(replace(unit, definitions=(generic,)), project.facts)
    assert finding.span == Span(3, 6)
    assert "`run` has type parameters" in finding.message


@pytest.mark.parametrize("kind", ["workflow", "container"])
@pytest.mark.parametrize("name", sorted({option.name for option in OPTIONS}))
def test_every_argument_is_known_or_sent_to_where_it_belongs(kind: str, name: str) -> None:
    unknown = [each for each in found(f"{kind}({name}=None)") if each.rule == "unknown-argument"]
    if name in options_of(Kind(kind)):
        assert unknown == []
    else:
        (only,) = unknown
        assert f"`@{kind}` has no argument `{name}`:" in only.message
        assert only.hints


def fields_of_argo() -> list[str]:
    """Every field of templates, of specs, of timetables and of containers, as somebody would write it here."""
    types = ("Template", "WorkflowSpec", "CronWorkflowSpec", "Container")
    names = {name for each in types for name in fields_of(each)}
    return sorted(re.sub(r"[A-Z]+", lambda match: f"_{match[0].lower()}", name) for name in names)


@pytest.mark.parametrize("kind", ["workflow", "container"])
def test_every_field_of_argo_has_its_advice(kind: str) -> None:
    for name in fields_of_argo():
        if name not in options_of(Kind(kind)):
            told = belongs(kind, name)
            assert told is not None, name
            assert set(told.names) <= options_of(Kind(kind)).keys(), name


@pytest.mark.parametrize("kind", ["workflow", "container"])
@pytest.mark.parametrize("name", sorted({option.name for option in OPTIONS}))
def test_none_is_the_same_as_leaving_an_argument_out(kind: str, name: str) -> None:
    if name in options_of(Kind(kind)):
        assert found(f"{kind}({name}=None)") == ()


@pytest.mark.parametrize(("owner", "name"), SPECIAL)
def test_advice_names_arguments_that_are_there(owner: str, name: str) -> None:
    for each in (owner,) if owner else ("workflow", "container"):
        elsewhere = belongs(each, name)
        assert elsewhere is not None
        assert set(elsewhere.names) <= set(options_of(Kind(each)))
        assert name not in options_of(Kind(each))


@pytest.mark.parametrize("owner", SYNONYMS)
def test_synonyms_stand_for_arguments_that_are_there(owner: str) -> None:
    fields = CONSTRUCTS.get(owner)
    known = {field.name for field in fields} if fields else set(options_of(Kind(owner)))
    assert set(SYNONYMS[owner].values()) <= known
    assert not known & set(SYNONYMS[owner])


@pytest.mark.parametrize(
    "decorator",
    [
        'container(timeout="500ms")',
        'container(timeout="90")',
        "container(retry=Retry(limit=3, backoff=-1))",
        'container(image_pull_policy="always")',
        'container(mutexes=Mutex("a"))',
        'container(env={"A": 1, "B": True})',
        'container(resources=Resources(cpu="2 cores", memory="10 GB", ephemeral_storage="5m"))',
        'container(name="My_Name")',
        'container(name="off")',
        'container(imge="a")',
        'container(ttl=Ttl("1h"))',
        "container(retry=Retry(times=3))",
        'container(run_as_user="0")',
        'container(privileged="True")',
        'workflow(timeout="1h")',
        'workflow(tolerations=[Toleration("a")])',
    ],
)
def test_the_first_fix_mends_the_program(decorator: str) -> None:
    text = PROGRAM.format(decorator=decorator, body="return step(url)" if decorator.startswith("w") else "...")
    project = Project.of({"main.py": text})
    findings = project.diagnostics("main.py")
    assert findings
    edits = [edit.edit for finding in findings for edit in finding.fixes[0].edits]
    assert Project.of({"main.py": apply_edits(text, edits)}).diagnostics("main.py") == ()


@pytest.mark.parametrize(
    "setting", ["Retry(limit=-1)", 'Retry(limit=3, policy="Alway")', 'Retry(limit=3, backoff="90")', "Retry(times=3)"]
)
def test_nothing_is_edited_behind_a_name(setting: str) -> None:
    text = f"SETTING = {setting}\n" + PROGRAM.format(decorator="container(retry=SETTING)", body="...")
    text = text.replace("from athena_runtime import *\n", "", 1)
    (finding,) = Project.of({"main.py": f"from athena_runtime import *\n{text}"}).diagnostics("main.py")
    assert finding.span.of(f"from athena_runtime import *\n{text}") == "SETTING"
    assert finding.fixes == ()
