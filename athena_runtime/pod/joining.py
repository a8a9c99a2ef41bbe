"""The check of a join in the pod that takes its values: `athena:join:quorum-2:[{"ok": 1}, {"failed": {...}}]`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError
from athena_runtime.codec.forms import form_of
from athena_runtime.codec.text import from_text
from athena_runtime.control import All, AnyOf, AtLeast, Percentage, Quorum, Within, gather
from athena_runtime.outcomes import Failed, JoinNotMet, Ok
from athena_runtime.pod.input_error import JoinError

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_runtime.control import Join

__all__ = ["joined"]


def joined(text: str) -> str:
    """The JSON list of the values of the attempts that succeeded. Raises CodecError, JoinError."""
    rule, _, attempts = text.partition(":")
    branches: list[Ok[Any] | Failed] = from_text(form_of(list[Ok[Any] | Failed]), attempts)
    try:
        return json.dumps(gather(branches, join=_rule(rule)))
    except JoinNotMet as error:
        raise JoinError(str(error)) from None


def _rule(text: str) -> Join:
    word, _, number = text.rpartition("-") if text[-1:].isdigit() else (text, "", "")
    makers: dict[str, Callable[[], Join]] = {
        "all": All,
        "any": AnyOf,
        "within": lambda: Within(1),  # the time was kept by Argo
        "percentage": lambda: Percentage(float(number)),
        "quorum": lambda: Quorum(int(number)),
        "at-least": lambda: AtLeast(int(number)),
    }
    try:
        return makers[word]()
    except (KeyError, ValueError):
        raise CodecError(f"there is no join `{text}`") from None
