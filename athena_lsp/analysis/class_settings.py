"""The settings of a class of pydantic or msgspec, and the keys that they give its fields in JSON."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from athena_lsp.analysis.heritage import class_node
from athena_lsp.analysis.known_types import known_name
from athena_lsp.analysis.scope import follow_node
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import ClassKind
from athena_lsp.records import dataclass

MODULES = ("pydantic.", "pydantic.alias_generators.", "pydantic.aliases.")
GENERATORS = frozenset(f"{module}{name}" for module in MODULES for name in ("to_camel", "to_pascal", "to_snake"))
SEVERAL = frozenset(f"{module}AliasGenerator" for module in MODULES)
KEY_MAKERS = GENERATORS | SEVERAL
"""Names of pydantic that make keys in ways that are known here."""

KeyMaker = Callable[[str], str | None]
"""The key of a field by its name; None when only the running program knows it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a setting, in the file that it stands in."""

    path: str
    node: ast.expr

    def is_constant(self, wanted: object) -> bool:
        return isinstance(self.node, ast.Constant) and self.node.value == wanted


Settings = Mapping[str, Setting]


def settings_of(view: View, classes: Iterable[Declaration]) -> Settings:
    """The settings of a class, by its own statement and those above it: what is said first counts."""
    found: dict[str, Setting] = {}
    for each in classes:
        own = {name: Setting(each.path, value) for name, value in _settings(class_node(view, each))}
        found = own | found
    return found


def key_maker(view: View, settings: Settings, kind: ClassKind) -> KeyMaker | None:
    """How settings make the keys of fields that have none of their own; None when keys are the fields' names."""
    if kind is ClassKind.PYDANTIC and (setting := settings.get("alias_generator")) is not None:
        return _generator(view, setting)
    if kind is ClassKind.MSGSPEC and (setting := settings.get("rename")) is not None:
        return _renaming(setting)
    return None


def forbids_others(settings: Settings, kind: ClassKind) -> bool:
    """Whether decoding refuses fields that the class does not have."""
    match kind:
        case ClassKind.PYDANTIC:
            return "extra" in settings and settings["extra"].is_constant("forbid")
        case ClassKind.MSGSPEC:
            return "forbid_unknown_fields" in settings and settings["forbid_unknown_fields"].is_constant(True)
        case _:
            return False


def _settings(node: ast.ClassDef | None) -> Iterator[tuple[str, ast.expr]]:
    """The settings in a class's keywords, in its `model_config`, and in a class `Config` in its body."""
    yield from named(node.keywords) if node is not None else ()
    for statement in node.body if node is not None else ():
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                | ast.AnnAssign(target=ast.Name(id="model_config"), value=value)
            ):
                yield from items(value) if value is not None else ()
            case ast.ClassDef(name="Config", body=body):
                for inner in body:
                    match inner:
                        case ast.Assign(targets=[ast.Name(id=name)], value=value):
                            yield name, value


def items(value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """What a dict, or a call with keywords, sets; the name is empty where it cannot be told."""
    match value:
        case ast.Call(keywords=keywords):
            yield from named(keywords)
        case ast.Dict(keys=keys, values=values):
            for key, item in zip(keys, values, strict=True):
                yield (str(key.value) if isinstance(key, ast.Constant) else ""), item
        case _:
            yield "", value


def named(keywords: Iterable[ast.keyword]) -> Iterator[tuple[str, ast.expr]]:
    """The keywords of a call or of a class statement; the name is empty for `**`."""
    return ((keyword.arg or "", keyword.value) for keyword in keywords)


def _generator(view: View, setting: Setting) -> KeyMaker | None:
    """Of pydantic's `alias_generator`: a function, or an `AliasGenerator`, of which the key that is written counts."""
    if setting.is_constant(None):
        return None
    node = setting.node
    if isinstance(node, ast.Call) and _known(view, setting.path, node.func) == "pydantic.AliasGenerator":
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        written = given.get("serialization_alias") or given.get("alias")
        if node.args or None in given:
            return _unknown
        return _generator(view, Setting(setting.path, written)) if written is not None else None
    return PYDANTIC.get(_known(view, setting.path, node), _unknown)


def _renaming(setting: Setting) -> KeyMaker | None:
    """Of msgspec's `rename`: a word, or a dict of names."""
    match setting.node:
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(word)):
            return MSGSPEC.get(word, _unknown)
        case ast.Dict(keys=keys, values=values):
            pairs = [
                (key.value, value.value if isinstance(value, ast.Constant) else None)
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant)
            ]
            names = {str(name): key if isinstance(key, str) else None for name, key in pairs}
            return (lambda name: names.get(name, name)) if len(names) == len(keys) else _unknown
        case _:
            return _unknown


def _known(view: View, path: str, node: ast.expr) -> str:
    entity = follow_node(view, path, node)
    return known_name(entity) if entity is not None else ""


def _unknown(name: str) -> None:  # noqa: ARG001
    return None


def to_pascal(name: str) -> str:
    """`first_name` as `FirstName`, as pydantic spells it: digits begin a word, too."""
    return re.sub(r"(?<=[0-9A-Za-z])_(?=[0-9A-Z])", "", name.title())


def to_camel(name: str) -> str:
    """`first_name` as `firstName`, as pydantic spells it."""
    if re.fullmatch(r"[a-z][A-Za-z0-9]*", name) and not re.search(r"\d[a-z]", name):
        return name
    return re.sub(r"\A_*[A-Z]", lambda start: start[0].lower(), to_pascal(name))


def to_snake(name: str) -> str:
    """`firstName` as `first_name`, as pydantic spells it."""
    words = re.sub(r"([A-Z])(?=[A-Z][a-z])", r"\1_", name)
    for before, after in (("a-z", "A-Z"), ("0-9", "A-Z"), ("a-z", "0-9")):
        words = re.sub(f"(?<=[{before}])(?=[{after}])", "_", words)
    return words.replace("-", "_").lower()


def msgspec_camel(name: str) -> str:
    """`first_name` as `firstName`, as msgspec spells it: a line in front stays."""
    lines, words = _words(name)
    return lines + "".join([words[0], *(word.title() for word in words[1:])])


def msgspec_pascal(name: str) -> str:
    """`first_name` as `FirstName`, as msgspec spells it."""
    lines, words = _words(name)
    return lines + "".join(word.title() for word in words)


def msgspec_kebab(name: str) -> str:
    """`first_name` as `first-name`, as msgspec spells it: no line stays in front or at the end."""
    return name.strip("_").replace("_", "-")


def _words(name: str) -> tuple[str, list[str]]:
    """The lines in front of a name, and its words between the others."""
    rest = name.lstrip("_")
    return "_" * (len(name) - len(rest) + (not rest)), rest.split("_")


PYDANTIC: Mapping[str, KeyMaker] = {
    "pydantic.to_camel": to_camel,
    "pydantic.to_pascal": to_pascal,
    "pydantic.to_snake": to_snake,
}
MSGSPEC: Mapping[str, KeyMaker] = {
    "lower": str.lower,
    "upper": str.upper,
    "camel": msgspec_camel,
    "pascal": msgspec_pascal,
    "kebab": msgspec_kebab,
}
