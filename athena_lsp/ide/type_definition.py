"""Where the types of values between steps are declared."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.algebra import parts
from athena_lsp.analysis.attempts import attempt_type
from athena_lsp.analysis.types import field_of
from athena_lsp.ide.definition import Target
from athena_lsp.ide.thing import Thing, thing_at
from athena_lsp.ir.model import Step
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import AliasOf, ClassOf, EnumOf, ListOf, NewTypeOf, Type
from athena_lsp.project import Project


def type_definitions(project: Project, path: str, offset: int) -> tuple[Target, ...]:
    """Where each class, enum, new type and alias in the type of the thing at the cursor is declared; of a template,
    those in the type of its result."""
    thing = thing_at(project, path, offset)
    type_ = type_of_thing(project, thing) if thing else None
    if thing is None or type_ is None:
        return ()
    places = (project.locate(declaration) for declaration in dict.fromkeys(_declared(type_)))
    return tuple(Target(thing.span, place) for place in places if place)


def implementations(project: Project, path: str, offset: int) -> tuple[Target, ...]:
    """The function that runs when the template at the cursor is called."""
    thing = thing_at(project, path, offset)
    place = project.locate(thing.declaration) if thing and thing.kind == "template" else None
    return (Target(thing.span, place),) if thing and place else ()


def type_of_thing(project: Project, thing: Thing) -> Type | None:
    """The type of a parameter, of a field, of what a template gives, or of the result that a name is bound to."""
    declaration = thing.declaration
    owner = Declaration(declaration.path, declaration.name)
    match thing.kind:
        case "template":
            face = project.facts.signature(declaration)
            return face.returns if face else None
        case "parameter":
            face = project.facts.signature(owner)
            parameter = face.parameter(declaration.member) if face else None
            return parameter.type if parameter else None
        case "field":
            field = field_of(project.facts, ClassOf(owner, owner.name), declaration.member)
            return field.type if field else None
        case "result":
            definition = project.facts.definition(owner)
            steps = (
                [each for each in walk(definition.body, Step) if each.name == declaration.member] if definition else []
            )
            return result_type(steps[0]) if steps else None
        case "volume":
            return None


def result_type(step: Step) -> Type:
    """What the name of a step is bound to: of a fan-out the list of the results, of an attempt how it ended."""
    one = attempt_type(step.callee.returns) if step.attempted else step.callee.returns
    return ListOf(one) if step.item is not None else one


def _declared(type_: Type) -> Iterator[Declaration]:
    if isinstance(type_, ClassOf | EnumOf | NewTypeOf | AliasOf) and type_.declaration.path:
        yield type_.declaration
    for part in parts(type_):
        yield from _declared(part)
