"""unknown-field: a field, key or item that a value's type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import fields_of, is_typed_dict, show
from athena_lsp.ir.model import Access, Expr, Projection, Unit, Unpack
from athena_lsp.ir.types import (
    ArtifactOf,
    ClassOf,
    DictOf,
    ListOf,
    NewTypeOf,
    Scalar,
    ScalarKind,
    TupleOf,
    TupleRest,
    Type,
    UnionOf,
)
from athena_lsp.records import replace
from athena_lsp.rules._bodies import flows, lost_projections, origin
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules._paths import access_text, accessed, accesses, bare_class, quoted
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit

MAX_LISTED = 8
"""So many fields are named in a hint at most."""
COMPUTE = "compute it in a container, and pass its result on"
WHOLE = "pass the whole value to a container that handles `None`"


@rule("a field that the type does not have", fixable=True, required=True)
def unknown_field(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        unpacked = [statement.span for statement in flow.body.every_statement if isinstance(statement, Unpack)]
        seen: set[Span] = set()
        for projection in lost_projections(flow.body):
            if flow.is_nothing(projection):
                continue
            for owner, access in _missing(facts, projection):
                # A path that is bound to a name is walked at each use; and a tuple of the wrong length is told once.
                if access.span not in seen and not any(access.span.start in names for names in unpacked):
                    seen.add(access.span)
                    found = _finding(facts, owner, access)
                    yield replace(
                        found, related=found.related or origin(facts, flow, _before(projection, owner, access))
                    )


def _before(projection: Projection, owner: Type, access: Access) -> Expr:
    """The part of a path in front of an access."""
    path = projection.path[: next(at for at, each in enumerate(projection.path) if each is access)]
    return replace(projection, path=path, type=owner) if path else projection.base


def _missing(facts: Facts, projection: Projection) -> Iterator[tuple[Type, Access]]:
    """The access of a path that finds nothing, with the type it is made on; none when all find something."""
    for owner, access in accesses(facts, projection):
        if accessed(facts, owner, access) is None and not isinstance(owner, ArtifactOf):
            yield owner, access


def _finding(facts: Facts, type_: Type, access: Access) -> Finding:
    """What is wrong with an access that finds nothing."""
    fixes: tuple[Mend, ...] = ()
    owner = type_
    while isinstance(owner, NewTypeOf):
        owner = owner.base
    match owner:
        case ClassOf():
            return _of_class(facts, owner, access)
        case UnionOf(members=members):
            return _of_union(facts, owner, members, access)
        case DictOf() if access.attribute and isinstance(access.key, str):
            right = f"[{quoted(access.key)}]"
            return _respelled(access, f"`{show(type_)}` has keys, not fields", right, ())
        case TupleOf(items=items) if isinstance(access.key, int):
            message = f"`{show(type_)}` has no item {access.key}: it has {len(items)}, counted from 0"
            hint = f"use an index from 0 to {len(items) - 1}" if items else "use the whole value"
            last = str(len(items) - 1)
            fixes = (Mend(f"Replace with `{last}`", (TextEdit(access.span, last),)),) if items else ()
        case ListOf(item=item) | TupleRest(item=item) if accessed(facts, item, access) is not None:
            message = f"`{show(type_)}` is a list and has no {_part(access)}: its items have"
            hint = f"take one item first, as in `[0]{_written(access)}`, or read it in the step that takes the list"
            fixes = _first_item(access)
        case _:
            message, hint = f"`{show(type_)}` has no {_part(access)}", COMPUTE
    return Finding(span=access.span, message=message, hints=(hint,), fixes=fixes)


def _first_item(access: Access) -> tuple[Mend, ...]:
    """The field of the first item: a `[0]` before the dot."""
    at = access.span.start - 1
    return (Mend("Take the first item", (TextEdit(Span(at, at), "[0]"),)),) if access.attribute else ()


def _of_class(facts: Facts, class_: ClassOf, access: Access) -> Finding:
    fields = [field.name for field in fields_of(facts, class_)]
    related = (Related(f"`{class_.name}` is declared here", class_.declaration),)
    if access.key in fields:
        typed_dict = is_typed_dict(facts, class_)
        kind = "is a TypedDict" if typed_dict else "is no dictionary"
        right = f"[{quoted(access.key)}]" if typed_dict else f".{access.key}"
        return _respelled(access, f"`{class_.name}` {kind}, so its fields are read as `{right}`", right, related)
    near = nearest(str(access.key), fields)
    return Finding(
        span=access.span,
        message=f"`{show(class_)}` has no field `{access.key}`",
        related=related,
        hints=(f"use {listed(near or fields[:MAX_LISTED])}" if fields else f"declare it in `{class_.name}`",),
        fixes=(
            *_deeper(facts, class_, access),
            *replacements(access.span, near if access.attribute else map(quoted, near)),
        ),
    )


def _deeper(facts: Facts, class_: ClassOf, access: Access) -> tuple[Mend, ...]:
    """The only field of a field that has the name: `report.city` may have meant `report.address.city`."""
    found = [
        (f"{field.name}.{access.key}", access_text(facts, class_, field.name) + access_text(facts, inner, part.name))
        for field in fields_of(facts, class_)
        if (inner := bare_class(field.type)) is not None
        for part in fields_of(facts, inner)
        if part.name == access.key
    ]
    if len(found) != 1:
        return ()
    ((path, text),) = found
    return (Mend(f"Use the field `{path}`", (TextEdit(_whole(access), text),)),)


def _of_union(facts: Facts, union: UnionOf, members: tuple[Type, ...], access: Access) -> Finding:
    """The first member without the field decides; `None` only when it is the only one."""
    none = Scalar(ScalarKind.NONE)
    lacking = [member for member in members if member != none and accessed(facts, member, access) is None]
    if lacking:
        return _finding(facts, lacking[0], access)
    message = f"`{show(union)}` may be `None`, which has no {_part(access)}"
    return Finding(span=access.span, message=message, hints=(WHOLE,))


def _respelled(access: Access, message: str, right: str, related: tuple[Related, ...]) -> Finding:
    """The same name in the other spelling: `.name` for `["name"]`, or the other way round."""
    fix = Mend(f"Write `{right}`", (TextEdit(_whole(access), right),))
    return Finding(span=access.span, message=message, related=related, hints=(f"write `{right}`",), fixes=(fix,))


def _whole(access: Access) -> Span:
    """An access with its dot or its brackets."""
    return Span(access.span.start - 1, access.span.end + (0 if access.attribute else 1))


def _part(access: Access) -> str:
    if access.attribute:
        return f"field `{access.key}`"
    return f"item {access.key}" if isinstance(access.key, int) else f"key `{quoted(access.key)}`"


def _written(access: Access) -> str:
    return f".{access.key}" if access.attribute else f"[{quoted(access.key)}]"
