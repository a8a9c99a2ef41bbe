"""What stands for a step in a test, which must take what the step takes and give what it gives."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError
from athena_runtime.pod.input_error import InputError
from athena_runtime.pod.target import signature

if TYPE_CHECKING:
    from collections.abc import Mapping

    from athena_runtime.template import Template

__all__ = ["Misuse", "faked"]


class Misuse(BaseException):
    """A test is wrong: `error` is for its author."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def faked(template: Template[..., Any], fake: Any, given: tuple[object, ...], named: Mapping[str, object]) -> object:
    """What a fake gives for a call. Raises Misuse when it cannot stand for the step."""
    if not callable(fake):
        return _fitting(template, fake)
    try:
        inspect.signature(fake).bind(*given, **named)
    except TypeError as error:
        message = f"the fake of `{template.__name__}` is called as the step is, and does not take that: {error}"
        raise Misuse(TypeError(message)) from None
    except ValueError:  # of a function without a known signature
        pass
    return _fitting(template, fake(*given, **named))


def _fitting(template: Template[..., Any], value: object) -> object:
    try:
        _, result = signature(template.__name__, template.__wrapped__)
    except InputError:  # a function that could be no step of an emitted workflow
        return value
    if result.is_artifact or template.__athena_kind__ == "external":
        return value
    try:
        result.form.encode(value)
    except CodecError as error:
        message = f"the fake of `{template.__name__}` gives what the step cannot: {error.at('its result')}"
        raise Misuse(TypeError(message)) from None
    return value
