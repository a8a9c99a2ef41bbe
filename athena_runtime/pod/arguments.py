"""From the texts that Argo puts behind `--`, and the artifacts beside them, to the function's arguments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from athena_runtime import contract
from athena_runtime.codec.form import CodecError
from athena_runtime.codec.text import from_argument, from_text
from athena_runtime.pod.input_error import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from athena_runtime.pod.target import Parameter, Target

__all__ = ["arguments_of"]


def arguments_of(target: Target, argv: Sequence[str], root: str) -> dict[str, Any]:
    """The function's arguments by name. Raises InputError."""
    slots = [parameter for parameter in target.parameters if not parameter.is_artifact]
    if not argv or argv[0] != "--":
        raise InputError("arguments stand behind `--`")
    texts = argv[1:]
    if len(texts) != len(slots):
        names = ", ".join(slot.name for slot in slots) or "none"
        raise InputError(
            f"`{target.template}` takes {len(slots)} argument{'s' * (len(slots) != 1)} ({names}), got {len(texts)}: "
            "was the template emitted from another version of the code?"
        )
    arguments: dict[str, Any] = {}
    for slot, text in zip(slots, texts, strict=True):
        if slot.inject and text == slot.inject and "{{" in text:
            continue  # Argo leaves the tags of values that a run does not have
        arguments[slot.name] = _argument(slot, _content(slot, text))
    for parameter in target.parameters:
        if parameter.is_artifact and (found := _artifact(parameter, root)) is not _NOTHING:
            arguments[parameter.name] = found
    return arguments


_NOTHING = object()


def _content(slot: Parameter, text: str) -> str:
    """An argument's text, which Argo puts into a file when all together are large."""
    if not text.startswith(contract.ARGS_FILE_PREFIX) or not os.environ.get(contract.ARGS_FILE_VARIABLE):
        return text
    try:
        with open(text[1:], encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise InputError(f"`{slot.name}`: the argument stands in {text[1:]!r}, which cannot be read: {error}") from None


def _argument(slot: Parameter, text: str) -> Any:
    if text == contract.ABSENT or text.startswith(f"{contract.ABSENT}:"):
        step = text[len(contract.ABSENT) + 1 :]
        who = f"`{step}`" if step else "the step before it"
        raise InputError(f"`{slot.name}`: expected {slot.form.name}, but {who} produced no value")
    if text == contract.TIMED_OUT:
        raise InputError(f"`{slot.name}`: expected {slot.form.name}, but nobody answered in time")
    if text.startswith(contract.RAISED):
        raise InputError(f"`{slot.name}`: expected {slot.form.name}, but the step before it failed")
    try:
        return from_argument(slot.form, text)
    except CodecError as error:
        raise InputError(error.at(slot.name)) from None


def _artifact(parameter: Parameter, root: str) -> Any:
    """An `Artifact[T]`: a path as it is, the content of a file as bytes, text or JSON."""
    path = os.path.join(root, contract.artifact_parameter(parameter.name))
    kind = parameter.annotation
    if not os.path.lexists(path):
        if parameter.has_default:
            return _NOTHING
        raise InputError(f"`{parameter.name}`: the artifact is not at {path}: the step before it produced none")
    if parameter.is_path:
        return kind(path)
    if os.path.isdir(path):
        raise InputError(f"`{parameter.name}`: expected a file with {parameter.form.name}, got the folder {path}")
    try:
        with open(path, "rb") as file:
            data = file.read()
        if kind is bytes:
            return data
        text = data.decode("utf-8")
        return text if kind is str else from_text(parameter.form, text)
    except CodecError as error:
        raise InputError(error.at(parameter.name)) from None
    except (OSError, ValueError) as error:
        raise InputError(f"`{parameter.name}`: the artifact at {path} cannot be read: {error}") from None
