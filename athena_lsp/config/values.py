"""What the value of a setting may be: each kind with its reader, its name for people and its JSON Schema."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from athena_lsp.analysis.kubernetes_names import IMAGE, image_problem, label_value_problem, qualified_name_problem
from athena_lsp.records import dataclass
from athena_lsp.settings import SecretKey, kebab_version

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
DNS_NAME = re.compile(rf"{DNS_LABEL.pattern}(\.{DNS_LABEL.pattern})*")
VERSION = re.compile(r"v?([0-9]+)\.([0-9]+)(\.[0-9]+)?")
PYTHON_VERSION = re.compile(r"3\.[1-9][0-9]")
PROCESSORS = ("x86_64", "aarch64")
KEY_PART = r"(?:[^/.]|\.[^/.]|\.\.[^/])[^/]*"
OBJECT_KEY = re.compile(rf"{KEY_PART}(/{KEY_PART})*")
LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
LABEL_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
LABEL_KEY = re.compile(rf"(?!athena/)({DNS_NAME.pattern}/)?{LABEL_NAME}")
OWN_LABELS = "athena/"
"""Labels with this prefix are athena's own."""
DATES = (dt.date, dt.time)
"""TOML's dates and times; a `datetime` is a `date`."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a value does not do: `expected` is a phrase that follows "must be"."""

    expected: str
    hint: str = ""
    new_value: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: what people call it, how it is read, and the JSON Schema of what is read without complaint."""

    title: str
    read: Callable[[Any], Any]
    schema: Mapping[str, Any]


def text_problem(value: Any) -> str:
    """Why a value is no value of a label; empty when it is one."""
    return label_value_problem(value) if isinstance(value, str) else "is no text"


def label_key_problem(key: str) -> str:
    """Why nobody may set a label of this key; empty when one may."""
    return "belongs to athena itself" if key.startswith(OWN_LABELS) else qualified_name_problem(key)


def json_of(value: Any) -> Any:
    """A TOML value as JSON: dates and times are texts (RFC 3339). A Wrong for a number that JSON does not have."""
    if isinstance(value, float) and not math.isfinite(value):
        return Wrong("a value that JSON can tell: it knows no infinity and no `nan`")
    if isinstance(value, DATES):
        return value.isoformat()
    if isinstance(value, list):
        items = [json_of(item) for item in value]
        return next((item for item in items if isinstance(item, Wrong)), items)
    if isinstance(value, dict):
        entries = {key: json_of(item) for key, item in value.items()}
        return next((item for item in entries.values() if isinstance(item, Wrong)), entries)
    return value


def _text(value: Any) -> str | Wrong:
    return value if isinstance(value, str) and value.strip() else Wrong("a text that is not empty")


def _image(value: Any) -> str | Wrong:
    text = _text(value)
    if isinstance(text, Wrong):
        return text
    problem = image_problem(text)
    return Wrong(f"the name of an image, such as `registry/name:tag`: this one {problem}") if problem else value


def _any_text(value: Any) -> str | Wrong:
    return value if isinstance(value, str) else Wrong("a text")


def _flag(value: Any) -> bool | Wrong:
    return value if isinstance(value, bool) else Wrong("`true` or `false`")


def _label(value: Any) -> str | Wrong:
    if isinstance(value, str) and DNS_LABEL.fullmatch(value) and len(value) <= 63:
        return value
    better = kebab_version(value)[:63].strip("-") if isinstance(value, str) else ""
    return Wrong("lower-case letters, digits and `-`, 63 at most", new_value=json.dumps(better) if better else "")


def _name(value: Any) -> str | Wrong:
    if isinstance(value, str) and DNS_NAME.fullmatch(value) and len(value) <= 253:
        return value
    return Wrong("a Kubernetes name: lower-case letters, digits, `-` and `.`")


OLDEST_ARGO = (3, 6)
FROM_OLDEST = re.compile(r"v?0*(?:3\.0*(?:[6-9]|[1-9][0-9]+)|(?:[4-9]|[1-9][0-9]+)\.[0-9]+)(?:\.[0-9]+)?")
TOO_OLD = '`"3.6"` or later: older ones cannot hand results on from one template to another'


def _argo_version(value: Any) -> tuple[int, int] | Wrong:
    if isinstance(value, str) and (match := VERSION.fullmatch(value)):
        version = int(match[1]), int(match[2])
        return version if version >= OLDEST_ARGO else Wrong(TOO_OLD)
    quoted = f'"{value}"' if isinstance(value, float) else ""
    return Wrong('a version as a text, such as `"3.6"`', new_value=quoted)


def _python(value: Any) -> str | Wrong:
    if isinstance(value, str) and PYTHON_VERSION.fullmatch(value):
        return value
    quoted = f'"{value}"' if isinstance(value, float) else ""
    return Wrong('a version of Python as a text, from `"3.10"`, without a third part', new_value=quoted)


def _architectures(value: Any) -> tuple[str, ...] | Wrong:
    good = isinstance(value, list) and value and all(item in PROCESSORS for item in value)
    if good and len(set(value)) == len(value):
        return tuple(name for name in PROCESSORS if name in value)
    return Wrong('a list of `"x86_64"` and `"aarch64"`, or one of them')


def _prefix(value: Any) -> str | Wrong:
    if isinstance(value, str) and OBJECT_KEY.fullmatch(value):
        return value
    return Wrong("a part of an object key, such as `athena` or `teams/data`, without `/` at its ends")


def _texts(value: Any) -> tuple[str, ...] | Wrong:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return Wrong("a list of texts", new_value=f"[{json.dumps(value)}]" if isinstance(value, str) else "")


def _secret_key(value: Any) -> SecretKey | Wrong:
    if isinstance(value, dict) and set(value) == {"name", "key"} and all(_is_text(part) for part in value.values()):
        return SecretKey(value["name"], value["key"])
    return Wrong('a key of a Secret, such as `{ name = "s3", key = "accesskey" }`')


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def one_of(*words: str) -> Kind:
    """A choice between words."""
    quoted = [f"`{json.dumps(word)}`" for word in words]
    expected = f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    return Kind(expected, lambda value: value if value in words else Wrong(expected), {"enum": list(words)})


def whole(pattern: re.Pattern[str]) -> str:
    """The pattern as JSON Schema has it: it must say itself that it is of the whole text."""
    return f"^(?:{pattern.pattern})$"


FILLED: Mapping[str, Any] = {"type": "string", "minLength": 1}
SECRET_KEY: Mapping[str, Any] = {
    "type": "object",
    "properties": {"name": dict(FILLED), "key": dict(FILLED)},
    "required": ["name", "key"],
    "additionalProperties": False,
}

TEXT = Kind("text", _text, {"type": "string", "pattern": r"\S"})
IMAGE_NAME = Kind("name of an image", _image, {"type": "string", "pattern": whole(IMAGE)})
ANY_TEXT = Kind("text", _any_text, {"type": "string"})
FLAG = Kind("`true` or `false`", _flag, {"type": "boolean"})
LABEL = Kind("lower-case name", _label, {"type": "string", "pattern": whole(DNS_LABEL), "maxLength": 63})
NAME = Kind("Kubernetes name", _name, {"type": "string", "pattern": whole(DNS_NAME), "maxLength": 253})
ARGO_VERSION = Kind("version as a text", _argo_version, {"type": "string", "pattern": whole(FROM_OLDEST)})
PYTHON = Kind("version as a text", _python, {"type": "string", "pattern": whole(PYTHON_VERSION)})
ARCHITECTURES = Kind(
    "list of processors",
    _architectures,
    {"type": "array", "items": {"enum": list(PROCESSORS)}, "minItems": 1, "uniqueItems": True},
)
PREFIX = Kind("part of an object key", _prefix, {"type": "string", "pattern": whole(OBJECT_KEY)})
TEXTS = Kind("list of texts", _texts, {"type": "array", "items": {"type": "string"}})
SECRET = Kind("key of a Secret", _secret_key, SECRET_KEY)
