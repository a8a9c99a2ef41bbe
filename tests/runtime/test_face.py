"""The public face: every name of the language is there, and importing it takes the standard library alone."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import athena_runtime

ROOT = Path(__file__).parent.parent.parent
FACE = ROOT / "athena_runtime" / "__init__.py"

LANGUAGE = set(
    re.findall(
        r"\w+",
        """
        workflow container fragment
        Retry Resources Mutex Semaphore Toleration HostMount Sidecar Cache Cron Ttl PodGc
        Inject Artifact
        gather All AnyOf Quorum Percentage AtLeast Within Ok Failed StepFailed race
        bounded parallel sleep wait_until approval ask external
        host secret secret_opt Secret load_artifact load_artifact_str save_artifact save_artifact_str
        pvc EphemeralPvc ExternalPvc config_map checkpoint progress run_info TransientError PermanentError
        """,
    )
)

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from athena_runtime import *
from athena_runtime import contract
from typing import Annotated

@container(retry=Retry(3))
def double(x: int, n: Annotated[int, Inject("{{retries}}")] = 0) -> int:
    return 2 * x

@container
async def triple(x: int) -> int:
    return 3 * x

@workflow
def flow(x: int = 1) -> int:
    match triple.attempt(double(x)):
        case Ok(value):
            return value
        case _:
            return 0

assert flow(7) == 42
assert gather(double.attempt(1), triple.attempt(1), join=Quorum(2)) == [2, 3]
assert race(lambda: 1) == 1
assert run_info().attempt == 0
loaded = {name.partition(".")[0] for name in sys.modules}
known = getattr(sys, "stdlib_module_names") | {"athena_runtime", "__main__"}
print(sorted(loaded - known))
"""


def test_every_name_of_the_language_is_exported() -> None:
    assert LANGUAGE - set(athena_runtime.__all__) == set()


@pytest.mark.parametrize("name", athena_runtime.__all__)
def test_every_exported_name_is_there(name: str) -> None:
    assert getattr(athena_runtime, name) is not None
    assert name in dir(athena_runtime)


def test_an_unknown_name_is_refused_as_any_module_does() -> None:
    with pytest.raises(AttributeError, match=r"module 'athena_runtime' has no attribute 'Contanier'"):
        _ = athena_runtime.Contanier  # type: ignore[attr-defined]


def test_type_checkers_and_the_interpreter_find_the_same_names_in_the_same_modules() -> None:
    tree = ast.parse(FACE.read_text(encoding="utf-8"))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    imports = {
        (alias.name, node.module) for node in checked.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imports == set(athena_runtime._HOMES.items())
    assert sorted(athena_runtime._HOMES) == sorted(athena_runtime.__all__)


@pytest.mark.parametrize("name", athena_runtime.__all__)
def test_a_module_exports_what_the_face_takes_from_it(name: str) -> None:
    module = sys.modules[athena_runtime._HOMES[name]]
    assert name in module.__all__


def test_the_runtime_uses_the_standard_library_alone() -> None:
    assert run_program(sys.executable) == "[]"


def test_the_runtime_runs_on_the_oldest_python_of_pods() -> None:
    interpreter = find_python("3.10")
    if interpreter is None:
        pytest.skip("there is no Python 3.10 on this machine")
    assert run_program(interpreter) == "[]"


@pytest.mark.parametrize("heavy", ["asyncio", "json", "pathlib", "threading", "subprocess", "logging"])
def test_a_program_without_need_does_not_pay_for(heavy: str) -> None:
    program = "import sys; sys.path.insert(0, sys.argv[1]); from athena_runtime import container, Retry"
    assert run_program(sys.executable, f"{program}; print({heavy!r} in sys.modules)") == "False"


def run_program(interpreter: str, program: str = PROGRAM) -> str:
    command = [interpreter, "-I", "-S", "-c", program, str(ROOT)]
    result = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def find_python(version: str) -> str | None:
    """An interpreter of this version: on the path, or where pyenv or uv keeps them."""
    name = f"python{version}"
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin"))
    folders += sorted((Path.home() / ".local/share/uv/python").glob(f"cpython-{version}.*/bin"))
    for folder in folders:
        candidate = folder / name
        # pyenv's own `python3.10` on the path may be a script that only says where to look.
        if candidate.is_file() and b"3.10" in version_of(candidate):
            return str(candidate)
    return None


def version_of(interpreter: Path) -> bytes:
    return subprocess.run([interpreter, "-I", "-V"], check=False, capture_output=True, timeout=20).stdout
