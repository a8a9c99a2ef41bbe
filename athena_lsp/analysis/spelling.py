"""How a type is written in a file: with the names that the file has, and the imports that it lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from athena_lsp.analysis.scope import Builtin, Declared, External, Module, Runtime, canonical, resolve
from athena_lsp.analysis.summary import Imported
from athena_lsp.analysis.view import View
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import (
    AliasOf,
    AnyType,
    ArtifactOf,
    ClassOf,
    DictKind,
    DictOf,
    EnumOf,
    ListOf,
    LiteralOf,
    NewTypeOf,
    Opaque,
    Scalar,
    ScalarKind,
    SecretType,
    SetOf,
    TupleOf,
    TupleRest,
    TupleSpread,
    Type,
    UnionOf,
    Unresolved,
    VariableOf,
)
from athena_lsp.records import dataclass, field

LIBRARY = {
    **{kind: ("datetime", kind.value) for kind in (ScalarKind.DATETIME, ScalarKind.DATE, ScalarKind.TIME)},
    ScalarKind.TIMEDELTA: ("datetime", "timedelta"),
    ScalarKind.DECIMAL: ("decimal", "Decimal"),
    ScalarKind.UUID: ("uuid", "UUID"),
    ScalarKind.PATH: ("pathlib", "Path"),
}
BUILTIN_COLLECTIONS = frozenset({"list", "set", "frozenset", "dict"})
COLLECTIONS = {
    **dict.fromkeys(("deque", "OrderedDict", "defaultdict", "Counter"), "collections"),
    "AbstractSet": "typing",
}
"""Where a collection is imported from; all others are abstract, and in `collections.abc`."""
MAX_FILES = 500
"""So many files are followed at most to find out whether an import would go in a circle."""

Meaning = str | Declaration
"""What a name stands for: a declaration of the project, or the dotted name of something from elsewhere."""


@dataclass(frozen=True, slots=True, order=True)
class NewImport:
    """`from module import name`, which a file needs and does not have; `import module` without a name."""

    module: str
    name: str


def has_name(view: View, path: str, wanted: NewImport) -> bool:
    """Whether a file has a name for it already, also by `from athena_runtime import *`."""
    if (wanted.name or wanted.module) in view.names(path):
        return True
    return bool(wanted.name) and resolve(view, path, wanted.name) == Runtime(wanted.name)


@dataclass(frozen=True, slots=True)
class Spelling:
    """The text of a type in one place of a file, and the imports that it needs there."""

    text: str
    imports: tuple[NewImport, ...] = ()


def spell(view: View, path: str, before: str, type_: Type) -> Spelling | None:
    """A type as an annotation of the top-level definition `before` of a file; None when it cannot be written there.

    A class that the file declares only further down is written as text, since Python reads annotations at once.
    """
    names: Mapping[Meaning, str] = view.ask(("names-for-types", path), lambda: _names(view, path), {})
    writing = _Writing(view, path, before, names)
    try:
        text = _text(writing, type_)
    except _CannotBeWritten:
        return None
    return Spelling(f'"{text}"' if writing.is_late else text, tuple(sorted(writing.imports)))


class _CannotBeWritten(Exception):  # noqa: N818 - it never leaves this module
    """There is no text for a part of the type in that file."""


@dataclass(slots=True)
class _Writing:
    view: View
    path: str
    before: str
    names: Mapping[Meaning, str]
    imports: set[NewImport] = field(default_factory=set)
    is_late: bool = False


def _names(view: View, path: str) -> Mapping[Meaning, str]:
    """Everything that the file has a name for; of several names the first."""
    found: dict[Meaning, str] = {}
    for name in view.names(path):
        match resolve(view, path, name):
            case Declared(declaration=declaration):
                found.setdefault(declaration, name)
            case External() | Runtime() as known:
                found.setdefault(canonical(known), name)
            case Module(name=module, path=None):
                found.setdefault(f"module {module}", name)
            case Module(path=str(module_path)):
                found.setdefault(f"module {module_path}", name)
            case _:
                pass
    return found


def _text(writing: _Writing, type_: Type) -> str:
    match type_:
        case Scalar(kind=kind):
            return _scalar(writing, kind)
        case ListOf(item=item, kind=kind):
            return f"{_collection(writing, kind.value)}[{_text(writing, item)}]"
        case SetOf(item=item, kind=kind):
            return f"{_collection(writing, kind.value)}[{_text(writing, item)}]"
        case DictOf(key=key, value=value, kind=kind):
            parts = [_text(writing, part) for part in ((key,) if kind is DictKind.COUNTER else (key, value))]
            return f"{_collection(writing, kind.value)}[{', '.join(parts)}]"
        case TupleOf(items=items):
            return f"{_builtin(writing, 'tuple')}[{_listed(writing, items) or '()'}]"
        case TupleRest(item=item):
            return f"{_builtin(writing, 'tuple')}[{_text(writing, item)}, ...]"
        case TupleSpread(before=before, item=item, after=after):
            parts = [*(_text(writing, part) for part in before), f"*tuple[{_text(writing, item)}, ...]"]
            return f"{_builtin(writing, 'tuple')}[{', '.join([*parts, *(_text(writing, part) for part in after)])}]"
        case UnionOf(members=members):
            return " | ".join(_text(writing, member) for member in members)
        case LiteralOf(values=values):
            words = ", ".join(json.dumps(v, ensure_ascii=False) if isinstance(v, str) else repr(v) for v in values)
            return f"{_known(writing, 'typing', 'Literal')}[{words}]"
        case EnumOf(declaration=declaration, case=case):
            name = _declared(writing, declaration)
            return f"{_known(writing, 'typing', 'Literal')}[{name}.{case}]" if case else name
        case (
            ClassOf(declaration=declaration, arguments=arguments)
            | AliasOf(declaration=declaration, arguments=arguments)
        ):
            name = _declared(writing, declaration)
            return f"{name}[{_listed(writing, arguments)}]" if arguments else name
        case NewTypeOf(declaration=declaration):
            return _declared(writing, declaration)
        case ArtifactOf(item=item):
            return f"{_known(writing, 'athena_runtime', 'Artifact')}[{_text(writing, item)}]"
        case AnyType() | Opaque() | SecretType() | VariableOf() | Unresolved():
            raise _CannotBeWritten


def _listed(writing: _Writing, types: Iterable[Type]) -> str:
    return ", ".join(_text(writing, type_) for type_ in types)


def _scalar(writing: _Writing, kind: ScalarKind) -> str:
    if kind is ScalarKind.NONE:
        return "None"
    return _known(writing, *LIBRARY[kind]) if kind in LIBRARY else _builtin(writing, kind.value)


def _collection(writing: _Writing, name: str) -> str:
    if name in BUILTIN_COLLECTIONS:
        return _builtin(writing, name)
    return _known(writing, COLLECTIONS.get(name, "collections.abc"), name)


def _builtin(writing: _Writing, name: str) -> str:
    if isinstance(resolve(writing.view, writing.path, name), Builtin):
        return name
    raise _CannotBeWritten


def _known(writing: _Writing, module: str, name: str) -> str:
    """A name of a module from elsewhere, such as `typing.Literal`."""
    meaning = canonical(Runtime(name) if module == "athena_runtime" else External(f"{module}.{name}"))
    if meaning in writing.names:
        return writing.names[meaning]
    if (through := writing.names.get(f"module {module}")) is not None:
        return f"{through}.{name}"
    return _imported(writing, module, name)


def _declared(writing: _Writing, declaration: Declaration) -> str:
    """A class, an enum or a new type of the project."""
    view, path = writing.view, writing.path
    if declaration in writing.names:
        writing.is_late = writing.is_late or (declaration.path == path and _is_below(writing, declaration.name))
        return writing.names[declaration]
    if (through := writing.names.get(f"module {declaration.path}")) is not None:
        return f"{through}.{declaration.name}"
    module = view.layout.module_name(declaration.path)
    if not module or view.module(path, module, 0) != declaration.path or _leads_to(view, declaration.path, path):
        raise _CannotBeWritten
    return _imported(writing, module, declaration.name)


def _imported(writing: _Writing, module: str, name: str) -> str:
    if name in writing.view.names(writing.path):
        raise _CannotBeWritten
    writing.imports.add(NewImport(module, name))
    return name


def _is_below(writing: _Writing, name: str) -> bool:
    """Whether a file binds `name` only after the definition that is to be annotated."""
    names = writing.view.names(writing.path)
    future = writing.view.bindings(writing.path, "annotations")
    if any(isinstance(binding, Imported) and binding.module == "__future__" for binding in future):
        return False
    return writing.before in names and names.index(name) > names.index(writing.before)


def _leads_to(view: View, start: str, end: str) -> bool:
    """Whether importing one file imports another, so that the other must not import it."""
    seen, pending = {start}, [start]
    while pending and len(seen) < MAX_FILES:
        for path in _imports_of(view, pending.pop()):
            if path == end:
                return True
            if path not in seen:
                seen.add(path)
                pending.append(path)
    return bool(pending)


def _imports_of(view: View, path: str) -> Iterator[str]:
    """The files of the project that a file imports when it is imported itself."""
    for name in view.names(path):
        for binding in view.bindings(path, name):
            if isinstance(binding, Imported):
                inside = f"{binding.module}.{binding.attribute}" if binding.module else binding.attribute
                for module in (binding.module, inside) if binding.attribute and inside else (binding.module,):
                    if (found := view.module(path, module, binding.level)) is not None:
                        yield found
    for star in view.stars(path):
        if (found := view.module(path, star.module, star.level)) is not None:
            yield found
