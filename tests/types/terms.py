"""Types as a program writes them, made at random: terms, and the classes, enums and aliases that they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

LISTS = ("list", "Sequence", "MutableSequence", "Iterable", "Collection", "Reversible", "deque")
SETS = ("set", "frozenset", "AbstractSet", "MutableSet")
DICTS = ("dict", "Mapping", "MutableMapping", "OrderedDict", "defaultdict")
TIMES = ("datetime", "date", "time", "timedelta")
SCALARS = ("int", "float", "bool", "str", "bytes", "None", *TIMES, "Decimal", "UUID", "Path")
WORDS = ('"a"', '"b"', '"c"')
NUMBERS = ("1", "2")


@dataclass(frozen=True, slots=True)
class Term:
    """A type expression: a name with what stands in its brackets, or a form with a word of its own.

    Forms: `union`, `literal` (parts are the values), `rest` (`tuple[X, ...]`), `spread1` (`tuple[A, *tuple[X, ...], B]`
    with one item before the star), `note` (`Annotated`).
    """

    head: str
    parts: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return self.written()

    def written(self, *, lengths: bool = False) -> str:
        """The expression; with `lengths`, a tuple with a star as the tuples of its shortest lengths."""
        inner = [part.written(lengths=lengths) for part in self.parts]
        match self.head:
            case "union":
                return " | ".join(inner)
            case "literal":
                return f"Literal[{', '.join(inner)}]"
            case "rest":
                return f"tuple[{inner[0]}, ...]"
            case "spread0" | "spread1" | "spread2":
                count = int(self.head[-1])
                middles = [f"*tuple[{inner[count]}, ...]"]
                if lengths:
                    middles = [", ".join([inner[count]] * many) for many in range(4)]
                forms = [[*inner[:count], middle, *inner[count + 1 :]] for middle in middles]
                return " | ".join(f"tuple[{', '.join(filter(None, items))}]" for items in forms)
            case "tuple":
                return f"tuple[{', '.join(inner) or '()'}]"
            case "note":
                return f'Annotated[{inner[0]}, "a note"]'
            case _:
                return f"{self.head}[{', '.join(inner)}]" if inner else self.head


def filled(term: Term, types: Mapping[str, Term]) -> Term:
    """The type with its variables replaced."""
    if not term.parts:
        return types.get(term.head, term)
    parts = tuple(filled(part, types) for part in term.parts)
    return union(parts) if term.head == "union" else Term(term.head, parts)


def scalar(*names: str) -> tuple[Term, ...]:
    return tuple(Term(name) for name in names)


@dataclass(slots=True)
class World:
    """The declarations of one program. `text` stands for them in it; the rest says what terms can be made of them."""

    random: Random
    with_stars: bool = False
    """Tuples with a star inside may be made now."""
    lines: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    """Names that take no arguments: classes, enums, new types, aliases."""
    generics: dict[str, int] = field(default_factory=dict)
    """Generic classes and aliases with the number of their parameters."""
    kin: dict[str, list[Term]] = field(default_factory=dict)
    """What a name is near to: its bases, its subclasses, what it is made of."""
    typed_dicts: dict[str, dict[str, bool]] = field(default_factory=dict)
    """The keys of each, and whether they must be there."""
    fields: dict[str, dict[str, Term]] = field(default_factory=dict)
    """The fields of classes, inherited ones too; in the type variables of the class."""
    variables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The type variables of generic classes."""
    typed_keys: dict[str, dict[str, str]] = field(default_factory=dict)
    """The types of the keys of TypedDicts, as they are written."""
    cases: list[str] = field(default_factory=list)
    """Members of enums, for Literals."""
    keys: list[str] = field(default_factory=lambda: ["str", "int"])

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def relate(self, one: str, other: Term) -> None:
        self.kin.setdefault(one, []).append(other)
        if not other.parts and other.head[0].isupper():
            self.kin.setdefault(other.head, []).append(Term(one))

    def term(self, depth: int = 3, extra: Sequence[Term] = ()) -> Term:
        """Any type; `extra` are type variables that may stand in it."""
        random = self.random
        if extra and random.random() < 0.3:
            return random.choice(extra)
        if depth <= 0 or random.random() < 0.2:
            return self._leaf()
        inner: Callable[[], Term] = lambda: self.term(depth - 1, extra)  # noqa: E731
        match random.randrange(12):
            case 0 | 1:
                return Term(random.choice(("list", "list", *LISTS)), (inner(),))
            case 2:
                return Term(random.choice(SETS), (self._hashable(),))
            case 3 | 4:
                return Term(random.choice(("dict", "dict", *DICTS)), (self._key(), inner()))
            case 5:
                return Term("tuple", tuple(inner() for _ in range(random.randrange(4))))
            case 6:
                return self._long_tuple(inner)
            case 7 | 8:
                return union(inner() for _ in range(random.choice((2, 2, 3))))
            case 9:
                return union((inner(), Term("None")))
            case 10 if self.generics:
                name = random.choice(list(self.generics))
                return Term(name, tuple(inner() for _ in range(self.generics[name])))
            case _:
                return self._leaf()

    def near(self, term: Term, rounds: int = 2) -> Term:
        """A type like this one, with a few places changed: often one fits the other."""
        for _ in range(self.random.randrange(1, rounds + 1)):
            term = self._changed(term)
        return term

    def _changed(self, term: Term) -> Term:
        random = self.random
        inside = [index for index in range(len(term.parts)) if term.head != "literal"]
        if inside and random.random() < 0.6:
            index = random.choice(inside)
            changed = self._changed(term.parts[index])
            parts = (*term.parts[:index], changed, *term.parts[index + 1 :])
            if term.head in (*SETS, *DICTS) and index == 0 and not self._may_be_key(changed, term.head):
                return term
            return union(parts) if term.head == "union" else Term(term.head, parts)
        return random.choice(self._choices(term))

    def _choices(self, term: Term) -> list[Term]:
        """Types near a term, itself among them."""
        head, parts = term.head, term.parts
        found = [term, union((term, Term("None"))), union((term, self._leaf())), Term("note", (term,))]
        found += self.kin.get(head, []) if not parts else []
        if head == "union":
            found += [union(parts[1:]), union(parts[:-1]), union(parts[::-1])]
        if head == "literal":
            found += [Term("literal", parts[1:] or parts), self._literal(), *scalar("str", "int")]
        for family in (LISTS, SETS, DICTS):
            if head in family:
                found += [Term(other, parts) for other in family]
        if head in LISTS:
            found += [Term("rest", parts), Term("Iterable", parts)]
        if head in SETS:
            found += [Term(other, parts) for other in ("Collection", "Iterable")]
        if head in ("tuple", "rest", "spread0", "spread1", "spread2") and parts:
            found += [Term("rest", parts[:1]), Term("Sequence", parts[:1]), Term("tuple", parts[:-1])]
            found += [Term("tuple", (*parts, parts[0]))]
            found += [Term("spread1", (parts[0], parts[-1]))] if self.with_stars else []
        found += scalar(*NEAR.get(head, ())) if not parts else []
        return found

    def _leaf(self) -> Term:
        random = self.random
        roll = random.random()
        if roll < 0.45 or not self.classes:
            return Term(random.choice(SCALARS))
        if roll < 0.6:
            return self._literal()
        return Term(random.choice((*self.classes, *self.classes, *self.classes, "object", "Any", "LiteralString")))

    def _literal(self) -> Term:
        pool = [*WORDS, *NUMBERS, "True", "False", *self.random.sample(self.cases, min(3, len(self.cases)))]
        values = self.random.sample(pool, self.random.choice((1, 2, 2, 3)))
        return Term("literal", scalar(*values))

    def _key(self) -> Term:
        if self.random.random() < 0.2:
            return Term("literal", scalar(*self.random.sample(WORDS, 2)))
        return Term(self.random.choice(self.keys))

    def _hashable(self) -> Term:
        return Term(self.random.choice(("int", "float", "bool", "str", "date", *self.keys)))

    def _may_be_key(self, term: Term, head: str) -> bool:
        if head in SETS:
            return term.head in (*SCALARS, *self.keys)
        return term.head in self.keys

    def _long_tuple(self, inner: Callable[[], Term]) -> Term:
        count, before = self.random.choice((1, 1, 2, 3)), self.random.randrange(3)
        if count == 1 or not self.with_stars:
            return Term("rest", (inner(),))
        return Term(f"spread{min(before, count - 1)}", tuple(inner() for _ in range(count)))


NEAR = {
    "int": ("float", "bool", "object"),
    "bool": ("int", "float"),
    "float": ("int",),
    "str": ("LiteralString", "object", "Path"),
    "datetime": ("date",),
    "date": ("datetime",),
    "Any": ("object", "int"),
    "object": ("Any",),
    "LiteralString": ("str",),
}


def union(parts: object) -> Term:
    """A union, flattened, none twice."""
    flat: dict[Term, None] = {}
    for part in parts:  # type: ignore[attr-defined]
        flat.update(dict.fromkeys(part.parts if part.head == "union" else (part,)))
    return next(iter(flat)) if len(flat) == 1 else Term("union", tuple(flat))
