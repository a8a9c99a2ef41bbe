"""Real bundles, built once for all tests, and a real S3 server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests.bundle.roots import Root, build, unregister, why_not
from tests.bundle.stores import Server, ceph, lacking

REPOSITORY = Path(__file__).parents[2]
ATHENA = Path(sys.executable).parent / "athena"
PACKAGES_PROJECT = """\
[project]
name = "science"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = ["numpy", "pydantic", "orjson"]

[tool.athena]
image = "busybox"
"""
PACKAGES_STEPS = '''\
"""Steps that need compiled packages."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import numpy as np
import orjson
from pydantic import BaseModel

from athena_runtime import container, workflow


class Point(BaseModel):
    x: float
    y: float


@container
def measure(points: list[Point]) -> dict[str, float]:
    """Distances, by numpy; the pod is what it should be."""
    assert os.getuid() == 12345, os.getuid()
    for folder in ("/", "/tmp", "/athena/py", "/athena/deps", "/athena/app"):
        try:
            Path(folder, "written").write_text("")
        except OSError:
            continue
        raise AssertionError(f"{folder} can be written")
    assert not Path("/tmp").exists() or not os.access("/tmp", os.W_OK)
    child = subprocess.run([sys.executable, "-I", "-c", "import numpy; print(numpy.__version__)"], capture_output=True)
    assert child.stdout.decode().strip() == np.__version__, child
    maps = Path("/proc/self/maps")
    used = [line.split()[-1] for line in maps.read_text().splitlines() if ".so" in line] if maps.exists() else []
    assert all(path.startswith("/athena/") for path in used), used
    lengths = np.hypot(np.array([p.x for p in points]), np.array([p.y for p in points]))
    return {"longest": float(lengths.max()), "sum": float(lengths.sum())}


@container
def report(measured: dict[str, float]) -> str:
    return orjson.dumps(measured, option=orjson.OPT_SORT_KEYS).decode()


@workflow
def survey(points: list[Point]) -> str:
    return report(measure(points))
'''


@dataclass(frozen=True)
class Built:
    """A project with its manifest and its bundle: `layers` holds the archives, `unpacked` what is in them, once a step
    has needed it."""

    project: Path
    manifest: str
    layers: Path
    unpacked: Path
    environment: Mapping[str, str]

    def fetch(self, key: str) -> Path:
        """The archive that a manifest's key means; the key must be the one that this bundle was built under."""
        _, kind, name = key.rsplit("/", 2)
        path = self.layers / f"{kind}.tgz"
        kept = Path(self.environment["XDG_CACHE_HOME"]) / "athena/layers" / kind / name
        assert kept.read_bytes() == path.read_bytes(), key
        return path


def athena(
    *arguments: str | Path, cwd: Path, environment: Mapping[str, str], code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Runs the command and asserts its exit code."""
    done = subprocess.run(
        [ATHENA, *arguments], cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, f"athena {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done


def lacks(reason: str) -> NoReturn:
    """Ends a test that cannot run here: in CI everything must be there, a developer may be without."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Variables for the command: a cache of its own, so that nothing is there that was not built here."""
    if shutil.which("apt-get") is None:
        pytest.skip("needs apt-get: the interpreter comes from Debian's packages")
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache")), "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def etl(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> Built:
    """`examples/etl`, bundled for both architectures."""
    project = tmp_path_factory.mktemp("projects") / "etl"
    shutil.copytree(REPOSITORY / "examples/etl", project)
    return bundled(project, environment, "src/etl/flow.py")


@pytest.fixture(scope="session")
def science(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str], etl: Built) -> Built:  # noqa: ARG001
    """A project with numpy, pydantic and orjson, locked by uv; `etl` has built the interpreter."""
    project = tmp_path_factory.mktemp("projects") / "science"
    project.mkdir()
    (project / "pyproject.toml").write_text(PACKAGES_PROJECT)
    (project / "steps.py").write_text(PACKAGES_STEPS)
    uv = Path(sys.executable).parent / "uv"
    subprocess.run([uv, "lock", "--quiet"], cwd=project, check=True)
    return bundled(project, environment, "steps.py")


def bundled(project: Path, environment: Mapping[str, str], target: str) -> Built:
    athena("lock", cwd=project, environment=environment)
    layers = project / "layers"
    athena("bundle", "build", "-o", layers, cwd=project, environment=environment)
    emitted = athena("emit", target, cwd=project, environment=environment)
    assert "published" not in emitted.stderr
    return Built(project, emitted.stdout, layers, project.parent / f"{project.name}-unpacked", environment)


@pytest.fixture(scope="session")
def root(
    tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]
) -> Iterator[Callable[[str, str], Root]]:
    """Gives roots by name and architecture; skips where they cannot be entered."""
    made: dict[tuple[str, str], Root] = {}
    folder = tmp_path_factory.mktemp("roots")
    state = Path(environment["XDG_CACHE_HOME"]) / "roots"

    def give(name: str, architecture: str) -> Root:
        if reason := why_not(architecture):
            lacks(reason)
        if (name, architecture) not in made:
            made[name, architecture] = build(name, architecture, folder, state)
        return made[name, architecture]

    yield give
    unregister()


@pytest.fixture(scope="session")
def store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real S3 store. In CI it must be there; a developer may be without."""
    if reason := lacking():
        lacks(reason)
    with ceph(tmp_path_factory.mktemp("ceph")) as server:
        yield server


@pytest.fixture
def bucket(store_server: Server) -> str:
    """A new bucket."""
    name = f"code-{uuid.uuid4().hex[:12]}"
    store_server.client().create_bucket(Bucket=name)
    return name
