"""What a function returned, written where Argo looks for it: all of it or nothing."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from athena_runtime import contract
from athena_runtime.codec.form import CodecError
from athena_runtime.codec.text import to_text, untaken
from athena_runtime.pod.input_error import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from athena_runtime.pod.target import Target

__all__ = ["ResultError", "store_reason", "store_result"]


class ResultError(Exception):
    """The function returned what its annotation does not allow, or more than a parameter can carry."""


def store_result(target: Target, value: Any, root: str) -> None:
    """The result in `out/return` or `out/artifact`. Raises ResultError."""
    try:
        if target.result.is_artifact:
            _store_artifact(target, value, os.path.join(root, contract.RETURN_ARTIFACT))
        else:
            text = to_text(target.result.form, value)
            _check_size(target, text)
            _whole(os.path.join(root, contract.RETURN), lambda part: _write(part, text.encode("ascii")))
    except CodecError as error:
        raise ResultError(f"the result of `{target.template}`: {error.at(contract.RETURN_NAME)}") from None
    except OSError as error:
        raise ResultError(f"the result of `{target.template}` cannot be written: {error}") from None


def store_reason(message: str, root: str) -> None:
    """Why there is no result, in its place (`contract.RAISED`): `attempt` reads it. A place that cannot be written is
    left alone."""
    line = " ".join(message.split())[: contract.RAISED_LIMIT]
    try:
        data = (contract.RAISED + untaken(json.dumps(line, ensure_ascii=True))).encode("ascii")
        _whole(os.path.join(root, contract.RETURN), lambda part: _write(part, data))
    except OSError:
        pass


def _store_artifact(target: Target, value: Any, path: str) -> None:
    result = target.result
    if result.is_path:
        encoded = result.form.encode(value)
        _whole(path, lambda part: _copy(encoded, part))
        return
    if result.annotation in (bytes, str):
        result.form.encode(value)
        data = value if isinstance(value, bytes) else value.encode("utf-8")
    else:
        data = to_text(result.form, value).encode("ascii")
    _whole(path, lambda part: _write(part, data))


def _check_size(target: Target, text: str) -> None:
    given = os.environ.get(contract.LARGEST_RESULT_VARIABLE, "")
    if given and not given.isdecimal():
        raise InputError(f"{contract.LARGEST_RESULT_VARIABLE} is a number of bytes, not {given!r}")
    largest = int(given or contract.LARGEST_RESULT)
    if len(text) > largest:
        raise ResultError(
            f"the result of `{target.template}` has {len(text):,} bytes of JSON, more than the {largest:,} that a "
            f"parameter may have: return `Artifact[{target.result.form.name}]`"
        )


def _whole(path: str, write: Callable[[str], None]) -> None:
    """A file or folder that is there once all of it is; what stood there before is gone then."""
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    part = os.path.join(folder, f".{name}.part-{os.getpid()}")
    try:
        write(part)
        if os.path.isdir(part) or os.path.isdir(path):
            _remove(path)
        os.replace(part, path)
    except BaseException:  # also when the pod is told to stop
        _remove(part)
        raise


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):
        import shutil  # noqa: PLC0415 (only folders need it)

        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        os.unlink(path)


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _copy(source: str, target: str) -> None:
    """A file or a folder, with what links in it lead to."""
    import shutil  # noqa: PLC0415 (only files and folders as results need it)

    if os.path.isdir(source):
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
