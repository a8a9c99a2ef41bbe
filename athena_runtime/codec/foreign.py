"""Classes of pydantic and msgspec: our forms for the fields, their own libraries for what they check and make."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from athena_runtime.codec.form import CodecError, Form, Json, NoFormError, got, mismatch
from athena_runtime.codec.records import FieldPart, Parts, called

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["RootForm", "library_form", "parts_of"]

_PLACE = re.compile(r" - at `\$(?P<path>.*)`$")
_SECRETS = ("SecretStr", "SecretBytes", "Secret")


def parts_of(kind: Any) -> Callable[[Any], Parts] | None:
    """What takes a class of one of the libraries apart; None for any other class. Neither library is imported here."""
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and (issubclass(kind, pydantic.BaseModel) or "__pydantic_validator__" in vars(kind)):
        return pydantic_parts
    return msgspec_parts if hasattr(kind, "__struct_fields__") and "msgspec" in sys.modules else None


def pydantic_parts(kind: Any) -> Parts:
    """The fields under the keys that pydantic writes, and those that it computes; its own code makes the object."""
    if not getattr(kind, "__pydantic_complete__", True):
        kind.model_rebuild(raise_errors=False)
    infos: Mapping[str, Any] = kind.__pydantic_fields__
    computed: Mapping[str, Any] = kind.__pydantic_decorators__.computed_fields
    fields = [
        FieldPart(name, info.is_required(), info.serialization_alias or info.alias or name, info.annotation)
        for name, info in infos.items()
    ]
    fields += [
        FieldPart(name, False, each.info.alias or name, each.info.return_type, is_computed=True)
        for name, each in computed.items()
    ]
    inputs = {name: _input_name(name, info) for name, info in infos.items()}
    adapter: Any = None

    def make(values: dict[str, Any], more: Mapping[str, Json]) -> Any:
        nonlocal adapter
        pydantic = sys.modules["pydantic"]
        adapter = adapter or pydantic.TypeAdapter(kind)
        try:
            return adapter.validate_python({**more, **{inputs[name]: value for name, value in values.items()}})
        except pydantic.ValidationError as error:
            raise _pydantic_error(error) from None
        except Exception as error:
            raise CodecError(f"`{kind.__qualname__}` refuses it: {type(error).__name__}: {error}") from error

    return Parts(fields, make, takes_more=True)


def _input_name(name: str, info: Any) -> str:
    """What a field is read by: its alias, or the first of several."""
    alias = info.validation_alias or info.alias or name
    choices = getattr(alias, "choices", None)
    first = choices[0] if choices else alias
    path = getattr(first, "path", None)
    if path is not None and len(path) != 1:
        raise NoFormError(f"the field `{name}` is read from the path {path}, and not written there")
    return str(path[0] if path is not None else first)


def _pydantic_error(error: Any) -> CodecError:
    """The first thing that pydantic says, and how many more there are."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    problem = CodecError(f"{found[0]['msg']}{more}")
    for part in reversed(found[0]["loc"]):
        problem.under(f"[{part}]" if isinstance(part, int) else f".{part}")
    return problem


class RootForm:
    """A pydantic `RootModel`: what it holds, without an object around it."""

    def __init__(self, name: str, kind: Any, root: Form) -> None:
        self.name = name
        self.kind = kind
        self.root = root

    def owns(self, value: object) -> bool:
        return type(value) is self.kind

    def encode(self, value: Any) -> Json:
        if not isinstance(value, self.kind):
            raise got(self.name, value)
        return self.root.encode(value.root)

    def decode(self, value: Json, strict: bool) -> Any:
        root = self.root.decode(value, strict)
        try:
            return self.kind(root)
        except sys.modules["pydantic"].ValidationError as error:
            raise _pydantic_error(error) from None


def msgspec_parts(kind: Any) -> Parts:
    """The fields of a struct under the keys that msgspec writes, with its tag; limits are checked by msgspec.

    One that is `array_like` is an object as well: between steps names are safer than places.
    """
    msgspec = sys.modules["msgspec"]
    config = kind.__struct_config__
    limited = {info.name: info for info in _infos(msgspec, kind) if "Meta(" in repr(info.type)}

    def make(values: dict[str, Any], more: Mapping[str, Json]) -> Any:
        if more and config.forbid_unknown_fields:
            raise CodecError(f"`{kind.__qualname__}` has no field `{next(iter(more))}`")
        for name, info in limited.items():
            if name in values:
                _check_limits(msgspec, info, values[name])
        return called(kind, values)

    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    given = dict(zip(reversed(names), reversed(defaults), strict=False))
    fields = [
        FieldPart(name, given.get(name, msgspec.NODEFAULT) is msgspec.NODEFAULT, key)
        for name, key in zip(names, kind.__struct_encode_fields__, strict=True)
    ]
    tag = (config.tag_field, config.tag) if config.tag_field is not None else None
    return Parts(fields, make, takes_more=True, tag=tag, unset=msgspec.UNSET)


def _infos(msgspec: Any, kind: Any) -> Sequence[Any]:
    """What msgspec knows of the fields; nothing where it cannot read an annotation, which is then without limits."""
    try:
        found: Sequence[Any] = msgspec.structs.fields(kind)
    except Exception:  # noqa: BLE001 (names under TYPE_CHECKING, unions of texts)
        return ()
    return found


def _check_limits(msgspec: Any, info: Any, value: Any) -> None:
    try:
        msgspec.convert(value, info.type)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PLACE.search(text)
        problem = CodecError(_PLACE.sub("", text).replace("Expected", "expected", 1))
        raise problem.under(found["path"] if found else "").under(f".{info.encode_name}") from None
    except Exception:  # noqa: BLE001 (a type that only our forms know: it has no limits of msgspec's)
        return


def library_form(kind: Any) -> Form | None:
    """The form of one of the libraries' own types, such as pydantic's `HttpUrl`; None for any other."""
    if kind.__module__ == "msgspec" and kind.__name__ == "UnsetType":
        return _Unset()
    pydantic = sys.modules.get("pydantic")
    if pydantic is None or kind.__module__.partition(".")[0] not in ("pydantic", "pydantic_core"):
        return None
    if kind.__name__ in _SECRETS:
        raise NoFormError(f"a `{kind.__name__}` does not leave its pod; hand on the name of the secret, not its value")
    return _Library(kind.__name__, pydantic.TypeAdapter(kind), pydantic.ValidationError)


class _Library:
    """A type that pydantic alone reads and writes."""

    def __init__(self, name: str, adapter: Any, error: type[Exception]) -> None:
        self.name = name
        self.adapter = adapter
        self.error = error

    def owns(self, value: object) -> bool:  # noqa: ARG002
        return False

    def encode(self, value: Any) -> Json:
        try:
            written = self.adapter.dump_python(value, mode="json", warnings="error")
        except Exception:  # noqa: BLE001 (a value of another type)
            raise got(self.name, value) from None
        return written

    def decode(self, value: Json, strict: bool) -> Any:  # noqa: ARG002
        try:
            return self.adapter.validate_json(json.dumps(value))
        except self.error as error:
            raise _pydantic_error(error) from None
        except Exception:  # noqa: BLE001 (a validator of the program's)
            raise mismatch(self.name, value) from None


class _Unset:
    """msgspec's mark of a field without a value: such a field is not written."""

    def __init__(self, name: str = "UNSET") -> None:
        self.name = name

    def owns(self, value: object) -> bool:  # noqa: ARG002
        return False

    def encode(self, value: Any) -> Json:
        raise got(self.name, value)

    def decode(self, value: Json, strict: bool) -> Any:  # noqa: ARG002
        raise mismatch(self.name, value)
