"""The tree is what docs/architecture.md says it is, and every module keeps the rules that no linter knows."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("athena_lsp", "athena_runtime")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
CODE = [path for path in MODULES if path.name != "__init__.py"]

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
VAGUE_NAMES = {"utils", "util", "helpers", "common", "misc", "base_classes", "manager", "managers"}
RUNTIME_EXTRAS = {"athena_runtime/bundle": {"boto3", "botocore"}, "athena_runtime/testing/pytest_plugin.py": {"pytest"}}
"""Third-party modules of the runtime, by the only place that may import them: none of it is imported in a pod."""

MODULE_NAMES = {"pyyaml": "yaml"}
"""What is imported of packages that are called otherwise."""

OUTER = {
    "cache",
    "cli",
    "server",
    "workspace",
    "packages",
    "supply",
    "files",
    "environment",
    "engine",
    "cluster",
    "web",
}
"""Parts of athena_lsp that may read files, clocks and networks."""

FORBIDDEN_EXCEPT = {
    "Only server knows the Language Server Protocol": {"server"},
    "Only syntax and analysis see Python's tree": {"syntax", "analysis"},
    "Below workspace there is no file, clock, environment or network": OUTER,
}


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def parts(package: str) -> set[str]:
    """The modules and packages directly inside a package."""
    folder = ROOT / package
    modules = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    return modules | {path.parent.name for path in folder.glob("*/__init__.py")}


@pytest.mark.parametrize("package", PACKAGES)
def test_the_architecture_page_lists_every_part_and_no_other(package: str) -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    listed = set(re.findall(rf"^\| `{package}\.(\w+)` \|", page, re.MULTILINE))
    assert listed == parts(package)


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_a_module_begins_by_saying_what_it_is_in_one_line(path: Path) -> None:
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert doc, "no docstring"
    first, *rest = doc.splitlines()
    assert first.endswith((".", "?")), first
    assert not rest or not rest[0], "the first sentence does not fit one line, or no empty line follows it"


@pytest.mark.parametrize("path", CODE, ids=names(CODE))
def test_modules_and_functions_are_short_or_say_why_not(path: Path) -> None:
    assert list(too_long(path)) == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "__init__.py"], ids=str)
def test_packages_hold_nothing_themselves(path: Path) -> None:
    if path not in (ROOT / "athena_runtime/__init__.py", ROOT / "athena_runtime/testing/__init__.py"):
        assert path.read_text(encoding="utf-8").strip() == ""


def test_no_module_has_a_vague_name() -> None:
    assert [name for name in names(MODULES) if Path(name).stem.strip("_") in VAGUE_NAMES] == []


@pytest.mark.parametrize(
    "path", [path for path in MODULES if path.is_relative_to(ROOT / "athena_runtime")], ids=lambda path: path.stem
)
def test_the_runtime_imports_the_standard_library_only(path: Path) -> None:
    allowed = sys.stdlib_module_names | {"athena_runtime"}
    for folder, extras in RUNTIME_EXTRAS.items():
        if path.is_relative_to(ROOT / folder):
            allowed |= extras
    assert imported_packages(path) - allowed == set()


def test_the_compiler_imports_its_dependencies_and_nothing_else_from_outside() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {re.split(r"[<>=\[; ]", each)[0] for each in settings["project"]["dependencies"]}
    declared = {MODULE_NAMES.get(package, package) for package in packages}
    paths = [path for path in CODE if path.is_relative_to(ROOT / "athena_lsp")]
    imported = set().union(*(imported_packages(path) for path in paths))
    assert imported - sys.stdlib_module_names - set(PACKAGES) == declared


@pytest.mark.parametrize("contract", FORBIDDEN_EXCEPT)
def test_import_contracts_cover_every_part(contract: str) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["name"]: each for each in settings["tool"]["importlinter"]["contracts"]}
    covered = {name.removeprefix("athena_lsp.") for name in contracts[contract]["source_modules"]}
    assert covered == parts("athena_lsp") - FORBIDDEN_EXCEPT[contract]


def imported_packages(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name.partition(".")[0] for alias in node.names}
            case ast.ImportFrom(module=str(module), level=0):
                found.add(module.partition(".")[0])
            case _:
                pass
    return found


def too_long(path: Path) -> Iterator[str]:
    """What is longer than it should be and gives no reason in a comment `# long: why`.

    A function counts from the first line of its body, without its docstring; its reason stands in the line of the
    `def` or above it, a module's above its first statement.
    """
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    tree = ast.parse(text)
    if len(lines) >= LONGEST_MODULE and not any(is_reason(line) for line in lines[: first_code_line(tree)]):
        yield f"{path.name}: {len(lines)} lines"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = body_length(node)
            top = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if length >= LONGEST_FUNCTION and not any(is_reason(line) for line in lines[top - 2 : node.lineno]):
                yield f"{path.name}:{node.lineno}: {node.name} has {length} lines"


def is_reason(line: str) -> bool:
    return re.search(r"# long: \w+", line) is not None


def first_code_line(tree: ast.Module) -> int:
    code = [node for node in tree.body if not is_docstring(node)]
    return code[0].lineno if code else 1


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = [node for node in function.body if not is_docstring(node)]
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
