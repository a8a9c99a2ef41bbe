"""Programs whose edges begin at parts of results, and behind conditions that narrow a type."""

from __future__ import annotations

from random import Random

from tests.types.terms import Term, World, filled, scalar, union
from tests.types.worlds import LENGTHS, Edge, Program, make_world

INDEXED = ("list", "Sequence", "MutableSequence", "deque", "rest", "Pair")
TABLES = ("dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict")
MOST_STEPS = 3
Taken = tuple[Term, list[str], str, Term]
"""What a step returns, the lines before the call, the argument in it, and the argument's type."""


def make_paths(seed: str, count: int, variant: frozenset[str] = frozenset()) -> Program:
    """A program with that many edges from parts of what steps return; the same for one seed, but for the variant."""
    random = Random(seed)
    world = make_world(random, variant)
    lines = world.text.split("\n")
    edges: list[Edge] = []
    for number in range(count):
        given, before, argument, part = random.choice((_part, _part, _some, _no_none, _word, _key))(world)
        taken = world.near(part, 3)
        lines += ["@container", f"def give{number}() -> {given.written(lengths=LENGTHS in variant)}: ..."]
        lines += ["@container", f"def take{number}(value: {taken}) -> None: ..."]
        lines += ["@workflow", f"def edge{number}() -> None:", f"    value = give{number}()", *before]
        lines.append(f"{' ' * (8 if before else 4)}take{number}({argument})")
        edges.append(Edge(f"{given}: {' '.join(map(str.strip, before))} {argument}", str(taken), len(lines) - 1))
    return Program("\n".join(lines) + "\n", tuple(edges))


def _part(world: World) -> Taken:
    """`value.field[0]`."""
    given = _whole(world)
    path, part = _walk(world, given)
    return given, [], f"value{path}", part


def _some(world: World) -> Taken:
    """A part of what may be None, where it is not."""
    given = _whole(world)
    path, part = _walk(world, given)
    before = world.random.choice(
        (["    if value is not None:"], ["    if value is None:", "        pass", "    else:"])
    )
    return union((given, Term("None"))), before, f"value{path}", part


def _no_none(world: World) -> Taken:
    """Any union with None, on either side of the question."""
    given = union((world.term(2), world.term(2), Term("None")))
    rest = [part for part in given.parts if str(part) != "None"]
    if world.random.random() < 0.3 or not rest:
        return given, ["    if value is None:"], "value", Term("None")
    return given, ["    if value is not None:"], "value", union(rest)


def _word(world: World) -> Taken:
    """A word of a Literal, or a member of an enum, or any of the others.

    All of one kind: pyright does not narrow a Literal that holds texts and numbers, which athena does.
    """
    random = world.random
    words = random.sample(random.choice((('"a"', '"b"', '"c"'), ("1", "2", "3"))), random.choice((2, 3)))
    if random.random() < 0.5:
        words = random.choice((["Stage.TEST", "Stage.LIVE"], ["Level.LOW", "Level.HIGH"], ["Mode.FAST", "Mode.SLOW"]))
    is_enum = "." in words[0]
    given = Term(words[0].partition(".")[0]) if is_enum and random.random() < 0.5 else Term("literal", scalar(*words))
    word = random.choice(words)
    others = [each for each in words if each != word]
    if random.random() < 0.5:
        return given, [f"    if value {'is' if is_enum else '=='} {word}:"], "value", Term("literal", scalar(word))
    return given, [f"    if value {'is not' if is_enum else '!='} {word}:"], "value", Term("literal", scalar(*others))


def _key(world: World) -> Taken:
    """A key of a TypedDict, behind the question for it where it need not be there."""
    name = world.random.choice(list(world.typed_keys))
    key = world.random.choice(list(world.typed_keys[name]))
    before = [] if world.typed_dicts[name][key] else [f'    if "{key}" in value:']
    return Term(name), before, f'value["{key}"]', Term(world.typed_keys[name][key])


def _whole(world: World) -> Term:
    """A type with parts."""
    random = world.random
    name = random.choice((*world.fields, *world.fields, *INDEXED[:3], "dict", "tuple", "rest"))
    if name in world.fields:
        return Term(name, tuple(world.term(2) for _ in world.variables.get(name, ())))
    if name in TABLES:
        return Term(name, (Term("str"), world.term(2)))
    return Term(name, tuple(world.term(2) for _ in range(2 if name == "tuple" else 1)))


def _walk(world: World, whole: Term) -> tuple[str, Term]:
    """Some steps into a type, as far as it has parts; at least one."""
    path, part = _step(world, whole)
    for _ in range(world.random.randrange(MOST_STEPS)):
        more, inner = _step(world, part)
        path, part = path + more, inner
    return path, part


def _step(world: World, term: Term) -> tuple[str, Term]:
    random, head, parts = world.random, term.head, term.parts
    if head in world.fields and len(parts) == len(world.variables.get(head, ())):
        name = random.choice(list(world.fields[head]))
        return f".{name}", filled(
            world.fields[head][name], dict(zip(world.variables.get(head, ()), parts, strict=True))
        )
    if head in INDEXED:
        return "[0]", parts[0]
    if head in TABLES and str(parts[0]) == "str":
        return '["a"]', parts[1]
    if head == "tuple" and parts:
        index = random.randrange(len(parts))
        return f"[{index}]", parts[index]
    return "", term
