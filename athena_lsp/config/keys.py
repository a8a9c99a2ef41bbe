"""Every setting there is: what reading, the JSON Schema, `athena config` and the page about configuration go by."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.config.values import (
    ANY_TEXT,
    ARCHITECTURES,
    ARGO_VERSION,
    FLAG,
    IMAGE_NAME,
    LABEL,
    NAME,
    PREFIX,
    PYTHON,
    SECRET,
    TEXT,
    TEXTS,
    Kind,
    one_of,
)
from athena_lsp.records import dataclass, fields
from athena_lsp.settings import ArtifactRepository, BundleSettings, Settings


@dataclass(frozen=True, slots=True)
class Key:
    """One setting. `example` is a value in TOML; `otherwise` says where a default comes from that is no constant."""

    kind: Kind
    about: str
    example: str
    otherwise: str = ""


Keys = Mapping[str, Key]

SETTINGS: Keys = {
    "project": Key(
        LABEL, "begins the name of every template", '"shop"', "`name` in `[project]`, else the folder's name"
    ),
    "version": Key(TEXT, "the version of the program", '"1.2.0"', '`version` in `[project]`, else `"0.0.0"`'),
    "tag": Key(
        LABEL,
        "ends the name of every object",
        '"nightly"',
        "the version; off a clean release branch `dev-` and the commit",
    ),
    "channel": Key(
        one_of("release", "dev"),
        "whether timetables take over from the last release",
        '"dev"',
        '`"dev"` for a tag that begins with `dev-`, else `"release"`',
    ),
    "image": Key(IMAGE_NAME, "for containers that name no image", '"python:3.13-slim"'),
    "service-account": Key(NAME, "for containers that name no service account", '"workflows"'),
    "namespace": Key(LABEL, "the namespace that every object says it belongs to", '"data"'),
    "argo-version": Key(
        ARGO_VERSION, "the oldest Argo Workflows that the manifests must work with; 3.6 at least", '"3.7"'
    ),
    "prefix": Key(PREFIX, "begins every object key in the bucket", '"teams/data"'),
    "exclude": Key(TEXTS, "files to leave alone, with the patterns of `.gitignore`", '["attic/", "*.gen.py"]'),
    "roots": Key(TEXTS, "folders that absolute imports start from", '["lib"]', "the project's folder and its `src/`"),
    "python": Key(
        TEXT,
        "the Python whose packages the program uses, or the folder of its environment",
        '".venv"',
        "a `.venv` or `venv` folder, the active environment, the Python that runs athena",
    ),
}
"""Keys at the top."""

S3: Keys = {
    "bucket": Key(TEXT, "the bucket; required", '"artifacts"'),
    "endpoint": Key(ANY_TEXT, "host and port as pods see them; empty: Amazon's", '"minio:9000"'),
    "region": Key(ANY_TEXT, "the bucket's region", '"eu-central-1"'),
    "insecure": Key(FLAG, "speaks HTTP without TLS", "true"),
    "addressing": Key(
        one_of("auto", "path", "virtual"),
        "whether the bucket is part of the path or of the host when athena itself uploads; Argo finds out for itself",
        '"path"',
    ),
    "access-key-secret": Key(
        SECRET, "the Secret with the access key; both or neither", '{ name = "s3", key = "accesskey" }'
    ),
    "secret-key-secret": Key(
        SECRET, "the Secret with the secret key; both or neither", '{ name = "s3", key = "secretkey" }'
    ),
}
"""Keys of `s3`."""

BUNDLE: Keys = {
    "python": Key(PYTHON, "the version of the Python that pods bring along", '"3.11"'),
    "interpreter": Key(
        one_of("debian", "uv"),
        "where that Python comes from: Debian's packages, or the builds that uv installs",
        '"uv"',
    ),
    "architectures": Key(ARCHITECTURES, "the processors of the nodes", '["x86_64"]'),
    "include": Key(TEXTS, "data files that go with the code, as patterns", '["src/shop/*.sql"]'),
    "lock": Key(
        TEXT,
        "the file that locks the packages: a `uv.lock`, a `pylock.toml` or a requirements file with hashes",
        '"requirements/prod.txt"',
        "`uv.lock`, else `pylock.toml`, else a `requirements.txt` with hashes",
    ),
    "extras": Key(TEXTS, "extras of the project whose packages go along, of a `uv.lock`", '["ml"]'),
    "groups": Key(TEXTS, "dependency groups whose packages go along, of a `uv.lock`", '["pods"]'),
}
"""Keys of `bundle`."""

TENANT: Keys = {
    "namespace": Key(LABEL, "the namespace of every object", '"acme"', "`namespace` of the project"),
    "service-account": Key(
        NAME, "for containers that name no service account", '"acme-runner"', "`service-account` of the project"
    ),
    "prefix": Key(PREFIX, "begins every object key in the bucket", '"tenants/acme"', "`prefix` of the project"),
}
"""Keys of each table in `tenants`, beside the tables in TENANT_TABLES."""

TABLES: Mapping[str, str] = {
    "bundle": "the interpreter, the packages and the data that pods get with the code",
    "rules": "the level of each rule that is not to have its own",
    "s3": "an S3 bucket for artifacts and code; without one, the artifact repository of the cluster serves",
    "tenants": "changes for `--tenant NAME`, by the tenants' names",
}
"""Tables at the top."""

TENANT_TABLES: Mapping[str, str] = {
    "labels": "labels of every object",
    "defaults": "defaults of the parameters of the workflow that is emitted",
}


def default_of(table: str, name: str) -> object:
    """The constant default of a setting as TOML and JSON have it; None when it has none.

    `table` is empty, `s3` or `bundle`; a tenant's settings have the project's for defaults.
    """
    if table == "tenants":
        return None
    holders: Mapping[str, Settings | ArtifactRepository | BundleSettings] = {
        "s3": ArtifactRepository(""),
        "bundle": BundleSettings(),
    }
    holder = holders.get(table, Settings())
    field = name.replace("-", "_")
    value: object = getattr(holder, field) if field in {each.name for each in fields(holder)} else None
    if name == "argo-version":
        return ".".join(map(str, Settings().argo_version))
    if isinstance(value, tuple):
        return list(value)
    return None if value == "" else value
