"""The commands without a bucket: what goes into `app`, what `emit` names, what `bundle` says and writes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest

from athena_runtime.bundle.archive import read_archive
from tests.bundle.projects import FLOW, Small, small

SECRETS = (".env", ".env.local", "server.pem", "id_rsa", "credentials.json", "tests/data.json", ".git/config", "a.key")


pytestmark = pytest.mark.e2e


@pytest.fixture
def project(tmp_path: Path) -> Small:
    return small(tmp_path / "small", "localhost:9", "artifacts")


def files_of(archive: Path) -> dict[str, bytes]:
    with archive.open("rb") as file:
        return {member.path: member.file.read() for member in read_archive(file)}


def bundle(project: Small, more: str = "") -> Path:
    """The folder with the project's archives, without a bucket."""
    (project.folder / "athena.toml").write_text(f'project = "small"\n{more}')
    done = project.athena("bundle", "build", "-o", "out")
    assert done.returncode == 0, done.stderr
    return project.folder / "out"


def test_the_layer_app_holds_what_the_containers_reach_and_nothing_else(project: Small) -> None:
    (project.folder / "other.py").write_text("")
    files = files_of(bundle(project) / "app.tgz")
    assert sorted(files) == ["athena.json", "boot.sh", "flow.py", "layer.json"]
    assert json.loads(files["athena.json"]) == {"version": 1, "templates": {"small-greet": "flow:greet"}}
    assert files["flow.py"].decode() == FLOW


def test_data_goes_along_where_it_is_named_and_secrets_never_do(project: Small) -> None:
    for path in ("data/a.sql", "data/b.txt", "notes.md", *SECRETS):
        target = project.folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(path)
    (project.folder / "data" / "link.sql").symlink_to("/etc/passwd")
    patterns = ["*.sql", "*.md", "*.json", "/.env*", "*.pem", "id_*", "*.key", ".git", "tests"]
    files = files_of(bundle(project, f"[bundle]\ninclude = {json.dumps(patterns)}\n") / "app.tgz")
    assert sorted(set(files) - {"athena.json", "boot.sh", "layer.json", "flow.py"}) == ["data/a.sql", "notes.md"]


def test_emit_names_the_layers_that_are_built(project: Small) -> None:
    out = bundle(project)
    manifest = project.athena("emit", "flow.py")
    assert manifest.stderr == ""
    named = dict(re.findall(r"layers/(\w+)/([0-9a-f]{64})\.tgz", manifest.stdout))
    assert named == json.loads((out / "bundle.json").read_text())["layers"]
    assert project.athena("emit", "flow.py").stdout == manifest.stdout
    (project.folder / "flow.py").write_text(FLOW.replace("hello", "hi"))
    changed = dict(re.findall(r"layers/(\w+)/([0-9a-f]{64})\.tgz", project.athena("emit", "flow.py").stdout))
    assert [name for name in named if named[name] != changed[name]] == ["app"]


def test_without_a_lock_emit_notes_that_nothing_is_published(project: Small) -> None:
    (project.folder / "athena.lock").unlink()
    done = project.athena("emit", "flow.py")
    assert (done.returncode, "nothing has been published yet" in done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [("format = 1", "`athena.lock` is damaged"), ("format = 7", "of a format that this athena does not know")],
)
def test_a_lock_that_cannot_be_read_is_told(project: Small, text: str, message: str) -> None:
    (project.folder / "athena.lock").write_text(text)
    for command in (("emit", "flow.py"), ("lock", "--check"), ("bundle", "build", "-o", "out")):
        done = project.athena(*command)
        assert (done.returncode, message in done.stderr) == (2, True), done.stderr


def test_what_is_in_a_layer(project: Small) -> None:
    out = bundle(project)
    shown = json.loads(project.athena("bundle", "inspect", "app", "--json", "--files").stdout)
    assert shown["kind"] == "app"
    assert shown["files"]["flow.py"] == len(FLOW)
    assert shown["archive"] == (out / "app.tgz").stat().st_size
    by_file = project.athena("bundle", "inspect", "out/app.tgz").stdout
    assert f"digest: {shown['digest']}" in by_file
    assert project.athena("bundle", "inspect", shown["digest"]).stdout == by_file
    for wrong in ("nothing", "flow.py"):
        done = project.athena("bundle", "inspect", wrong)
        assert (done.returncode, done.stdout, "error: " in done.stderr) == (2, "", True)


def test_an_image_layout_holds_the_same_files(project: Small) -> None:
    bundle(project)
    digest = project.athena("bundle", "oci", "-o", "layout").stdout.strip()
    layout = project.folder / "layout"
    for blob in (layout / "blobs/sha256").iterdir():
        assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
    index = document(layout, digest)
    assert [each["platform"]["architecture"] for each in index["manifests"]] == ["amd64", "arm64"]
    manifest = document(layout, index["manifests"][0]["digest"])
    config = document(layout, manifest["config"]["digest"])
    assert (config["architecture"], config["os"]) == ("amd64", "linux")
    names: list[str] = []
    for each, plain in zip(manifest["layers"], config["rootfs"]["diff_ids"], strict=True):
        data = blob_of(layout, each["digest"])
        assert each["size"] == len(data)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            names += archive.getnames()
        assert plain == f"sha256:{hashlib.sha256(gzip.decompress(data)).hexdigest()}"
    assert "athena/app/flow.py" in names
    assert all(name.startswith(("athena/py/", "athena/deps/", "athena/app/")) for name in names)
    upon = project.athena("bundle", "oci", "-o", "second", "--base", "layout")
    assert upon.returncode == 0, upon.stderr
    second = project.folder / "second"
    above = document(second, document(second, upon.stdout.strip())["manifests"][1]["digest"])
    assert len(above["layers"]) == 6
    refused = project.athena("bundle", "oci", "-o", "third", "--base", "out")
    assert (refused.returncode, "is no OCI image layout" in refused.stderr) == (2, True)


def document(layout: Path, digest: str) -> Any:
    return json.loads(blob_of(layout, digest))


def blob_of(layout: Path, digest: str) -> bytes:
    return (layout / "blobs/sha256" / digest.removeprefix("sha256:")).read_bytes()


def test_two_modules_of_one_name_are_refused(project: Small) -> None:
    for folder in ("a", "b"):
        (project.folder / folder).mkdir()
        (project.folder / folder / "tools.py").write_text("")
        step = FLOW.replace("greet", f"greet_{folder}").replace("welcome", f"welcome_{folder}")
        (project.folder / folder / "flow.py").write_text(f"import tools\n{step}")
    done = project.athena("emit", "flow.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert "are both imported as `tools`" in done.stderr


def test_nothing_is_published_without_a_bucket(project: Small) -> None:
    (project.folder / "athena.toml").write_text('project = "small"\n')
    done = project.athena("publish")
    assert (done.returncode, "no bucket is set" in done.stderr) == (2, True)


def test_a_ready_interpreter_that_is_none_is_refused(project: Small) -> None:
    (project.folder / "py.tgz").write_bytes(b"nothing")
    done = project.athena("lock", "--py", "py.tgz")
    assert (done.returncode, "this is no archive of a layer" in done.stderr) == (2, True)
    bundle(project)
    done = project.athena("lock", "--py", "out/deps.tgz")
    assert (done.returncode, "is no layer `py`" in done.stderr) == (2, True)
