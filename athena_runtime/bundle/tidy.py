"""Which objects of a bucket nobody needs any more: layers and bundles that no manifest names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime

from athena_runtime.bundle.store import Stored

LAYER = re.compile(r"layers/(?P<kind>py|deps|app)/(?P<digest>[0-9a-f]{64})\.tgz")
OWN = re.compile(rf"(?:{LAYER.pattern}|bundles/[0-9a-f]{{64}}\.json)")


def named_layers(texts: Iterable[str]) -> frozenset[str]:
    """The digests of all layers that manifests name, in whatever form they are written."""
    return frozenset(match["digest"] for text in texts for match in LAYER.finditer(text))


def unneeded(
    objects: Iterable[Stored],
    prefix: str,
    named: frozenset[str],
    before: datetime,
    layers_of: Callable[[str], frozenset[str]],
) -> tuple[Stored, ...]:
    """The objects below a prefix that are athena's own, older than a moment, and that no manifest names.

    `layers_of` reads the file of a bundle, by its key: it stays as long as all its layers are named.
    """
    found: list[Stored] = []
    for stored in objects:
        match = OWN.fullmatch(stored.key[len(prefix) + 1 :]) if stored.key.startswith(f"{prefix}/") else None
        if match is None or stored.modified >= before:
            continue
        needed = match["digest"] in named if match["digest"] else layers_of(stored.key) <= named
        if not needed:
            found.append(stored)
    return tuple(sorted(found, key=lambda stored: stored.key))


def layers_in(text: bytes) -> frozenset[str]:
    """The digests in the file of a bundle; one that nobody can read names none that is needed."""
    try:
        layers = json.loads(text)["layers"]
        return frozenset(str(layers[name]) for name in layers)
    except (ValueError, KeyError, TypeError):
        return frozenset({"unreadable"})
