"""Values written down in a program, made at random for a type: numbers, texts, members of enums, displays of these."""

from __future__ import annotations

from random import Random

from tests.types.terms import DICTS, LISTS, SETS, Term, World

SCALAR_EXAMPLES = {
    "int": ("3", "-1"),
    "float": ("2.5", "3"),
    "bool": ("True", "False"),
    "str": ('"x"', '"a"'),
    "bytes": ('b"x"',),
    "None": ("None",),
    "LiteralString": ('"x"',),
    "object": ('"x"', "3", "[1]"),
    "Any": ("3", "{}"),
    "Json": ('{"a": [1, None]}', '"x"', "[]"),
    "Numbers": ("[1, [2.5]]", "3"),
    "Bools": ("[True, [False]]", "True"),
    "PositiveInt": ("3",),
    "UserId": ("3",),
    "AdminId": ("3",),
    "Mail": ('"x"',),
    "Ids": ("[1]",),
    "Colour": ("Colour.RED", "Colour.GREEN"),
    "Stage": ("Stage.TEST",),
    "Level": ("Level.LOW",),
    "Mode": ("Mode.FAST",),
    "Only": ("Only.ONE",),
    "Access": ("Access.READ",),
    "Functional": ("Functional.UP",),
}
KEY_EXAMPLES = {
    "name": ('"a"', "Stage.TEST", "None", "3"),
    "size": ("3", "2.5", "True", '"x"'),
    "tags": ('["x"]', "[]", "[Mode.FAST]", '("x",)', "[3]"),
    "table": ('{"a": 1}', "{}", '{"a": True}', '{"a": 2.5}'),
}
"""For the keys of TypedDicts; they fit some of the types that a key may have."""


OUTERMOST = 4
"""The depth of the value itself; what stands inside has less."""


def example(world: World, term: Term, depth: int = OUTERMOST) -> str:
    """A value that has the type, if one can be written down; anything else, if not."""
    random, parts = world.random, term.parts
    match term.head:
        case "union":
            return example(world, random.choice(parts), depth)
        case "note":
            return example(world, parts[0], depth)
        case "literal":
            return str(random.choice(parts))
        case "tuple":
            return _tuple([example(world, part, depth - 1) for part in parts])
        case "rest" | "Pair":
            return _tuple(_alike([example(world, parts[0], depth - 1) for _ in range(2)], depth))
        case "spread0" | "spread1" | "spread2":
            return _tuple([example(world, part, depth - 1) for part in parts])
        case "Table":
            return f'{{"k": [{example(world, parts[0], depth - 1)}]}}'
        case "Either":
            return example(world, parts[0], depth - 1)
        case head if head in LISTS and parts:
            items = _alike([example(world, parts[0], depth - 1) for _ in range(random.randrange(3))], depth)
            return _tuple(items) if random.random() < 0.2 else f"[{', '.join(items)}]"
        case head if head in SETS and parts:
            return f"{{{example(world, parts[0], 0)}}}"
        case head if head in DICTS and parts:
            keys = dict.fromkeys(example(world, parts[0], 0) for _ in range(random.randrange(3)))
            return f"{{{', '.join(f'{key}: {example(world, parts[1], depth - 1)}' for key in keys)}}}"
        case head if head in world.typed_dicts:
            return _keys(random, world.typed_dicts[head])
        case head if head.startswith("Alias") and depth > 0:
            return example(world, world.kin[head][0], depth - 1)
        case head:
            return random.choice(SCALAR_EXAMPLES.get(head, ('"x"', "3")))


def _alike(items: list[str], depth: int) -> list[str]:
    """The items, or the first again and again inside a display: pyright gives up on unlike items there."""
    inside = depth < OUTERMOST or any("{" in item for item in items)
    return [items[0]] * len(items) if inside and items else items


def _tuple(items: list[str]) -> str:
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"


def _keys(random: Random, keys: dict[str, bool]) -> str:
    """A display with the keys of a TypedDict, often all that must be there."""
    given = [key for key, required in keys.items() if random.random() < (0.95 if required else 0.5)]
    values = {key: random.choice(KEY_EXAMPLES.get(key.rstrip("0123456789"), ("[]",))) for key in given}
    return "{" + ", ".join(f'"{key}": {value}' for key, value in values.items()) + "}"
