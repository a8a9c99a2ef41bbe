"""Bundles in the roots of other machines: every step of real programs, as Argo's containers run them.

A root holds nothing but what its name says; it is read-only, without `/tmp`, and the user has no rights.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bundle.conftest import REPOSITORY, Built, athena
from tests.bundle.pods import Cluster, StepError, parsed
from tests.bundle.roots import DEVICES, Root

pytestmark = [pytest.mark.slow, pytest.mark.e2e, pytest.mark.timeout(600)]

ORDERS = "number,region,cents\n1,eu,1250\n2,us,300\n3,eu,99\n4,us,1\n"
KEY = "geheim"
MACHINES = ("x86_64", "aarch64")
ROOTS = [(name, machine) for machine in MACHINES for name in ("busybox", "musl", "debian")]
"""Programs for aarch64 are emulated, which takes ten times as long."""
GiveRoot = Callable[[str, str], Root]


def cluster(built: Built, root: Root, folder: Path, orders: str = ORDERS) -> Cluster:
    (folder / "orders").mkdir()
    (folder / "orders" / "2024-01-31.csv").write_text(orders)
    return Cluster.of(
        built.manifest,
        root,
        folder / "node",
        built.unpacked,
        built.fetch,
        hosts={"/srv/orders": folder / "orders"},
        secrets={("report", "signing-key"): KEY},
    )


@pytest.mark.parametrize(("name", "machine"), ROOTS)
def test_every_step_of_etl_runs(name: str, machine: str, etl: Built, root: GiveRoot, tmp_path: Path) -> None:
    run = cluster(etl, root(name, machine), tmp_path)
    assert parsed(run.run("etl-nightly-0-1-0")) == {"day": "2024-01-31", "orders": 4, "cents": 1650}
    assert [template for template, _, _ in run.steps] == [
        "etl-extract",
        "etl-count-duplicates",
        "etl-count-negatives",
        "etl-judge",
        "etl-add-up",
        "etl-add-up",
        "etl-summarise",
        "etl-publish",
    ]
    text = "2024-01-31: 4 orders, 16.50"
    signature = hmac.new(KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert run.steps[-1][1] == f"{text} {signature}\n"
    goodbye = run.run("etl-say-goodbye-0-1-0")
    assert (goodbye.parameters, run.steps[-1][1]) == ({"return": "null"}, "done\n")


@pytest.mark.parametrize("machine", MACHINES)
def test_a_root_that_holds_nothing_at_all(machine: str, etl: Built, root: GiveRoot, tmp_path: Path) -> None:
    """For one processor the step's command is the interpreter itself: no shell, no `uname`, no C library needed."""
    project = tmp_path / "etl"
    shutil.copytree(REPOSITORY / "examples/etl", project)
    with (project / "pyproject.toml").open("a") as config:
        config.write(f'\n[tool.athena.bundle]\narchitectures = ["{machine}"]\n')
    manifest = athena("emit", "src/etl/flow.py", cwd=project, environment=etl.environment).stdout
    empty = root("nothing", machine)
    assert {path.name for path in empty.folder.rglob("*") if path.is_file()} == {*DEVICES}
    run = cluster(replace(etl, manifest=manifest), empty, tmp_path)
    run.fetch = lambda key: etl.layers / f"{key.split('/')[-2]}.tgz"
    assert parsed(run.run("etl-nightly-0-1-0"))["cents"] == 1650


def test_a_step_that_refuses_ends_as_the_manifest_expects(etl: Built, root: GiveRoot, tmp_path: Path) -> None:
    run = cluster(etl, root("busybox", "x86_64"), tmp_path, ORDERS.replace("99", "-99"))
    with pytest.raises(StepError, match="etl-publish ended with 64") as told:
        run.run("etl-nightly-0-1-0")
    assert "2024-01-31 is not published: 1 orders below zero" in str(told.value)


@pytest.mark.parametrize("machine", MACHINES)
def test_compiled_packages_run(machine: str, science: Built, root: GiveRoot, tmp_path: Path) -> None:
    run = Cluster.of(science.manifest, root("musl", machine), tmp_path / "node", science.unpacked, science.fetch)
    points = json.dumps([{"x": 3, "y": 4}, {"x": 5, "y": 12}])
    assert parsed(run.run("science-survey-1-0-0", {"points": points})) == '{"longest":13.0,"sum":18.0}'


def test_a_layer_without_the_processor_is_told(etl: Built, root: GiveRoot, tmp_path: Path) -> None:
    layers = tmp_path / "layers"
    shutil.copytree(etl.unpacked / "app", layers / "app")
    (layers / "py").mkdir()
    (layers / "py/layer.json").touch()
    run = Cluster.of(etl.manifest, root("busybox", "x86_64"), tmp_path / "node", layers, etl.fetch)
    with pytest.raises(StepError, match=r"ended with 125.*published without x86_64"):
        run.run("etl-say-goodbye-0-1-0")


def test_one_step_is_emulated_in_an_image(etl: Built, root: GiveRoot) -> None:
    image = root("busybox", "x86_64").folder
    before = sorted(image.iterdir())
    given = ("-a", "duplicates=1", "-a", "negatives=0", "--image-root", image, "--bundle", etl.layers, "--json")
    told = json.loads(athena("emulate", "etl-judge", *given, cwd=etl.project, environment=etl.environment).stdout)
    assert (told["exit_code"], told["message"]) == (0, "")
    assert told["return"] is not None
    assert sorted(image.iterdir()) == before
