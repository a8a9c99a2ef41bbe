"""A step for each object of a list that stands in the program (Argo's loops-maps)."""

from dataclasses import dataclass

from athena_runtime import container, workflow


@dataclass
class System:
    image: str
    tag: str


SYSTEMS = [
    {"image": "debian", "tag": "12"},
    {"image": "alpine", "tag": "3.20"},
    {"image": "fedora", "tag": "41"},
]


@workflow
def versions() -> list[str]:
    return [describe(system["image"], system["tag"]) for system in SYSTEMS]


@container(image="{image}:{tag}")
def describe(image: str, tag: str) -> str:
    """Runs in the image that it tells of; athena's runtime brings its own Python."""
    return f"{image} {tag}"
