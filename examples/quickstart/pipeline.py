"""Fetch a price list, transform it, publish a report: three steps and the workflow that connects them.

`python pipeline.py` runs it all in this process; `athena emit pipeline.py` prints what Argo Workflows gets.
"""

import csv
import hashlib
from dataclasses import dataclass
from io import StringIO
from urllib.request import urlopen

from athena_runtime import Retry, container, workflow

SAMPLE = "data:text/csv,name,price%0Aapple,3%0Apear,5%0Aplum,2"


@dataclass
class Report:
    """What a run has made."""

    id: str
    rows: int
    total: int


@workflow
def pipeline(url: str = SAMPLE) -> Report:
    """Publish a report of a price list.

    The three calls become three pods; each waits for the values it needs and for nothing else.
    """
    raw = fetch(url)
    clean = transform(raw, 3)
    publish(clean.id)
    return clean


@container
def fetch(url: str) -> str:
    """The price list, as CSV text."""
    with urlopen(url, timeout=30) as response:
        return response.read().decode()


@container(image="ghcr.io/acme/app:{tag}", retry=Retry(limit=3, policy="OnError", backoff="30s"))
def transform(data: str, factor: int, tag: str = "latest") -> Report:
    """Every price times `factor`; `tag` chooses the image."""
    prices = [int(row["price"]) * factor for row in csv.DictReader(StringIO(data))]
    digest = hashlib.sha256(data.encode()).hexdigest()[:8]
    return Report(f"{tag}-{digest}", len(prices), sum(prices))


@container
def publish(report: str) -> None:
    """Tell the world."""
    print(f"published {report}")


if __name__ == "__main__":
    print(pipeline())
