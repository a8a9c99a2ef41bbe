"""Templates found by the words of files are those that parsing every file finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.ir.model import Kind, Signature
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project

HEAD = "from athena_runtime import container, fragment, workflow\n"
PIECES = st.sampled_from(
    [
        "@container\ndef load(): ...\n",
        "@workflow\ndef Load() -> None: ...\n",
        "@container\n\ndef load_(): ...\n",
        '@container(name="project-load")\ndef other(): ...\n',
        "@container(\n  name  # why\n  =  NAME)\ndef x(): ...\n",
        'NAME = "project-load"\n',
        "@fragment\ndef load2(): ...\n",
        "def load(): ...\n",
        "@container\nasync def load(): ...\n",
        '@container(image="""\ndef load():\n""", name="project-load")\ndef quoted(): ...\n',
        "from deco import frag\n@frag\ndef login(): ...\n",
        "import athena_runtime as a\n@a.fragment()\ndef other2(): ...\n",
        "if 1:\n    @container\n    def load(): ...\n",
        "from athena_runtime import *\n@container\ndef load(): ...\n",
        "@container\ndef \uff4coad(): ...\n",
        "@ container\ndef load(): ...\n",
        "@(container)\ndef load(): ...\n",
        "@container\ndef \\\n load(): ...\n",
        "class A:\n    @container\n    def load(self): ...\n",
        "x = '@container(name=1)'\n",
        "\r\n",
        "((\n",
    ]
)
FILES = st.dictionaries(st.sampled_from(["a.py", "b.py", "c.py"]), st.lists(PIECES, max_size=4).map("".join))
DECO = "from athena_runtime import fragment as frag\n"


def _everything(project: Project) -> list[Signature]:
    faces = (
        project.facts.signature(Declaration(path, name))
        for path, file in sorted(project.files.items())
        if file.is_program
        for name in file.bindings
    )
    return [face for face in faces if face is not None]


def _agrees(project: Project) -> None:
    faces = _everything(project)
    templates = [face for face in faces if face.kind is not Kind.FRAGMENT]
    nobody = Declaration("", "")
    for name in {"project-load", "load", *(face.template for face in templates)}:
        same = tuple(face.declaration for face in templates if face.template == name)
        assert project.facts.templates_named(name, nobody) == same
        for own in same:
            assert project.facts.templates_named(name, own) == tuple(other for other in same if other != own)
    for kind in Kind:
        assert project.facts.of_kind(kind) == tuple(face.declaration for face in faces if face.kind is kind)


@settings(max_examples=150)
@given(FILES, FILES)
def test_words_lead_to_every_template(first: dict[str, str], then: dict[str, str]) -> None:
    project = Project.of({"deco.py": DECO, **{path: HEAD + text for path, text in first.items()}})
    _agrees(project)
    for path, text in then.items():
        project = project.with_text(path, HEAD + text)
        _agrees(project)


def test_a_file_that_cannot_hold_a_template_of_a_name_is_not_parsed() -> None:
    texts = {f"f{number}.py": f"{HEAD}@container\ndef load{number}() -> None: ...\n" for number in range(9)}
    project = Project.of(texts)
    assert project.diagnostics("f3.py") == ()
    assert [path for path, file in project.files.items() if "parsed" in file.__dict__] == ["f3.py"]


@pytest.mark.parametrize("name", ["load", "Load", "load_"])
def test_namesakes_in_other_files_are_reported(name: str) -> None:
    text = HEAD + "@container\ndef {}() -> None: ...\n"
    project = Project.of({"a.py": text.format("load"), "b.py": text.format(name)})
    assert [found.rule for found in project.diagnostics("a.py")] == ["duplicate-template-name"]
    project = project.with_text("b.py", text.format("save"))
    assert project.diagnostics("a.py") == ()
    project = project.with_text("b.py", text.format(name).replace("container\n", 'container(name="save")\n'))
    assert project.diagnostics("a.py") == ()
