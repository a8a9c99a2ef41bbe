"""Options that say where and when pods may run: selectors, tolerations, affinity, patches, locks, retries."""

from __future__ import annotations

from athena_lsp.analysis.jsonform import Json, NoJsonFormError, json_value
from athena_lsp.argo.manifest import Backoff, Mutex, RetryStrategy, SemaphoreRef, Synchronization
from athena_lsp.argo.pod import KeySelector, Toleration
from athena_lsp.argo.read import entries_of, go_seconds_of, int_of, items_of, quantity_of, text_of
from athena_lsp.argo.scope import Scope
from athena_lsp.argo.tree import NO_MAP, Map, Tree
from athena_lsp.argo.values import json_text
from athena_lsp.ir.model import Kind
from athena_lsp.ir.values import Construct, Mapping, Null, Sequence, Text, Value
from athena_runtime.contract import EXIT_BAD_INPUT, EXIT_TRANSIENT

NO_LIMIT = 2**31 - 1
"""As good as no limit: Argo waits between attempts only where a limit is set."""


def text_map(scope: Scope, value: Value | None) -> Map:
    """`dict[str, str]`: labels, annotations, selectors (Argo maps of strings)."""
    entries = entries_of(value)
    if value is None or not entries:
        return NO_MAP
    return Map(
        entries=tuple((key, scope.splice(text_of(item) or "")) for key, item in entries),
        origin=scope.origin(value),
        marks=tuple((key, scope.origin(item)) for key, item in entries),
    )


def tolerations(scope: Scope, value: Value | None) -> tuple[Toleration, ...]:
    """`[Toleration(...)]` (Argo `tolerations`)."""
    return tuple(_toleration(scope, item) for item in items_of(value) if isinstance(item, Construct))


def affinity(scope: Scope, value: Value | None) -> Map:
    """A dict passed through (Argo `affinity`)."""
    tree = _passed_through(scope, value) if isinstance(value, Mapping) else NO_MAP
    return tree if isinstance(tree, Map) else NO_MAP


def pod_spec_patch(scope: Scope, value: Value | None) -> str | None:
    """A dict as JSON text (Argo `podSpecPatch`); placeholders in its texts give texts, whatever they hold."""
    if not isinstance(value, Mapping):
        return text_of(value)
    try:
        return _json_with_tags(scope, json_value(value))
    except NoJsonFormError:
        return None


def synchronization(scope: Scope, mutexes: Value | None, semaphores: Value | None) -> Synchronization | None:
    """`[Mutex(...)]` and `[Semaphore(...)]` (Argo `synchronization`)."""
    locks = tuple(_mutex(scope, item) for item in items_of(mutexes) if isinstance(item, Construct))
    counted = tuple(_semaphore(scope, item) for item in items_of(semaphores) if isinstance(item, Construct))
    if not locks and not counted:
        return None
    first = mutexes if locks else semaphores
    return Synchronization(mutexes=locks, semaphores=counted, origin=scope.origin(first) if first else None)


def retry_strategy(scope: Scope, value: Value | None, kind: Kind | None = None) -> RetryStrategy | None:
    """`Retry(...)`, or the limit alone (Argo `retryStrategy`).

    A container's input error is never tried again. `on=` asks for the exit code that the pod gives for such exceptions;
    what went wrong in the cluster has no exit code. `kind`: of what is tried again, where that is not the scope's own.
    """
    if value is None or isinstance(value, Null):
        return None
    options = value if isinstance(value, Construct) else None
    limit = options.argument("limit") if options else value
    backoff = _backoff(scope, options) if options else None
    policy = (text_of(options.argument("policy")) if options else None) or "OnFailure"
    number = int_of(limit)
    if number is None and backoff is not None:
        number = NO_LIMIT
    only_named = bool(items_of(options.argument("on"))) if options else False
    return RetryStrategy(
        limit=None if number is None else str(number),
        retry_policy="Always" if only_named else policy,
        backoff=backoff,
        expression=_retry_expression(kind or scope.definition.kind, policy, only_named=only_named),
        origin=scope.origin(value),
    )


def _retry_expression(kind: Kind, policy: str, *, only_named: bool) -> str | None:
    if only_named:
        return f"lastRetry.status == 'Error' || lastRetry.exitCode == '{EXIT_TRANSIENT}'"
    if kind is Kind.CONTAINER and policy in ("Always", "OnFailure"):
        return f"lastRetry.exitCode != '{EXIT_BAD_INPUT}'"
    return None


def _backoff(scope: Scope, options: Construct) -> Backoff | None:
    duration = go_seconds_of(options.argument("backoff"))
    factor = int_of(options.argument("factor"))
    cap = go_seconds_of(options.argument("cap"))
    max_duration = go_seconds_of(options.argument("max_duration"))
    if duration is None and factor is None and cap is None and max_duration is None:
        return None
    return Backoff(
        duration=duration,
        factor=None if factor is None else str(factor),
        cap=cap,
        max_duration=max_duration,
        origin=scope.origin(options.argument("backoff") or options),
    )


def _toleration(scope: Scope, item: Construct) -> Toleration:
    def text(name: str) -> str | None:
        return scope.splice(text_of(item.argument(name)) or "") or None

    return Toleration(
        key=text("key"),
        operator=text("operator"),
        value=text("value"),
        effect=text("effect"),
        toleration_seconds=int_of(item.argument("toleration_seconds")),
        origin=scope.origin(item),
    )


def _mutex(scope: Scope, item: Construct) -> Mutex:
    return Mutex(
        name=scope.splice(text_of(item.argument("name")) or ""),
        namespace=scope.splice(text_of(item.argument("namespace")) or "") or None,
        origin=scope.origin(item),
    )


def _semaphore(scope: Scope, item: Construct) -> SemaphoreRef:
    return SemaphoreRef(
        config_map_key_ref=KeySelector(
            name=scope.splice(text_of(item.argument("config_map")) or ""),
            key=scope.splice(text_of(item.argument("key")) or ""),
        ),
        namespace=scope.splice(text_of(item.argument("namespace")) or "") or None,
        origin=scope.origin(item),
    )


def _passed_through(scope: Scope, value: Value) -> Tree:
    """A dict for Kubernetes, every entry with its origin."""
    match value:
        case Mapping():
            entries = entries_of(value)
            return Map(
                entries=tuple((key, _passed_through(scope, item)) for key, item in entries),
                origin=scope.origin(value),
                marks=tuple((key, scope.origin(item)) for key, item in entries),
            )
        case Sequence(items=items):
            return tuple(_passed_through(scope, item) for item in items)
        case Text(value=text):
            return scope.splice(text)
        case _:
            try:
                plain = json_value(value)
            except NoJsonFormError:
                return quantity_of(value)
            return plain if isinstance(plain, str | int | float | bool) else None


def _json_with_tags(scope: Scope, value: Json) -> str:
    """JSON text whose texts hold tags, unescaped, so that Argo finds them."""
    match value:
        case dict():
            entries = (f"{json_text(key)}:{_json_with_tags(scope, item)}" for key, item in value.items())
            return "{" + ",".join(entries) + "}"
        case list():
            return "[" + ",".join(_json_with_tags(scope, item) for item in value) + "]"
        case str() if "{" in value:
            return scope.splice_json(value)
        case _:
            return json_text(value)
