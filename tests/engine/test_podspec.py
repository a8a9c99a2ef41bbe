"""What a pod's template becomes on this machine: command, environment, mounts; and what is not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from athena_lsp.engine.images import container_argv, environment
from athena_lsp.engine.model import StartPod
from athena_lsp.engine.places import PlaceError, Places, file_name
from athena_lsp.engine.podspec import Machine, absent_here, environment_of, main_process
from athena_lsp.engine.program import program_of

TEMPLATE: dict[str, Any] = {
    "name": "shop-load",
    "container": {
        "image": "python:3.13-slim",
        "command": ["sh", "/athena/app/boot.sh"],
        "args": ["--", '"a"'],
        "workingDir": "/srv",
        "env": [
            {"name": "ATHENA_TEMPLATE", "value": "shop-load"},
            {"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "db", "key": "password"}}},
            {"name": "NONE", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y", "optional": True}}},
            {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
        ],
        "volumeMounts": [
            {"name": "athena", "mountPath": "/athena"},
            {"name": "data", "mountPath": "/athena/pvcs/1", "readOnly": True},
            {"name": "host", "mountPath": "/data", "subPath": "part"},
        ],
    },
    "volumes": [
        {"name": "athena", "emptyDir": {}},
        {"name": "data", "persistentVolumeClaim": {"claimName": "claim"}},
        {"name": "host", "hostPath": {"path": "/srv/none"}},
    ],
}


def start(template: dict[str, Any] = TEMPLATE) -> StartPod:
    return StartPod("w.load", "w-load-1", template, {}, (), 0)


def machine(tmp_path: Path, **more: Any) -> Machine:
    (tmp_path / "here").mkdir(exist_ok=True)
    given = {
        "settings": {"PATH": "/bin", "KEY": "s3cret", "OTHER": "not for pods"},
        "config_maps": {"settings": {"level": "3"}},
        "hosts": {"/srv/none": tmp_path / "here"},
    }
    return Machine(python="/venv/bin/python", runtime=Path("/runtime"), code=tmp_path, **{**given, **more})


def test_the_bootstrap_is_the_projects_interpreter(tmp_path: Path) -> None:
    process = main_process(start(), machine(tmp_path), Places(tmp_path / "state", tmp_path / "run"))
    assert process.argv[0] == "/venv/bin/python"
    assert process.argv[-3:] == ("/runtime/__main__.py", "--", '"a"')
    assert [(mount.path, mount.source.name, mount.read_only) for mount in process.mounts] == [
        ("/athena/pvcs/1", "claim", True),
        ("/data", "part", False),
    ]


def test_the_images_own_python_is_the_projects_interpreter_too(tmp_path: Path) -> None:
    command = ["python3", "-I", "-X", "utf8", "-u", "-B", "/athena/deps/any/athena_runtime/__main__.py"]
    template = {"name": "x", "container": {"image": "i", "command": command, "args": ["--", "1"]}}
    process = main_process(start(template), machine(tmp_path), Places(tmp_path / "state", tmp_path / "run"))
    assert process.argv[0] == "/venv/bin/python"
    assert process.argv[-3:] == ("/runtime/__main__.py", "--", "1")


def test_the_environment_is_the_manifests_and_little_else(tmp_path: Path) -> None:
    found = environment_of(start(), TEMPLATE["container"], machine(tmp_path))
    assert found == {
        "ATHENA_TEMPLATE": "shop-load",
        "POD": "w-load-1",
        "KEY": "s3cret",
        "LEVEL": "3",
    }
    with pytest.raises(PlaceError, match=r"the secret `db`, key `password`, is not on this machine: set KEY in `.env`"):
        environment_of(start(), TEMPLATE["container"], machine(tmp_path, settings={}))


def test_in_an_image_the_command_is_the_manifests(tmp_path: Path) -> None:
    docker = machine(tmp_path, image_mode="docker", bundle=tmp_path / "layers")
    places = Places(tmp_path / "state", tmp_path / "runs" / "abcde")
    process = main_process(start(), docker, places)
    folder = places.pod("w.load")
    assert container_argv(process, docker, folder, process.mounts) == (
        "docker",
        "run",
        "--name=athena-abcde-w.load-main",
        "--network=host",
        f"--volume={folder}/athena:/athena",
        f"--volume={tmp_path}/layers/app:/athena/app:ro",
        f"--volume={tmp_path}/layers/deps:/athena/deps:ro",
        f"--volume={tmp_path}/layers/py:/athena/py:ro",
        f"--volume={tmp_path}/state/volumes/claim:/athena/pvcs/1:ro",
        f"--volume={tmp_path}/here/part:/data",
        f"--volume={folder}/athena/termination-log:/dev/termination-log",
        "--env=ATHENA_TEMPLATE",
        "--env=POD",
        "--env=KEY",
        "--env=LEVEL",
        "--workdir=/srv",
        "--entrypoint=sh",
        "python:3.13-slim",
        "/athena/app/boot.sh",
        "--",
        '"a"',
    )
    assert environment(process, docker)["KEY"] == "s3cret"


def test_code_in_an_image_comes_from_a_bundle(tmp_path: Path) -> None:
    spec: dict[str, Any] = {"entrypoint": "shop-load", "templates": [TEMPLATE]}
    program = program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])
    (told,) = absent_here(program, machine(tmp_path, image_mode="podman"))
    assert told.endswith(
        "the project's code comes from a bundle: `athena bundle build -o layers`, then `--bundle layers`"
    )
    assert absent_here(program, machine(tmp_path, image_mode="podman", bundle=tmp_path)) == ()


def test_what_is_not_here_is_told_before_a_run(tmp_path: Path) -> None:
    spec: dict[str, Any] = {"entrypoint": "shop-load", "templates": [TEMPLATE]}
    program = program_of([{"kind": "Workflow", "metadata": {"name": "w"}, "spec": spec}])
    assert absent_here(program, machine(tmp_path)) == ()
    assert absent_here(program, machine(tmp_path, settings={}, hosts={})) == (
        "/srv/none of the node is not on this machine: `--host /srv/none=FOLDER` names another folder",
        "the secret `db`, key `password`, is not on this machine: set KEY in `.env`",
    )


def test_names_of_files_are_different_for_different_nodes() -> None:
    names = {file_name(text) for text in ("w.a", "w.a(0:x/y)", "w.a(0:x_y)", "w.a" * 60, "w.a" * 61)}
    assert len(names) == 5
    assert all(len(name) < 120 and "/" not in name for name in names)
