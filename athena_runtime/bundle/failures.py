"""What goes wrong with a bucket: each failure of S3 and of the way to it, as a sentence with what to do about it."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from athena_runtime.bundle.errors import BundleError

if TYPE_CHECKING:
    from athena_runtime.bundle.store import Bucket


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of failure. `message` and `advice` may name `{bucket}`, `{endpoint}`, `{region}` and `{detail}`."""

    name: str
    message: str
    advice: str


NO_CREDENTIALS = Kind(
    "no-credentials",
    "there are no credentials for the bucket `{bucket}`{detail}",
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in with your cloud's tool",
)
EXPIRED = Kind("expired", "the credentials for `{bucket}` have expired", "log in again, or ask for a new token")
SIGNATURE = Kind(
    "signature",
    "{endpoint} does not accept these credentials{detail}",
    "look at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: one of them is wrong, or belongs to another store",
)
DENIED = Kind(
    "denied",
    "these credentials may not {action} `{key}` in `{bucket}`",
    "allow s3:GetObject and s3:PutObject below `prefix`, and s3:ListBucket, for whoever publishes",
)
NO_BUCKET = Kind(
    "no-bucket",
    "there is no bucket `{bucket}` at {endpoint}",
    "create it, or correct `bucket` or `endpoint` in `[tool.athena.s3]`",
)
WRONG_REGION = Kind(
    "wrong-region",
    "the bucket `{bucket}` is not in the region {region}{detail}",
    "set `region` in `[tool.athena.s3]` to the bucket's own",
)
CLOCK = Kind(
    "clock-skew",
    "the clock of this machine differs too much from that of {endpoint}",
    "set the clock: `timedatectl set-ntp true` on most systems",
)
SERVER = Kind(
    "server",
    "{endpoint} answers with an error of its own{detail}",
    "publish again later: what is there already is not sent again",
)
FULL = Kind("store-full", "{endpoint} has no room left{detail}", "make room in the store, or raise the quota")
DAMAGED = Kind(
    "damaged", "`{key}` arrived at {endpoint} with other bytes", "publish again; if it stays, look for a bad proxy"
)
NETWORK = Kind(
    "network",
    "the connection to {endpoint} failed: {detail}",
    "look at `endpoint`, your network and proxies, then publish again: what is there already is not sent again",
)
TLS = Kind(
    "tls",
    "no safe connection to {endpoint}: {detail}",
    "set AWS_CA_BUNDLE to the store's certificate, or `insecure = true` where it speaks plain HTTP",
)
NAMING = Kind("naming", "{detail}", "correct `[tool.athena.s3]`")
NO_OBJECT = Kind("no-object", "`{key}` is not in `{bucket}`", "publish it: `athena publish`")
DISK = Kind("disk", "this machine's disk is full", "make room, or set XDG_CACHE_HOME and TMPDIR to another disk")
UNKNOWN = Kind("unknown", "{endpoint} refuses to {action} `{key}`: {detail}", "look at the store's own log")

BY_CODE: Mapping[str, Kind] = {
    "AccessDenied": DENIED,
    "AccountProblem": DENIED,
    "AllAccessDisabled": DENIED,
    "AuthorizationHeaderMalformed": WRONG_REGION,
    "BadDigest": DAMAGED,
    "ExpiredToken": EXPIRED,
    "IllegalLocationConstraintException": WRONG_REGION,
    "InternalError": SERVER,
    "InvalidAccessKeyId": SIGNATURE,
    "InvalidDigest": DAMAGED,
    "InvalidToken": SIGNATURE,
    "NoSuchBucket": NO_BUCKET,
    "NoSuchKey": NO_OBJECT,
    "PermanentRedirect": WRONG_REGION,
    "QuotaExceeded": FULL,
    "RequestTimeTooSkewed": CLOCK,
    "ServiceUnavailable": SERVER,
    "SignatureDoesNotMatch": SIGNATURE,
    "SlowDown": SERVER,
    "TokenRefreshRequired": EXPIRED,
    "XAmzContentChecksumMismatch": DAMAGED,
    "XAmzContentSHA256Mismatch": DAMAGED,
    "XMinioStorageFull": FULL,
}
"""By the code in S3's answer."""
BY_STATUS: Mapping[int, Kind] = {301: WRONG_REGION, 307: WRONG_REGION, 401: SIGNATURE, 403: DENIED, 507: FULL}
"""By the HTTP status, where no code says more."""
BY_CLASS: Mapping[str, Kind] = {
    "CredentialRetrievalError": NO_CREDENTIALS,
    "InvalidEndpointDiscoveryConfigurationError": NAMING,
    "InvalidRegionError": NAMING,
    "NoCredentialsError": NO_CREDENTIALS,
    "ParamValidationError": NAMING,
    "PartialCredentialsError": NO_CREDENTIALS,
    "ProfileNotFound": NO_CREDENTIALS,
    "SSLError": TLS,
    "SSOTokenLoadError": EXPIRED,
    "TokenRetrievalError": EXPIRED,
    "UnauthorizedSSOTokenError": EXPIRED,
}
"""By the class of botocore's exception; all others of it are about the connection."""
SOURCE_LINE = re.compile(r" \(_ssl\.c:\d+\)")
REGION = re.compile(r"expecting '([\w-]+)'")


def failure_of(error: BaseException, bucket: Bucket, action: str, key: str) -> BundleError:
    """The failure as the user is told it. `action` is a verb: what was tried with the object `key`."""
    if isinstance(error, BundleError):
        return error
    kind, detail = _sorted(error)
    words = {
        "bucket": bucket.name,
        "endpoint": bucket.url or "Amazon S3",
        "region": f"`{bucket.region}`" if bucket.region else "that the environment names",
        "action": action,
        "key": key or bucket.name,
        "detail": detail,
    }
    return BundleError(kind.message.format_map(words), kind.advice.format_map(words), kind=kind.name)


def _sorted(error: BaseException) -> tuple[Kind, str]:
    """The kind of a failure, with its details in words."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return _answered(response)
    name = type(error).__name__
    said = _one_line(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK, ""
    if "CERTIFICATE" in said or "SSL" in said:
        return TLS, said
    kind = BY_CLASS.get(name)
    if kind is None:
        is_network = isinstance(error, OSError) or type(error).__module__.startswith(("botocore", "urllib3"))
        return (NETWORK if is_network and not isinstance(error, ValueError) else NAMING), said
    return kind, f": {said}" if "{detail}" in kind.message and kind is not NAMING else said


def _answered(response: Mapping[str, Any]) -> tuple[Kind, str]:
    """The kind of a failure that S3 itself told."""
    given = response.get("Error", {})
    code, message = str(given.get("Code", "")), str(given.get("Message", ""))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    region = given.get("Region") or response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(
        "x-amz-bucket-region"
    )
    kind = BY_CODE.get(code) or BY_STATUS.get(status) or (SERVER if status >= 500 else UNKNOWN)
    if kind is WRONG_REGION:
        expected = region or (match[1] if (match := REGION.search(message)) else "")
        return kind, f": it is in `{expected}`" if expected else ""
    if kind is UNKNOWN:
        return kind, f"{code or status} {message}".strip()
    return kind, f" ({code or status})" if code or status else ""


def _one_line(error: BaseException) -> str:
    text = SOURCE_LINE.sub("", " ".join(str(error).split()))
    return text[:300] or type(error).__name__
