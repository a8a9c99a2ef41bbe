"""Installed packages give types as far as they are needed; they are no part of the program, and follow the disk."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Mapping
from enum import Enum
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import _pytest.config.findpaths
import _pytest.reports
import attr
import hera.workflows.models.io.argoproj.workflow.v1alpha1
import hypothesis.stateful
import lsprotocol.types
import packaging.pylock
import pydantic.json_schema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athena_lsp.analysis.library import KNOWN_BY_NAME, Library, LibraryFile
from athena_lsp.analysis.scope import Declared, External, follow
from athena_lsp.environment import Environment, find_environment
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassKind
from athena_lsp.packages import NOTHING_READ, Packages
from athena_lsp.project import Project
from athena_lsp.workspace import Workspace

SITE = ".venv/lib/python3.12/site-packages"
VENV = {"athena.toml": "", ".venv/pyvenv.cfg": "version = 3.12.1\n"}
FLOW = """\
from acme import Order
from athena_runtime import container, workflow


@container
def load() -> Order: ...


@container
def take(text: str) -> None: ...


@workflow
def flow() -> None:
    take(load().id)
    take(load().idd)
"""
ORDER = "from dataclasses import dataclass\n\n\n@dataclass\nclass Order:\n    id: str\n"


def write(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        # Two writes in one tick of the file system's clock would look like one.
        os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + len(text)))
    return root


def project_with(root: Path, packages: Mapping[str, str], **files: str) -> Path:
    installed = {f"{SITE}/{name}": text for name, text in packages.items()}
    return write(root, {**VENV, "main.py": FLOW, **files, **installed})


def rules(workspace: Workspace, path: str = "main.py") -> list[str]:
    return [found.rule for found in workspace.diagnostics(path)]


# --- reading ------------------------------------------------------------------------------------------------------


def test_a_class_is_read_through_its_package(tmp_path: Path) -> None:
    packages = {"acme/__init__.py": "from .models import *\n", "acme/models.py": ORDER, "acme/huge.py": "X = 1\n"}
    workspace = Workspace.open([project_with(tmp_path, packages)])
    assert rules(workspace) == ["unknown-field"]
    library = workspace.project.library
    assert sorted(library.modules) == ["acme", "acme.models"]
    assert sorted(library.files) == [f"{SITE}/acme/__init__.py", f"{SITE}/acme/models.py"]


def test_packages_are_no_part_of_the_program(tmp_path: Path) -> None:
    template = "from athena_runtime import workflow\n\n\n@workflow\ndef flow(x): return nothing(1)\n"
    workspace = Workspace.open([project_with(tmp_path, {"acme.py": ORDER + template})])
    rules(workspace)
    project = workspace.project
    assert sorted(project.files) == ["main.py"]
    assert workspace.paths(tmp_path) == ("athena.toml", "main.py")
    assert {face.declaration.path for face in project.signatures()} == {"main.py"}
    assert workspace.diagnostics(f"{SITE}/acme.py") == ()
    assert project.rename(Declaration(f"{SITE}/acme.py", "Order"), "Sale") == ()
    place = project.locate(Declaration(f"{SITE}/acme.py", "Order", "id"))
    assert place is not None
    source = workspace.source(place.path)
    assert source is not None
    assert place.span.of(source.text) == "id"


def test_a_package_that_an_editor_shows_is_no_program_either(tmp_path: Path) -> None:
    packages = {"acme/__init__.py": "from .models import Order\n", "acme/models.py": FLOW + ORDER}
    root = project_with(tmp_path, packages)
    workspace = Workspace.open([root])
    workspace.set_text(f"{SITE}/acme/__init__.py", packages["acme/__init__.py"])
    workspace.set_text(f"{SITE}/acme/models.py", packages["acme/models.py"])
    assert rules(workspace) == ["unknown-field"]
    assert rules(workspace, f"{SITE}/acme/models.py") == []
    assert {face.declaration.path for face in workspace.project.signatures()} == {"main.py"}
    workspace.close(f"{SITE}/acme/models.py")
    assert rules(workspace) == ["unknown-field"]


def test_what_types_do_not_need_is_not_read(tmp_path: Path) -> None:
    packages = dict.fromkeys(("requests.py", "numpy.py", "yaml.py", "click.py"), "raise SystemExit\n")
    text = (
        "import click\nimport numpy as np\nimport requests\nfrom yaml import *\nimport os\n"
        "from athena_runtime import container, workflow\n\n\n@click.command\ndef cli() -> requests.Response: ...\n\n\n"
        "@container\ndef step() -> None:\n    np.zeros(3)\n    requests.get('x')\n    os.getcwd()\n"
    )
    workspace = Workspace.open([project_with(tmp_path, packages, **{"main.py": text, "other.py": "import numpy\n"})])
    rules(workspace)
    assert "numpy" not in workspace.project.library.modules
    assert "requests" not in workspace.project.library.modules
    assert not KNOWN_BY_NAME & workspace.project.library.modules.keys()


def test_a_package_that_is_worked_on_in_the_project_is_the_project_itself(tmp_path: Path) -> None:
    files = {"src/acme/__init__.py": ORDER, "flows/pyproject.toml": "", "flows/main.py": FLOW}
    root = project_with(tmp_path, {"acme.pth": f"{tmp_path}/src\n"}, **files)
    (root / "main.py").unlink()
    workspace = Workspace.open([root])
    assert rules(workspace, "flows/main.py") == ["unknown-field"]
    assert dict(workspace.project.library.files) == {}


def test_an_editable_install_outside_of_the_project(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"acme/__init__.py": "from acme.models import Order\n", "acme/models.py": ORDER})
    root = project_with(tmp_path / "project", {"acme.pth": f"{tmp_path}/elsewhere\n"})
    workspace = Workspace.open([root])
    assert rules(workspace) == ["unknown-field"]
    assert f"{tmp_path.as_posix()}/elsewhere/acme/models.py" in workspace.project.library.files


@pytest.mark.parametrize(
    "text",
    [
        "class Order(", "\x00", "Order = 1 / 0\n", "from acme import Order\n", "from acme import *\n", "import acme\n",
        "from . import Order\n", "from .Order import Order\n", "def __getattr__(name): ...\n", "Order = Order\n",
        "class Order(Order): ...\n", "from .... import Order\n", "__all__ = [Order]\nfrom acme import *\n", "\\",
        "from acme.acme.acme import Order\n", "Order: TypeAlias = 'Order'\n", "type Order = list[Order]\n", "if x:\n",
        "class Order[T](list[T]): ...\n", "'''", "\ufeffclass Order: ...\n", "class Order(metaclass=X()): ...\n",
    ],
)  # fmt: skip
def test_no_package_makes_a_question_fail(tmp_path: Path, text: str) -> None:
    workspace = Workspace.open([project_with(tmp_path, {"acme.py": text})])
    assert "unknown-field" not in rules(workspace)


def test_a_package_that_cannot_be_read_is_as_good_as_absent(tmp_path: Path) -> None:
    root = project_with(tmp_path, {"acme/models.py": ""})
    (root / SITE / "acme/__init__.py").write_bytes(b"\xff\xfe\xfd")
    workspace = Workspace.open([root])
    assert rules(workspace) == ["untyped-edge", "untyped-edge"]
    assert workspace.problems == {}
    assert workspace.project.library.modules["acme"] is None


def test_a_circle_of_packages_ends(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(30)]
    modules = {f"{name}.py": "".join(f"from {other} import *\n" for other in names) for name in names}
    packages = {**modules, "acme.py": "from m0 import Order\n", "m29.py": modules["m29.py"] + ORDER}
    assert rules(Workspace.open([project_with(tmp_path, packages)])) == ["unknown-field"]


# --- in the background, and after changes -------------------------------------------------------------------------


def test_in_the_background_nothing_is_said_until_a_package_is_read(tmp_path: Path) -> None:
    chain = {f"acme/m{number}.py": f"from .m{number + 1} import Order\n" for number in range(20)}
    packages = {"acme/__init__.py": "from .m0 import Order\n", **chain, "acme/m20.py": ORDER}
    workspace = Workspace.open([project_with(tmp_path, packages)])
    workspace.in_background = True
    assert rules(workspace) == []
    calls = 0
    while workspace.load_wanted(seconds=0.0005):
        assert rules(workspace) in ([], ["unknown-field"])
        calls += 1
    assert rules(workspace) == ["unknown-field"]
    assert not workspace.load_wanted()
    assert 1 <= calls < 100


def test_packages_that_are_installed_and_removed_are_noticed(tmp_path: Path) -> None:
    root = project_with(tmp_path, {"other.py": ""})
    workspace = Workspace.open([root])
    assert rules(workspace) == ["untyped-edge", "untyped-edge"]
    assert not workspace.refresh()
    write(root, {f"{SITE}/acme/__init__.py": ORDER})
    assert workspace.refresh()
    assert rules(workspace) == ["unknown-field"]
    write(root, {f"{SITE}/acme/__init__.py": ORDER + "    idd: str\n"})
    assert workspace.refresh()
    assert rules(workspace) == []
    (root / SITE / "acme/__init__.py").unlink()
    assert workspace.refresh()
    assert rules(workspace) == ["untyped-edge", "untyped-edge"]


def test_another_python_gives_other_packages(tmp_path: Path) -> None:
    root = project_with(tmp_path, {"acme.py": ORDER})
    other = f"env/{SITE.removeprefix('.venv/')}"
    write(root, {"env/pyvenv.cfg": "", f"{other}/acme.py": ORDER + "    idd: str\n", "env/bin/python": ""})
    workspace = Workspace.open([root])
    assert rules(workspace) == ["unknown-field"]
    workspace.set_text("athena.toml", 'python = "env/bin/python"\n')
    assert rules(workspace) == []
    workspace.set_python(str(root / ".venv/bin/python"))
    assert rules(workspace) == ["unknown-field"]
    workspace.set_python("")
    assert rules(workspace) == []
    assert rules(Workspace.open([root], python="env")) == []


def test_an_edit_reads_nothing_again_and_asks_what_is_new(tmp_path: Path) -> None:
    packages = {"acme.py": ORDER, "crm.py": ORDER.replace("Order", "Customer")}
    workspace = Workspace.open([project_with(tmp_path, packages)])
    rules(workspace)
    before = workspace.project.library
    workspace.set_text("main.py", FLOW.replace("load().id)", "load().id + '!')"))
    rules(workspace)
    assert workspace.project.library is before
    workspace.set_text("main.py", FLOW + "\n\nfrom crm import Customer\n\n\n@container\ndef who() -> Customer: ...\n")
    rules(workspace)
    assert sorted(workspace.project.library.modules) == ["acme", "crm"]


# --- packages that are really installed ---------------------------------------------------------------------------

REAL = """\
import attr
import msgspec
from attr.exceptions import FrozenError
from lsprotocol.types import CompletionItem, DiagnosticSeverity, Position
from packaging.version import Version
from pydantic import BaseModel, PositiveInt
from pydantic.json_schema import JsonSchemaMode
from pygls.workspace import TextDocument

from athena_runtime import container, workflow


class Model(BaseModel):
    size: PositiveInt


class Struct(msgspec.Struct):
    mode: JsonSchemaMode


@attr.define
class Shape:
    at: Position


@container
def item() -> CompletionItem: ...


@container
def position() -> Position: ...


@container
def model() -> Model: ...


@container
def struct() -> Struct: ...


@container
def shape() -> Shape: ...


@container
def document() -> TextDocument: ...


@container
def version() -> Version: ...


@container
def take(text: str) -> None: ...


@container
def mark(severity: DiagnosticSeverity = DiagnosticSeverity.Error) -> None: ...


@workflow
def flow() -> None:
    take(item().label)
    take(item().labell)
    take(position().line)
    take(shape().at.lines)
    take(model().size)
    take(struct().mode)
    take(document())
    take(version())
    mark(DiagnosticSeverity.Warning)
    mark("error")
"""


def test_types_of_really_installed_packages(tmp_path: Path) -> None:
    workspace = Workspace.open([write(tmp_path, {"athena.toml": "", "main.py": REAL})], python=sys.executable)
    found = [
        (found.rule, found.message) for found in workspace.diagnostics("main.py") if found.severity.value == "error"
    ]
    assert found == [
        (
            "not-serializable",
            "the result of `document` cannot go from step to step: `TextDocument` of `pygls` has no JSON form",
        ),
        (
            "not-serializable",
            "the result of `version` cannot go from step to step: `Version` of `packaging` has no JSON form",
        ),
        ("unknown-field", "`CompletionItem` has no field `labell`"),
        ("edge-type-mismatch", "`text` of `take` takes `str`, but gets `int`"),
        ("unknown-field", "`Position` has no field `lines`"),
        ("edge-type-mismatch", "`text` of `take` takes `str`, but gets `int`"),
        ("edge-type-mismatch", "`severity` of `mark` takes `DiagnosticSeverity`, but gets `Literal['error']`"),
    ]


FOR_CHECKERS = {"SkipJsonSchema"}
"""What is something else under `TYPE_CHECKING` than when it runs."""


@pytest.mark.parametrize(
    "module",
    [
        _pytest.config.findpaths,
        _pytest.reports,
        hera.workflows.models.io.argoproj.workflow.v1alpha1,
        hypothesis.stateful,
        lsprotocol.types,
        packaging.pylock,
        pydantic.json_schema,
    ],
    ids=lambda module: str(module.__name__),
)
def test_what_is_read_is_what_python_makes_of_it(module: ModuleType) -> None:
    """Names of fields, whether they are required, and values of enums, against the classes that Python has made."""
    names = vars(module).keys() - FOR_CHECKERS
    every = {name: _made(module, name, vars(module)[name]) for name in names if name.isidentifier()}
    expected = {name: made for name, made in every.items() if made is not None}
    packages = Packages(find_environment(Path(sys.prefix), sys.prefix, {}), lambda path: path.as_posix())
    project = Project.of({}).with_library(NOTHING_READ)
    for name in expected:
        project.facts.look_ahead(module.__name__, name)
    project = project.with_library(packages.load(project, float("inf")))
    assert {name: _read(project, module.__name__, name) for name in expected} == expected
    assert expected


def _made(module: ModuleType, name: str, class_: object) -> dict[str, object] | None:
    if not isinstance(class_, type) or (class_.__module__, class_.__qualname__) != (module.__name__, name):
        return None
    if issubclass(class_, Enum):
        return {case: member.value for case, member in class_.__members__.items()}
    if issubclass(class_, pydantic.BaseModel):
        return {field: info.is_required() for field, info in class_.model_fields.items()}
    if attr.has(class_):
        return {field.name: field.default is attr.NOTHING and field.init for field in attr.fields(class_)}
    if dataclasses.is_dataclass(class_):
        missing = dataclasses.MISSING
        fields = dataclasses.fields(class_)
        return {each.name: each.default is each.default_factory is missing and each.init for each in fields}
    if issubclass(class_, tuple) and hasattr(class_, "_field_defaults"):
        return {field: field not in class_._field_defaults for field in class_.__annotations__}
    return None


def _read(project: Project, module: str, name: str) -> dict[str, object] | None:
    found = follow(project.facts, External(f"{module}.{name}", module))
    info = project.facts.class_info(found.declaration) if isinstance(found, Declared) else None
    if info is None:
        return None
    return dict(info.cases) if info.kind is ClassKind.ENUM else {field.name: field.required for field in info.fields}


def test_nothing_of_the_packages_is_imported(tmp_path: Path) -> None:
    packages = {"acme/__init__.py": "import sys\nsys.acme_was_imported = True\n" + ORDER}
    assert rules(Workspace.open([project_with(tmp_path, packages)])) == ["unknown-field"]
    assert not hasattr(sys, "acme_was_imported")
    assert "acme" not in sys.modules


# --- promises -----------------------------------------------------------------------------------------------------

MODULES = {
    "alpha": ORDER + "\n\nfrom beta import Row\n",
    "beta": "from typing import NamedTuple\n\nclass Row(NamedTuple):\n    id: int\n\nfrom alpha import Order\n",
    "gamma": "class Thing: ...\n\nclass Other(Thing): ...\n",
    "main": "X = 1\n",
    "steps": "from athena_runtime import container\n\n@container\ndef load() -> int: ...\n",
}
PROGRAM = {
    "main.py": "from athena_runtime import workflow\nfrom steps import load, store\n\n\n@workflow\n"
    "def flow() -> None:\n    store(load())\n    store(load().idd)\n    store(1)\n",
    "steps.py": "from athena_runtime import container\nfrom models import Report\n\n\n@container\n"
    "def load() -> Report: ...\n\n\n@container\ndef store(report: Report) -> None: ...\n",
    "models.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Report:\n    id: int\n",
}


@given(st.lists(st.sampled_from(sorted(MODULES)), unique=True), st.booleans())
@settings(max_examples=40)
def test_library_files_that_no_type_needs_change_nothing(names: list[str], complete: bool) -> None:
    """A program whose types are its own says the same with any packages beside it."""
    files = {f"site/{name}.py": LibraryFile(f"site/{name}.py", name, MODULES[name]) for name in names}
    library = Library({name: f"site/{name}.py" for name in names}, files, complete=complete)
    project = Project.of(PROGRAM)
    expected = {path: project.diagnostics(path) for path in PROGRAM}
    assert expected["main.py"]
    grown = project.with_library(library)
    assert {path: grown.diagnostics(path) for path in PROGRAM} == expected
    assert grown.signatures() == project.signatures()
    assert grown.roots() == project.roots()
    assert grown.wanted == ()


def test_the_order_in_which_packages_arrive_does_not_matter(tmp_path: Path) -> None:
    packages = {
        "acme/__init__.py": "from .models import Order\n",
        "acme/models.py": "from crm import Order\n",
        "crm.py": ORDER,
    }
    root = project_with(tmp_path, packages)
    expected = Workspace.open([root]).diagnostics("main.py")
    site = Environment((root / SITE,))
    project = Project.of({"main.py": FLOW}).with_library(NOTHING_READ)
    steps = [project.diagnostics("main.py")]
    reader = Packages(site, lambda path: path.relative_to(root).as_posix())
    while project.wanted:
        project = project.with_library(reader.load(project, float("inf")))
        steps.append(project.diagnostics("main.py"))
    assert steps[0] == ()
    assert steps[-1] == expected
    assert all(set(before) <= set(after) for before, after in pairwise(steps))


def test_large_modules_cost_little() -> None:
    """Half a megabyte of methods is not parsed to know what one class is called, and whose child it is."""
    doc = '"""Text with\nclass Fake: in it."""'
    method = f"    def method{{0}}(self, x: int = {{0}}) -> str:\n        {doc}\n        return str(x)\n"
    body = "".join(method.format(number) for number in range(5_000))
    text = f"from base import Base\n\n\nclass Frame(Base):\n    size: int\n\n{body}\n\nclass Last(Frame): ...\n"
    assert len(text) > 500_000
    file = LibraryFile("frame.py", "frame", text)
    assert [len(file.bindings_of(name)) for name in ("Frame", "Last", "Base", "Fake")] == [1, 1, 1, 0]
    names = [getattr(node, "name", "") for node in file.bindings_of("Frame")]
    assert names == ["Frame"]
    (frame,) = file.bindings_of("Frame")
    assert "method4999" not in getattr(frame, "code").key  # noqa: B009


def test_the_environment_of_the_tests_has_the_packages_they_need() -> None:
    environment = find_environment(Path(sys.prefix), sys.prefix, {})
    for module in ("attr", "msgspec", "pydantic", "lsprotocol.types", "pygls.workspace", "packaging.version"):
        assert environment.find(module) is not None, module
