"""Whether a failed attempt is followed by another, and when."""

from __future__ import annotations

from collections.abc import Mapping

from athena_lsp.engine.dates import seconds_of
from athena_lsp.engine.draft import Draft
from athena_lsp.engine.model import ENDED, Node
from athena_lsp.engine.program import as_map, as_text
from athena_lsp.engine.substitution import Scope, SubstitutionError, Tree, value_of
from athena_lsp.engine.values import go_text
from athena_lsp.records import replace


def another(draft: Draft, node: Node, template: Mapping[str, Tree]) -> bool:
    """Whether the next attempt begins now. When there is to be none, the node ends. Raises SubstitutionError."""
    if node.phase in ENDED:
        return False
    if not node.children:
        return True
    last = draft.nodes[node.children[-1]]
    if last.phase not in ENDED:
        return False
    if last.phase not in ("Failed", "Error"):
        draft.end(node.id, "Succeeded", outputs=last.outputs)
        return False
    if draft.shutdown:
        draft.end(node.id, last.phase, f"Stopped with strategy '{draft.shutdown}'", outputs=last.outputs)
        return False
    strategy = as_map(template.get("retryStrategy"))
    why = _refusal(draft, node, last, strategy)
    if why is not None:
        draft.end(node.id, last.phase, why, outputs=last.outputs)
        return False
    until = _until(node, last, strategy)
    if until > draft.now:
        draft.timers[node.id] = min(until, draft.timers.get(node.id, until))
        draft.update(replace(node, message=f"Backoff for {until - (last.ended or draft.now):g} seconds"))
        return False
    draft.update(replace(node, message=""))
    return True


def texts(draft: Draft, last: Node | None, number: int) -> dict[str, str]:
    """`retries` and `lastRetry.*` of an attempt."""
    if last is None:
        return {
            "retries": str(number),
            "lastRetry.exitCode": "0",
            "lastRetry.status": "",
            "lastRetry.duration": "0",
            "lastRetry.message": "",
        }
    return {
        "retries": str(number),
        "lastRetry.exitCode": last.outputs.exit_code or "-1",
        "lastRetry.status": last.phase,
        "lastRetry.duration": str(int((last.ended or draft.now) - last.started)),
        "lastRetry.message": last.message,
    }


def _refusal(draft: Draft, node: Node, last: Node, strategy: Mapping[str, Tree]) -> str | None:
    """Why there is no other attempt; None when there is one."""
    backoff = as_map(strategy.get("backoff"))
    first = draft.nodes[node.children[0]].started
    longest = _seconds(backoff, "maxDuration")
    if longest is not None and draft.now > first + longest:
        return "Max duration limit exceeded"
    if longest is not None and _until(node, last, strategy) > first + longest:
        return "Backoff would exceed max duration limit"
    policy = as_text(strategy.get("retryPolicy")) or ("Always" if strategy.get("expression") else "OnFailure")
    retried = {"Always": ("Failed", "Error"), "OnFailure": ("Failed",), "OnError": ("Error",)}.get(policy, ())
    if last.phase not in retried:
        return last.message
    limit = as_text(strategy.get("limit"))
    if limit and not limit.lstrip("-").isdecimal():
        raise SubstitutionError(f"retryStrategy.limit `{limit}` is no whole number")
    if limit and len(node.children) > int(limit):
        return "No more retries left"
    expression = as_text(strategy.get("expression"))
    if expression:
        answer = value_of(expression, Scope.of(texts(draft, last, len(node.children))))
        if not isinstance(answer, bool):
            raise SubstitutionError(f"unable to cast expression result '{go_text(answer)}' to bool")
        if not answer:
            return "retryStrategy.expression evaluated to false"
    return None


def _until(node: Node, last: Node, strategy: Mapping[str, Tree]) -> float:
    """When the next attempt begins. Argo waits only when there is a limit."""
    backoff = as_map(strategy.get("backoff"))
    ended = last.ended or 0.0
    if not backoff:
        return ended
    base = _seconds(backoff, "duration")
    if base is None:
        raise SubstitutionError("no base duration specified for retryStrategy")
    if strategy.get("limit") is None:
        return ended
    factor = as_text(backoff.get("factor"))
    wait = base
    if factor.isdecimal() and int(factor) > 0:
        wait = base * int(factor) ** min(len(node.children) - 1, 60)
    longest = _seconds(backoff, "cap")
    return ended + (min(wait, longest) if longest is not None else wait)


def _seconds(backoff: Mapping[str, Tree], key: str) -> float | None:
    text = as_text(backoff.get(key))
    if not text:
        return None
    found = seconds_of(text)
    if found is None:
        raise SubstitutionError(f"unable to parse `{text}` of retryStrategy.backoff.{key} as a duration")
    return found
