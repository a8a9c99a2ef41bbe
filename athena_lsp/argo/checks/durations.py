"""Checks of times: what Go reads as a duration, and what retries, pauses and caches make of it (X11, X13, X14, X25)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.analysis.placeholders import ARGO_TAG
from athena_lsp.argo.checks.catalogue import Document, Template, kinds_of
from athena_lsp.argo.checks.places import At, Refused

RETRY_POLICIES = frozenset({"", "Always", "OnFailure", "OnError", "OnTransientError"})
GO_DURATION = re.compile(r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+\Z|0\Z")
NUMBER = re.compile(r"\d+(?:\.\d+)?\Z")
MEMO_KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*\Z")
GROUP_KINDS = frozenset({"dag", "steps"})


def is_duration(text: str, *, seconds: bool = False) -> bool:
    """Whether Go reads it as a duration; where Argo parses it itself, a number alone is seconds."""
    return bool(GO_DURATION.match(text) or (seconds and NUMBER.match(text)))


def check_times(document: Document) -> Iterator[Refused]:
    """Of a whole object: the retries of its spec and of each template, pauses and caches."""
    spec = document.spec
    yield from _retry(spec.get("retryStrategy"), "spec", is_group=False)
    yield from _retry(spec.get("templateDefaults", "retryStrategy"), "spec.templateDefaults", is_group=False)
    yield from _duration(spec.get("podGC", "deleteDelayDuration"), "spec.podGC.deleteDelayDuration")
    for template in document.everywhere:
        yield from _template(template)


def _template(template: Template) -> Iterator[Refused]:
    at, where = template.at, template.where
    yield from _retry(at.get("retryStrategy"), where, is_group=bool(GROUP_KINDS.intersection(kinds_of(at))))
    yield from _memoize(at.get("memoize"), where)
    yield from _duration(at.get("suspend", "duration"), f"{where}.suspend.duration", seconds=True)
    retry = at.get("containerSet", "retryStrategy")
    yield from _duration(retry.get("duration"), f"{where}.containerSet.retryStrategy.duration")


def _retry(retry: At, where: str, *, is_group: bool) -> Iterator[Refused]:
    policy, backoff, limit = retry.get("retryPolicy"), retry.get("backoff"), retry.get("limit")
    if policy.text not in RETRY_POLICIES:
        yield policy.refuse("T11", f"{where}.retryStrategy.retryPolicy: {policy.text} is not a valid RetryPolicy")
    if limit and not limit.has_tag and limit.number is None:
        yield limit.trap("X14", f"{where}.retryStrategy.limit: `{limit.text}` is no whole number")
    if backoff:
        if not backoff.get("duration").text:
            yield backoff.trap("X14", f"{where}: no base duration specified for retryStrategy")
        if not limit:
            yield backoff.advise("X25", f"{where}: without retryStrategy.limit the backoff is not waited for")
        for field in ("duration", "cap", "maxDuration"):
            yield from _duration(backoff.get(field), f"{where}.retryStrategy.backoff.{field}", seconds=True)
    expression = retry.get("expression")
    if is_group and "exitCode" in expression.text:
        message = f"{where}: lastRetry.exitCode is always -1 for a dag or steps: only a pod has an exit code"
        yield expression.trap("X2", message)


def _memoize(memoize: At, where: str) -> Iterator[Refused]:
    key, age = memoize.get("key"), memoize.get("maxAge")
    if not memoize:
        return
    if not key.text:
        yield memoize.refuse("X11", f"{where}.memoize.key is required")
    elif not MEMO_KEY.match(ARGO_TAG.sub("x", key.text)):
        message = f"`{key.text}` is no valid cache key: letters, digits and '-' only; hash it with sprig.sha256sum"
        yield key.trap("X11", f"{where}.memoize.key: {message}")
    if not memoize.get("cache", "configMap", "name").text:
        yield memoize.refuse("X11", f"{where}.memoize.cache.configMap.name is required")
    yield from _duration(age, f"{where}.memoize.maxAge")


def _duration(at: At, where: str, *, seconds: bool = False) -> Iterator[Refused]:
    if at.text and not at.has_tag and not is_duration(at.text, seconds=seconds):
        yield at.trap("X13", f"{where}: invalid duration `{at.text}`")
