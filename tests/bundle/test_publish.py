"""Publishing into a real S3 store: what is sent, races, interruptions, stores that know no conditions, damage."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from athena_runtime.bundle.archive import write_archive
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import Entry, digest, layer_file
from athena_runtime.bundle.push import Layer, bundle_file, push, verify
from athena_runtime.bundle.store import Bucket, Store
from tests.bundle.projects import ATHENA, FLOW, Small, small
from tests.bundle.stores import (
    KEYS,
    Behaviour,
    Server,
    crawls,
    cuts,
    faithful,
    ignores_conditions,
    proxy,
    refuses_conditions,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def project(tmp_path: Path, store_server: Server, bucket: str) -> Small:
    return small(tmp_path / "small", store_server.endpoint, bucket)


@pytest.fixture
def store(store_server: Server, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS[1])
    return opened(store_server.endpoint, bucket)


def opened(endpoint: str, bucket: str) -> Store:
    return Store(Bucket(bucket, endpoint, region="us-east-1", insecure=True, addressing="path"))


def keys(server: Server, bucket: str) -> list[str]:
    found = server.client().list_objects_v2(Bucket=bucket).get("Contents", [])
    return sorted(each["Key"] for each in found)


def layer(folder: Path, name: str, content: bytes) -> Layer:
    entries = (layer_file(name, {}), Entry("content", content))
    archive = folder / f"{name}-{digest(entries)}.tgz"
    with archive.open("wb") as file:
        write_archive(entries, file)
    return Layer(name, digest(entries), archive)


# --- the store --------------------------------------------------------------------------------------------------------


def test_an_object_is_written_once_and_read_back(store: Store, tmp_path: Path) -> None:
    content = os.urandom(100_000)
    one = layer(tmp_path, "app", content)
    assert one.archive is not None
    done: list[int] = []
    [outcome, bundle] = push(store, [one], "a/b", bundle_file([one], {}), lambda *told: done.append(told[1]))
    assert outcome.sent == one.archive.stat().st_size
    assert bundle.sent > 0
    assert outcome.size in done
    assert store.has(one.key("a/b"))
    assert store.read(one.key("a/b")) == one.archive.read_bytes()
    verify(store, one, "a/b")
    again = push(store, [one], "a/b", bundle_file([one], {}), lambda *_: None)
    assert [each.sent for each in again] == [0, 0]
    assert [each.key for each in store.objects("a/")] == [bundle.key, outcome.key]
    store.delete(outcome.key)
    assert not store.has(outcome.key)
    with pytest.raises(BundleError, match="is not in"):
        store.read(outcome.key)


@pytest.mark.parametrize("way", ["faithful", "ignores", "refuses"])
def test_sixteen_publishers_at_once(way: str, store_server: Server, store: Store, bucket: str, tmp_path: Path) -> None:
    """All end well; where conditions are heeded one of them alone has written; what is stored is whole."""
    layers = [layer(tmp_path, name, os.urandom(200_000)) for name in ("py", "deps", "app")]
    behaviours: dict[str, Behaviour] = {
        "faithful": faithful,
        "ignores": ignores_conditions(store_server, bucket),
        "refuses": refuses_conditions,
    }
    start = threading.Barrier(16)

    def publish(endpoint: str) -> int:
        own = opened(endpoint, bucket)
        start.wait()
        outcomes = push(own, layers, "x", bundle_file(layers, {}), lambda *_: None)
        return sum(outcome.sent > 0 for outcome in outcomes)

    with proxy(store_server, behaviours[way]) as between, ThreadPoolExecutor(16) as pool:
        written = sum(pool.map(publish, [between.endpoint] * 16))
    assert written == 4 if way == "faithful" else written >= 4
    assert len(keys(store_server, bucket)) == 4
    for each in layers:
        verify(store, each, "x")


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_first_publication_and_those_after_it(project: Small, store_server: Server, bucket: str) -> None:
    dry = project.athena("publish", "--dry-run")
    assert (dry.returncode, keys(store_server, bucket)) == (0, [])
    first = project.athena("publish", "--json", "--verify")
    assert first.returncode == 0, first.stderr
    result = json.loads(first.stdout)
    assert [each["sent"] > 0 for each in result["layers"]] == [True, True, True]
    assert result["bundle"] == dry.stdout.strip()
    assert "3 layers are in the bucket as they should be" in first.stderr
    stored = keys(store_server, bucket)
    assert len(stored) == 4
    bundle = json.loads(store_server.client().get_object(Bucket=bucket, Key=stored[0])["Body"].read())
    assert bundle["layers"] == {each["name"]: each["digest"] for each in result["layers"]}
    manifest = project.athena("emit", "flow.py").stdout
    assert all(each["key"] in manifest for each in result["layers"])
    second = project.athena("publish")
    assert (second.stdout.strip(), "everything was there" in second.stderr) == (result["bundle"], True)
    (project.folder / "flow.py").write_text(FLOW.replace("hello", "good day,"))
    third = json.loads(project.athena("publish", "--json").stdout)
    assert [each["sent"] > 0 for each in third["layers"]] == [False, False, True]
    assert third["layers"][2]["sent"] < 20_000


def test_what_is_not_on_this_machine_is_taken_from_the_bucket(project: Small) -> None:
    assert project.athena("publish").returncode == 0
    for path in Path(project.environment["XDG_CACHE_HOME"]).rglob("*.tgz"):
        path.unlink()
    again = project.athena("publish")
    assert (again.returncode, "everything was there" in again.stderr) == (0, True)
    built = project.athena("bundle", "build", "-o", "out")
    assert built.returncode == 0, built.stderr
    assert sorted(path.name for path in (project.folder / "out").iterdir()) == [
        "app.tgz",
        "bundle.json",
        "deps.tgz",
        "py.tgz",
    ]


def test_a_publication_that_is_killed_leaves_nothing_half(project: Small, store_server: Server, bucket: str) -> None:
    with proxy(store_server, crawls(5)) as between:
        project.configure(between.endpoint)
        running = subprocess.Popen([ATHENA, "publish"], cwd=project.folder, env=project.environment)
        deadline = time.monotonic() + 60
        while not any("PUT" in each and "/deps/" in each for each in between.seen) and time.monotonic() < deadline:
            time.sleep(0.05)
        running.send_signal(signal.SIGKILL)
        assert running.wait(10) == -signal.SIGKILL
    stored = keys(store_server, bucket)
    assert [key for key in stored if "/bundles/" in key or "/deps/" in key] == []
    project.configure(store_server.endpoint)
    again = project.athena("publish", "--verify", "--json")
    assert again.returncode == 0, again.stderr
    assert [each["sent"] > 0 for each in json.loads(again.stdout)["layers"]] == [not stored, True, True]


def test_a_connection_that_is_cut_once_is_made_again(project: Small, store_server: Server) -> None:
    with proxy(store_server, cuts(1000, times=1)) as between:
        project.configure(between.endpoint)
        done = project.athena("publish", "--verify")
        tries = sum("PUT" in each and "/deps/" in each for each in between.seen)
    assert (done.returncode, tries) == (0, 2), done.stderr


@pytest.mark.parametrize("damage", ["other", "cut", "no archive"])
def test_damaged_objects_are_found_and_mended(damage: str, project: Small, store_server: Server, bucket: str) -> None:
    assert project.athena("publish").returncode == 0
    [key] = [key for key in keys(store_server, bucket) if "/deps/" in key]
    client = store_server.client()
    good = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    [other] = [key for key in keys(store_server, bucket) if "/py/" in key]
    bad = {
        "other": client.get_object(Bucket=bucket, Key=other)["Body"].read(),
        "cut": good[:-100],
        "no archive": b"nothing",
    }
    client.put_object(Bucket=bucket, Key=key, Body=bad[damage])
    found = project.athena("publish", "--verify")
    assert (found.returncode, found.stdout) == (2, "")
    assert f"error: `{key}` is damaged" in found.stderr
    assert "help: run `athena publish --force`" in found.stderr
    assert project.athena("publish", "--force", "--verify").returncode == 0
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == good


def test_old_layers_are_deleted_and_those_in_use_are_kept(project: Small, store_server: Server, bucket: str) -> None:
    assert project.athena("publish").returncode == 0
    (project.folder / "flow.py").write_text(FLOW.replace("hello", "good day,"))
    assert project.athena("publish").returncode == 0
    assert project.athena("emit", "flow.py", "-o", "flow.yaml").returncode == 0
    before = keys(store_server, bucket)
    assert len(before) == 6
    assert project.athena("bundle", "gc", "flow.yaml").stdout == ""
    listed = project.athena("bundle", "gc", "--days", "0", "flow.yaml")
    assert listed.returncode == 0, listed.stderr
    assert keys(store_server, bucket) == before
    assert project.athena("bundle", "gc", "--days", "0", "--delete", "flow.yaml").stdout == listed.stdout
    assert sorted([*listed.stdout.split(), *keys(store_server, bucket)]) == before
    assert [key.split("/")[-2] for key in listed.stdout.split()] == ["bundles", "app"]
    assert project.athena("publish", "--verify", "--dry-run").returncode == 0
    (project.folder / "none.yaml").write_text("kind: Workflow\n")
    refused = project.athena("bundle", "gc", "none.yaml")
    assert (refused.returncode, "name no layer" in refused.stderr) == (2, True)


# --- what stands before -----------------------------------------------------------------------------------------------


def git(project: Small, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=project.folder, check=True, capture_output=True)


def test_a_tree_that_is_not_committed_is_not_published(project: Small) -> None:
    git(project, "init")
    git(project, "add", ".")
    refused = project.athena("publish")
    assert (refused.returncode, "differ from the commit" in refused.stderr) == (2, True)
    assert json.loads(project.athena("publish", "--allow-dirty", "--json").stdout)["dirty"] is True
    git(project, "commit", "-m", "x")
    released = json.loads(project.athena("publish", "--json").stdout)
    assert (released["tag"], released["channel"], released["dirty"]) == ("0-0-0", "release", False)
    git(project, "switch", "-c", "try")
    tried = project.athena("publish", "--json")
    assert "this is the branch `try`" in tried.stderr
    assert json.loads(tried.stdout)["channel"] == "dev"
    assert "this is the branch" not in project.athena("publish", "--yes").stderr
    (project.folder / "new.py").write_text("")
    forced = project.athena("publish", "--json", variables={"ATHENA_VERSION_TAG": "Night 1"})
    assert json.loads(forced.stdout)["tag"] == "night-1"


def test_code_with_errors_is_not_published(project: Small, store_server: Server, bucket: str) -> None:
    (project.folder / "flow.py").write_text(FLOW.replace("name: str) -> str:", "name) -> str:", 1))
    refused = project.athena("publish")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "nothing is published" in refused.stderr
    assert keys(store_server, bucket) == []


def test_a_lock_that_does_not_fit_is_refused_where_it_may_not_change(project: Small) -> None:
    config = project.folder / "athena.toml"
    config.write_text(config.read_text() + '\n[bundle]\narchitectures = ["x86_64"]\n')
    for command in (("emit", "flow.py"), ("publish", "--locked"), ("publish", "--dry-run"), ("lock", "--check")):
        refused = project.athena(*command)
        assert refused.returncode == (1 if "--check" in command else 2), command
        assert "it is for x86_64 and aarch64, and x86_64 are set" in refused.stderr
        assert refused.stdout == ""
