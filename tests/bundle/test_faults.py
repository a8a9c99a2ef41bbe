"""The table of failures in docs/publish.md: each is made to happen, and what the user saw is what the page says.

Most happen to a real Ceph, with a real way to it. Where no server on this machine can be made to fail so (another
region, a wrong clock, an error of the server's own), the proxy answers in its place, in the words that S3 documents.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.bundle.projects import Small, small
from tests.bundle.stores import (
    GUEST,
    Answer,
    Behaviour,
    Server,
    answers,
    cuts,
    free_ports,
    proxy,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

PAGE = Path(__file__).parents[2] / "docs/publish.md"
TABLE = re.compile(r"(?<=\| failure \| what you see \| in the bucket afterwards \|\n\|---\|---\|---\|\n)(?:\|.*\n)*")
REGION = "<Region>eu-central-1</Region>"
DISK = 'mount -t tmpfs -o size=16k none "$XDG_CACHE_HOME/athena/layers/app" && exec "$@"'
TMPFS = ("unshare", "-m", "sh", "-c", DISK, "sh")


@dataclass(frozen=True)
class Fault:
    """How a failure is made."""

    name: str
    variables: Mapping[str, str | None] = field(default_factory=dict)
    behaviour: Behaviour | None = None
    """Of the proxy; without one the store is spoken to directly."""
    prepare: Callable[[Small, Server], object] = lambda project, server: None  # noqa: ARG005
    prefix: tuple[str, ...] = ()


def other_bucket(project: Small, server: Server) -> None:  # noqa: ARG001
    config = project.folder / "athena.toml"
    config.write_text(config.read_text().replace(project.bucket, "nowhere"))


def no_store(project: Small, server: Server) -> None:  # noqa: ARG001
    project.configure(f"127.0.0.1:{free_ports(1)[0]}")


def no_host(project: Small, server: Server) -> None:  # noqa: ARG001
    project.configure("store.invalid")


def with_tls(project: Small, server: Server) -> None:
    project.configure(server.endpoint, "")


def quota(project: Small, server: Server) -> None:
    user = ("--uid", "full")
    server.admin("user", "create", *user, "--display-name", "full", "--access-key", "full", "--secret-key", "full")
    server.client(("full", "full")).create_bucket(Bucket="full")
    server.admin("quota", "set", *user, "--quota-scope", "user", "--max-size", "4096")
    server.admin("quota", "enable", *user, "--quota-scope", "user")
    config = project.folder / "athena.toml"
    config.write_text(config.read_text().replace(project.bucket, "full"))


def no_bucket_set(project: Small, server: Server) -> None:  # noqa: ARG001
    (project.folder / "athena.toml").write_text('project = "small"\n')


def without_boto3(project: Small, server: Server) -> None:  # noqa: ARG001
    (project.folder.parent / "broken").mkdir()
    (project.folder.parent / "broken" / "boto3.py").write_text("raise ImportError('no boto3')\n")


def full_disk(project: Small, server: Server) -> None:  # noqa: ARG001
    (Path(project.environment["XDG_CACHE_HOME"]) / "athena/layers/app").mkdir()
    (project.folder / "flow.py").write_text(
        (project.folder / "flow.py").read_text() + f"\n# {os.urandom(40_000).hex()}"
    )


def keys(access: str, secret: str) -> dict[str, str | None]:
    return {"AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret}


FAULTS = (
    Fault("no bucket is configured", prepare=no_bucket_set),
    Fault("boto3 is not installed", {"PYTHONPATH": "../broken"}, prepare=without_boto3),
    Fault("no credentials", {"AWS_ACCESS_KEY_ID": None, "AWS_SECRET_ACCESS_KEY": None}),
    Fault("half of the credentials", {"AWS_SECRET_ACCESS_KEY": None}),
    Fault("a profile that is not there", {"AWS_PROFILE": "nobody"}),
    Fault("a wrong secret key", keys("athena", "wrong")),
    Fault("an unknown access key", keys("nobody", "wrong")),
    Fault("credentials that have expired", behaviour=answers(Answer(400, "ExpiredToken"), "HEAD")),
    Fault("credentials that may not write", keys(*GUEST)),
    Fault("no such bucket", prepare=other_bucket),
    Fault("a bucket in another region", behaviour=answers(Answer(301, "PermanentRedirect", more=REGION), "PUT")),
    Fault("a clock that is wrong", behaviour=answers(Answer(403, "RequestTimeTooSkewed"), "HEAD")),
    Fault("a server that fails", behaviour=answers(Answer(500, "InternalError"))),
    Fault("a server that is overloaded", behaviour=answers(Answer(503, "SlowDown"))),
    Fault("a store that is full", keys("full", "full"), prepare=quota),
    Fault("data that arrives changed", behaviour=answers(Answer(400, "BadDigest"))),
    Fault("an answer that nobody knows", behaviour=answers(Answer(418, "Teapot", "short and stout"))),
    Fault("nobody listens at the endpoint", prepare=no_store),
    Fault("an endpoint with an unknown name", prepare=no_host),
    Fault("a store without TLS, and no `insecure`", prepare=with_tls),
    Fault("a connection that is cut while layers are sent", behaviour=cuts(1000)),
    Fault("a connection that is cut at the very end", behaviour=cuts(10, part="/bundles/")),
    Fault("a full disk", prepare=full_disk, prefix=TMPFS),
)


def happened(fault: Fault, folder: Path, server: Server) -> str:
    """The row of the table."""
    folder.mkdir()
    bucket = "b" + re.sub(r"\W+", "-", fault.name)[:50].strip("-").lower()
    client = server.client()
    client.create_bucket(Bucket=bucket)
    with proxy(server, fault.behaviour) if fault.behaviour else nullcontext() as between:
        project = small(folder / "small", between.endpoint if between else server.endpoint, bucket)
        fault.prepare(project, server)
        variables = {"AWS_MAX_ATTEMPTS": "2", "AWS_CONFIG_FILE": "/dev/null", "AWS_DEFAULT_REGION": "us-east-1"}
        done = project.athena("publish", variables={**variables, **fault.variables}, prefix=fault.prefix)
    assert (done.returncode, done.stdout) == (2, ""), (fault.name, done)
    assert "athena itself failed" not in done.stderr, (fault.name, done.stderr)
    lines = [line for line in done.stderr.splitlines() if not line.startswith(("sent ", "building"))]
    assert lines[0].startswith("error: "), (fault.name, done.stderr)
    found = client.list_objects_v2(Bucket=bucket).get("Contents", [])
    left = sorted(each["Key"] for each in found)
    assert not any("/bundles/" in key for key in left), (fault.name, left)
    whole = ", ".join(f"`{key.split('/')[2]}`" for key in left)
    said = f"{lines[0]} {' '.join(lines[1:])}".strip()
    return f"| {fault.name} | {shown(said, project)} | {f'whole layers: {whole}' if whole else 'nothing'} |"


def shown(text: str, project: Small) -> str:
    """What was said, with what differs from run to run replaced by what a user has there."""
    text = re.sub(r"127\.0\.0\.1:\d+", "minio:9000", text)
    text = re.sub(r"[0-9a-f]{64}", "...", text).replace(str(project.folder.parent), "~")
    text = text.replace(project.bucket, "artifacts").replace("`full`", "`artifacts`")
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    return text.removeprefix("error: ").replace(" help: ", "<br>*help:* ").replace("|", "\\|")


def test_every_failure_is_told_and_leaves_nothing_half(store_server: Server, tmp_path: Path, update: bool) -> None:
    try:
        subprocess.run(["unshare", "-m", "true"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs root and namespaces of mounts, for a disk that is full")
    with ThreadPoolExecutor(2) as pool:
        places = [tmp_path / str(number) for number in range(len(FAULTS))]
        rows = list(pool.map(lambda pair: happened(pair[0], pair[1], store_server), zip(FAULTS, places, strict=True)))
    table = "".join(f"{row}\n" for row in rows)
    page = PAGE.read_text(encoding="utf-8")
    assert len(TABLE.findall(page)) == 1
    if update:
        PAGE.write_text(TABLE.sub(lambda _: table, page), encoding="utf-8")
    assert TABLE.search(PAGE.read_text(encoding="utf-8"))[0] == table  # type: ignore[index]
