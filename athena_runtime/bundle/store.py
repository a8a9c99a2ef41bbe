"""The bucket: the only module that knows boto3. Every failure of S3 comes out as a sentence with what to do.

boto3 is part of `athena-lsp[publish]`, and is imported when a bucket is opened.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from athena_runtime.bundle.errors import BundleError
from athena_runtime.bundle.failures import failure_of

CONNECT_TIMEOUT, READ_TIMEOUT = 10, 60
"""Seconds."""
CONFLICTS = 4
"""So many times a write that met another one is tried again."""
CHUNK = 1 << 20
LARGEST_SINGLE = 4 << 30
"""Bytes; S3 takes 5 GiB in one request."""

Progress = Callable[[int], None]
"""Called with the bytes that have been sent of an object."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where a bucket is. An empty endpoint is Amazon's."""

    name: str
    endpoint: str = ""
    region: str = ""
    insecure: bool = False
    addressing: str = "auto"

    @property
    def url(self) -> str:
        """The address to speak to: AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL replace the one that pods use."""
        given = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        if given or not self.endpoint:
            return given or ""
        return self.endpoint if "://" in self.endpoint else f"{'http' if self.insecure else 'https'}://{self.endpoint}"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the bucket."""

    key: str
    size: int
    modified: datetime


class Store:
    """A bucket that is open. All methods raise BundleError."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        with self._telling("open", ""):
            self._client = _client(bucket)

    def check(self) -> None:
        """That the bucket is there, as far as one may ask."""
        try:
            self._client.head_bucket(Bucket=self.bucket.name)
        except Exception as error:
            found = failure_of(error, self.bucket, "open", "")
            # Whoever may write objects need not be allowed to look at the bucket itself.
            if found.kind not in ("denied", "signature", "unknown"):
                raise found from error

    def has(self, key: str) -> bool:
        """Whether there is an object: a key is written as a whole, so that it is complete then."""
        try:
            self._client.head_object(Bucket=self.bucket.name, Key=key)
        except Exception as error:
            if _status(error) == 404:
                return False
            if _status(error) is None:
                raise failure_of(error, self.bucket, "read", key) from error
        else:
            return True
        # The answer to HEAD has no body, and so no reason.
        with self._telling("read", key):
            self._client.get_object(Bucket=self.bucket.name, Key=key, Range="bytes=0-0")["Body"].close()
        return True

    def put(self, key: str, source: Path | bytes, sha256: str, progress: Progress, *, replace: bool = False) -> bool:
        """Writes an object unless there is one. False: another publisher was quicker.

        A store that knows no conditional writes, or ignores the condition, writes the object twice: since its key
        tells its content, that changes nothing.
        """
        size = len(source) if isinstance(source, bytes) else source.stat().st_size
        if size > LARGEST_SINGLE:
            raise BundleError(
                f"a layer of {size / 1e9:.1f} GB is more than athena uploads", "choose fewer packages", kind="size"
            )
        condition = {} if replace else {"IfNoneMatch": "*"}
        for _ in range(CONFLICTS):
            try:
                self._put(key, source, sha256, progress, condition)
            except Exception as error:
                status = _status(error)
                if status == 501 and condition:
                    condition = {}
                elif status in (409, 412) and condition:
                    if self.has(key):
                        return False
                else:
                    raise failure_of(error, self.bucket, "write", key) from error
            else:
                return True
        raise BundleError(
            f"`{key}` could not be written: others write it all the time", "publish again in a minute", kind="conflict"
        )

    def _put(self, key: str, source: Path | bytes, sha256: str, progress: Progress, condition: dict[str, str]) -> None:
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        request = {"Bucket": self.bucket.name, "Key": key, "ChecksumSHA256": checksum, **condition}
        if isinstance(source, bytes):
            self._client.put_object(Body=source, **request)
            progress(len(source))
            return
        with source.open("rb") as file:
            self._client.put_object(Body=_Counted(file, progress), **request)

    def fetch(self, key: str, file: IO[bytes]) -> None:
        """Writes an object's content into a file."""
        with self._telling("read", key):
            body = self._client.get_object(Bucket=self.bucket.name, Key=key)["Body"]
            try:
                while chunk := body.read(CHUNK):
                    file.write(chunk)
            finally:
                body.close()

    def read(self, key: str) -> bytes:
        """The content of a small object."""
        file = BytesIO()
        self.fetch(key, file)
        return file.getvalue()

    def objects(self, prefix: str) -> Iterator[Stored]:
        """All objects whose keys begin so."""
        with self._telling("list", prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket.name, Prefix=prefix)
            for page in pages:
                for each in page.get("Contents", ()):
                    yield Stored(each["Key"], each["Size"], each["LastModified"])

    def delete(self, key: str) -> None:
        with self._telling("delete", key):
            self._client.delete_object(Bucket=self.bucket.name, Key=key)

    @contextmanager
    def _telling(self, action: str, key: str) -> Iterator[None]:
        try:
            yield
        except BundleError:
            raise
        except Exception as error:
            raise failure_of(error, self.bucket, action, key) from error


class _Counted:
    """A file that tells how far it has been read; botocore may go back to its start and read again."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        found = self._file.read(size)
        self._progress(self._file.tell())
        return found

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()


def _client(bucket: Bucket) -> Any:
    """A client with the credentials that the AWS tools would use."""
    try:
        # Imported here because it takes 0.2 s, and the default installation does not have it.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415
    except ImportError as error:
        raise BundleError(
            "publishing needs boto3, which is not installed", "pip install 'athena-lsp[publish]'", kind="no-boto3"
        ) from error
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard"},
        s3={"addressing_style": bucket.addressing},
        # Checksums of our own go with every object; others are not what every store understands.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.session.Session().client(
        "s3", endpoint_url=bucket.url or None, region_name=bucket.region or None, config=config
    )


def _status(error: BaseException) -> int | None:
    """The HTTP status that S3 answered with; None when it did not answer."""
    response = getattr(error, "response", None)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(response, dict) else None
    return status if isinstance(status, int) else None
