"""The layers as an OCI image layout: for those who rather pull an image than load artifacts.

The files lie where pods have them, below `/athena`. An image is made for each architecture, upon one of a base layout.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from athena_runtime.bundle.archive import COMPRESSION, MODIFIED, read_archive
from athena_runtime.bundle.debian import DEBIAN_NAMES
from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.layer import sha256_of
from athena_runtime.bundle.push import Layer
from athena_runtime.contract import ROOT

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
CREATED = "1980-01-01T00:00:00Z"

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Blob:
    """A layer of an image: its descriptor, and the digest of the tar file in it."""

    descriptor: Object
    uncompressed: str


def write_layout(
    layers: Iterable[Layer], architectures: Sequence[str], folder: Path, *, base: Path | None, tag: str
) -> str:
    """Writes the layout into a new or empty folder, and says the digest of its index."""
    if folder.exists() and any(folder.iterdir()):
        raise BundleError(f"`{folder}` is not empty")
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)
    own = [_layer(layer, blobs) for layer in layers]
    bases = {name: _base(base, name, blobs) if base else ({}, {}) for name in architectures}
    manifests = [_image(name, *bases[name], own, blobs) for name in architectures]
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}\n', encoding="utf-8")
    inner = _put({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}, INDEX, blobs)
    named = {**inner, "annotations": {"org.opencontainers.image.ref.name": tag}}
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [named]}
    (folder / "index.json").write_text(json.dumps(index, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return str(inner["digest"])


def _image(architecture: str, config: Object, manifest: Object, own: Sequence[Blob], blobs: Path) -> Object:
    """The descriptor of the image for an architecture."""
    before = config.get("rootfs", {}).get("diff_ids", [])
    history = config.get("history", [{"created": CREATED, "created_by": "base"} for _ in before])
    settings = {
        **config,
        "created": CREATED,
        "architecture": DEBIAN_NAMES[architecture],
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": [*before, *(blob.uncompressed for blob in own)]},
        "history": [*history, *({"created": CREATED, "created_by": "athena bundle oci"} for _ in own)],
    }
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _put(settings, CONFIG, blobs),
        "layers": [*manifest.get("layers", []), *(blob.descriptor for blob in own)],
    }
    platform = {"architecture": DEBIAN_NAMES[architecture], "os": "linux"}
    return {**_put(document, MANIFEST, blobs), "platform": platform}


def _layer(layer: Layer, blobs: Path) -> Blob:
    """The layer as one of an image: the same files, below `/athena`."""
    if layer.archive is None:
        raise BundleError(f"the layer `{layer.name}` is not here")
    temporary = blobs / f".{layer.name}"
    top = f"{ROOT.lstrip('/')}/{layer.name}"
    with layer.archive.open("rb") as source, tempfile.TemporaryFile() as plain, temporary.open("w+b") as packed:
        _write_below(source, top, plain)
        plain.seek(0)
        uncompressed = sha256_of(plain)
        plain.seek(0)
        with gzip.GzipFile("", "wb", COMPRESSION, packed, mtime=0) as compressing:
            shutil.copyfileobj(plain, compressing)
        size = packed.tell()
        packed.seek(0)
        digest = sha256_of(packed)
    temporary.replace(blobs / digest)
    return Blob({"mediaType": LAYER, "digest": f"sha256:{digest}", "size": size}, f"sha256:{uncompressed}")


def _write_below(source: IO[bytes], top: str, plain: IO[bytes]) -> None:
    """Writes a tar file with all files of an archive below a folder."""
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member in read_archive(source):
            info = tarfile.TarInfo(f"{top}/{member.path}")
            info.mode = 0o755 if member.executable else 0o644
            info.mtime = MODIFIED
            info.size = member.size
            archive.addfile(info, BytesIO(member.file.read()))


def _base(layout: Path, architecture: str, blobs: Path) -> tuple[Object, Object]:
    """Configuration and manifest of a base image, whose layers are copied."""
    try:
        index = json.loads((layout / "index.json").read_text(encoding="utf-8"))
        manifest = _for_architecture(layout, index, DEBIAN_NAMES[architecture])
        config = _read(layout, manifest["config"])
        for each in manifest["layers"]:
            name = str(each["digest"]).removeprefix("sha256:")
            shutil.copyfile(layout / "blobs" / "sha256" / name, blobs / name)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise BundleError(
            f"`{layout}` is no OCI image layout: {error}", "make one with `skopeo copy docker://IMAGE oci:DIR`"
        ) from error
    if config.get("architecture") != DEBIAN_NAMES[architecture]:
        raise BundleError(f"`{layout}` has no image for {architecture}", "choose a base with both, or one architecture")
    return config, manifest


def _for_architecture(layout: Path, index: Mapping[str, Any], architecture: str) -> Object:
    """The manifest for an architecture, behind any number of indexes; the only one there is when none says."""
    for each in index["manifests"]:
        if each.get("platform", {}).get("architecture", architecture) != architecture:
            continue
        document = _read(layout, each)
        if "manifests" in document:
            return _for_architecture(layout, document, architecture)
        return document
    raise KeyError(f"no image for {architecture}")


def _read(layout: Path, descriptor: Mapping[str, Any]) -> Object:
    name = str(descriptor["digest"]).removeprefix("sha256:")
    data = (layout / "blobs" / "sha256" / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != name:
        raise ValueError(f"{name} is damaged")
    document: Object = json.loads(data)
    return document


def _put(document: Mapping[str, Any], media_type: str, blobs: Path) -> Object:
    data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data)}
