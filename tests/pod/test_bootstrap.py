"""The bootstrap under the shells that images have: it finds the interpreter of this machine, or says why not."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from athena_runtime import contract
from tests.pod.steps import ROOT, Pod

SCRIPT = ROOT / "athena_runtime/pod/boot.sh"
SHELLS = {
    "dash": ("dash",),
    "busybox ash": ("busybox", "sh"),
    "mksh": ("mksh",),
    "bash --posix": ("bash", "--posix"),
}
LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}
MACHINE = platform.machine()

PROGRAM = """
import os, sys
from athena_runtime import container

@container
def show(text: str) -> list[str]:
    print(os.getpid())
    return [text, sys.executable, *sorted(name for name in os.environ if name.startswith(("LD_", "PYTHON")))]
"""


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> list[str]:
    """A shell by its path, as a container's `command` has it."""
    name, *options = SHELLS[request.param]
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed: .ci/run does it")
    return [path, *options]


@pytest.fixture
def layer(pod: Pod) -> Path:
    """A layer `py` for this machine, of links to its own loader and to the Python that runs the tests."""
    if MACHINE not in LOADERS:
        pytest.skip(f"bundles are for x86_64 and aarch64, this machine is {MACHINE}")
    loader = next((path for path in Path("/").glob(f"lib*/**/{LOADERS[MACHINE]}")), None)
    if loader is None:
        pytest.skip("this machine has no glibc")
    pod.write(PROGRAM)
    top = pod.root / "py" / MACHINE
    for folder in ("bin", "lib"):
        (top / folder).mkdir(parents=True)
    (top.parent / "layer.json").write_text("{}")
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    (top / "bin/python3").symlink_to(base)
    (top / "lib" / LOADERS[MACHINE]).symlink_to(loader)
    site = top / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    site.mkdir(parents=True)
    (site / "athena.pth").write_text(f"{ROOT}\n")
    (top / "pyvenv.cfg").write_text(f"home = {base.parent}\n")
    return top


def boot(shell: list[str], pod: Pod, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**pod.environment("show"), **variables}
    command = [*shell, str(SCRIPT), "--", *arguments]
    return subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, encoding="utf-8", timeout=60
    )


def test_the_script_is_posix() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("shellcheck is not installed: .ci/run does it")
    for dialect in ("sh", "dash", "busybox"):
        found = subprocess.run(
            ["shellcheck", "-s", dialect, str(SCRIPT)], check=False, capture_output=True, text=True, timeout=60
        )
        assert (found.stdout, found.returncode) == ("", 0) or "Unknown shell" in found.stderr


def test_a_step_starts_and_its_environment_is_left_alone(shell: list[str], pod: Pod, layer: Path) -> None:
    text = """ "two  blanks" $HOME `id` *\n'quotes' \\ ü """
    ended = boot(shell, pod, text, PYTHONHOME="/bad", PYTHONPATH="/bad")
    assert (ended.stderr, ended.returncode) == ("", 0)
    result = pod.result()
    assert result is not None
    assert result.startswith('[" \\"two  blanks\\" $HOME `id` *\\n\'quotes\' \\\\ \\u00fc "')
    assert str(layer / "bin/python3") in result
    assert result.endswith('"PYTHONHOME","PYTHONPATH"]')


@pytest.mark.usefixtures("layer")
def test_python_takes_the_place_of_the_shell(shell: list[str], pod: Pod) -> None:
    command = [*shell, str(SCRIPT), "--", "x"]
    with subprocess.Popen(command, env=pod.environment("show"), stdout=subprocess.PIPE, text=True) as process:
        out, _ = process.communicate(timeout=60)
    assert out == f"{process.pid}\n"  # signals reach the function


@pytest.mark.usefixtures("layer")
def test_a_machine_without_uname(shell: list[str], pod: Pod) -> None:
    if not Path("/proc/sys/kernel/arch").exists():
        pytest.skip("Linux tells its processor there from 6.1 on")
    assert boot(shell, pod, "x", PATH="/nowhere").returncode == 0


@pytest.mark.usefixtures("layer")
def test_an_unknown_processor(shell: list[str], pod: Pod, tmp_path: Path) -> None:
    program = tmp_path / "bin/uname"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho riscv64\n")
    program.chmod(0o755)
    # busybox has a `uname` of its own, which comes before the path.
    if "busybox" in shell[0]:
        pytest.skip("busybox asks itself")
    ended = boot(shell, pod, "x", PATH=str(program.parent))
    assert ended.returncode == contract.EXIT_NO_INTERPRETER
    assert ended.stderr == "athena: there is no Python for the processor 'riscv64', only for x86_64 and aarch64\n"


def test_a_bundle_for_another_processor(shell: list[str], pod: Pod, layer: Path) -> None:
    (layer / "bin/python3").unlink()
    ended = boot(shell, pod, "x")
    assert ended.returncode == contract.EXIT_NO_INTERPRETER
    assert ended.stderr.endswith(f"python3 is not there: the bundle was published without {MACHINE}\n")


def test_a_layer_that_was_not_loaded(shell: list[str], pod: Pod) -> None:
    pod.write(PROGRAM)
    ended = boot(shell, pod, "x")
    assert ended.returncode == contract.EXIT_NO_INTERPRETER
    assert ended.stderr == f"athena: {pod.root}/py is not there: the layer with the interpreter was not loaded\n"


def test_an_image_brings_its_python(pod: Pod) -> None:
    pod.write(PROGRAM)
    runtime = pod.root / contract.RUNTIME
    runtime.parent.mkdir(parents=True)
    runtime.symlink_to(ROOT / "athena_runtime")
    options = ("-I", "-S", "-X", "utf8", "-u", "-B")
    ended = subprocess.run(
        [sys.executable, *options, f"{runtime}/__main__.py", "--", "x"],
        env=pod.environment("show"),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ended.stderr, ended.returncode) == ("", 0)


@pytest.mark.parametrize("version", ["3.8", "3.9"])
def test_an_image_with_an_old_python(version: str) -> None:
    found = sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python {version} on this machine")
    ended = subprocess.run(
        [found[0], "-I", str(ROOT / "athena_runtime/__main__.py"), "--"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == contract.EXIT_BAD_INPUT
    assert ended.stderr.startswith(f"athena: this needs Python 3.10 or later, not the {version}.")
