"""Checks of one template's shape: its kind, its time limits, retries and cache (rules T, and traps met at run time)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from athena_lsp.argo.checks.catalogue import kinds_of
from athena_lsp.argo.checks.places import At, Refused

RETRY_POLICIES = frozenset({"", "Always", "OnFailure", "OnError", "OnTransientError"})
GO_DURATION = re.compile(r"[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+\Z|0\Z")
NUMBER = re.compile(r"\d+(?:\.\d+)?\Z")
MEMO_KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*\Z")
LEAF_ONLY = ("timeout", "pendingTimeout", "activeDeadlineSeconds")
GROUP_KINDS = frozenset({"dag", "steps"})


def check_template(template: At) -> Iterator[Refused]:
    where = f"templates.{template.get('name').text}"
    kinds = kinds_of(template)
    if len(kinds) != 1:
        problem = (
            "template type unspecified. choose one of"
            if not kinds
            else "multiple template types specified: choose one of"
        )
        yield template.refuse(f"{where} {problem}: container, containerSet, steps, script, resource, dag, suspend")
    is_group = bool(GROUP_KINDS.intersection(kinds))
    yield from _limits(template, where, kinds[0] if kinds else "", is_group=is_group)
    yield from _retry(template.get("retryStrategy"), where, is_group=is_group)
    yield from _memoize(template.get("memoize"), where)
    suspend = template.get("suspend", "duration")
    if suspend.text and "{{" not in suspend.text and not _is_duration(suspend.text, seconds=True):
        yield suspend.refuse(f"{where}.suspend.duration: invalid duration `{suspend.text}`")


def _limits(template: At, where: str, kind: str, *, is_group: bool) -> Iterator[Refused]:
    for field in LEAF_ONLY:
        if template.get(field) and is_group:
            yield template.get(field).refuse(f"{kind} template doesn't support {field} field")
    for field in ("timeout", "pendingTimeout"):
        at = template.get(field)
        if at.text and "{{" not in at.text and (at.text.isdigit() or not _is_duration(at.text)):
            yield at.refuse(f"{where} has invalid duration format in {field}")
    deadline = template.get("activeDeadlineSeconds")
    if deadline and "{{" not in deadline.text and (deadline.number is None or deadline.number < 0):
        message = "activeDeadlineSeconds must be a positive integer > 0 or an argo variable"
        yield deadline.refuse(f"{where}.{message}")
    parallelism = template.get("parallelism")
    if parallelism and not is_group:
        yield parallelism.refuse(f"{where}.parallelism is only valid for steps and dag templates")
    if parallelism and (not isinstance(parallelism.value, int) or parallelism.value < 1):
        yield parallelism.refuse(f"{where}.parallelism must be greater than or equal to 1")


def _retry(retry: At, where: str, *, is_group: bool) -> Iterator[Refused]:
    policy, backoff, limit = retry.get("retryPolicy"), retry.get("backoff"), retry.get("limit")
    if policy.text not in RETRY_POLICIES:
        yield policy.refuse(f"{where}.retryStrategy.retryPolicy: `{policy.text}` is not a valid RetryPolicy")
    if limit and "{{" not in limit.text and limit.number is None:
        yield limit.refuse(f"{where}.retryStrategy.limit: `{limit.text}` is no whole number")
    if backoff:
        if not backoff.get("duration").text:
            yield backoff.refuse(f"{where}: no base duration specified for retryStrategy")
        if not limit:
            yield backoff.refuse(f"{where}: without retryStrategy.limit the backoff is not waited for")
        for field in ("duration", "cap", "maxDuration"):
            at = backoff.get(field)
            if at.text and "{{" not in at.text and not _is_duration(at.text, seconds=True):
                yield at.refuse(f"{where}.retryStrategy.backoff.{field}: invalid duration `{at.text}`")
    expression = retry.get("expression")
    if is_group and "exitCode" in expression.text:
        yield expression.refuse(
            f"{where}: lastRetry.exitCode is always -1 for a dag or steps: only a pod has an exit code"
        )


def _memoize(memoize: At, where: str) -> Iterator[Refused]:
    key, age = memoize.get("key"), memoize.get("maxAge")
    if memoize and not key.text:
        yield memoize.refuse(f"{where}.memoize.key is required")
    if key.text and "{{" not in key.text and not MEMO_KEY.match(key.text):
        yield key.refuse(f"{where}.memoize.key: `{key.text}` is no valid cache key: letters, digits and '-' only")
    if memoize and not memoize.get("cache", "configMap", "name").text:
        yield memoize.refuse(f"{where}.memoize.cache.configMap.name is required")
    if age.text and not _is_duration(age.text):
        yield age.refuse(f"{where}.memoize.maxAge: invalid duration `{age.text}`")


def _is_duration(text: str, *, seconds: bool = False) -> bool:
    """Whether Go reads it as a duration; where Argo parses it itself, a number alone is seconds."""
    return bool(GO_DURATION.match(text) or (seconds and NUMBER.match(text)))
