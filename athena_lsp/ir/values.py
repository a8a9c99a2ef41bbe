"""Static values: what a decorator's argument or a default is, known without running anything."""

from __future__ import annotations

from typing import Literal, TypeAlias

from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import Node
from athena_lsp.ir.types import ClassOf, ScalarKind
from athena_lsp.records import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Node):
    value: str
    content_start: int | None = field(default=None, compare=False)
    """Offset in the block of the value's first character, when the source spells the value letter by letter."""
    origin: Declaration | None = field(default=None, compare=False)
    """The module-level name in whose value the text stands, when it stands in no block of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes(Node):
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    value: int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Node):
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Null(Node):
    """`None`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(Node):
    kind: Literal["list", "tuple", "set"]
    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Node):
    key: Value
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping(Node):
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Node):
    """`timedelta(...)`, in seconds; may have a fraction."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelled(Node):
    """A value whose JSON form is a text: `date(2026, 1, 2)`, `Path("/data")`, `Decimal("0.1")`."""

    kind: ScalarKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumCase(Node):
    """A member of an enum; `value` is its value when that is a literal. Of several flags together, `case` is empty."""

    declaration: Declaration
    case: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument(Node):
    """One argument of an option type's call, or one keyword of a decorator."""

    name: str
    """The parameter's name; for a positional argument the name it stands for, or empty when there are too many."""
    name_span_start: int = field(default=-1, compare=False)
    """Where the keyword begins in the block; -1 for a positional argument."""
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct(Node):
    """A call of one of athena_runtime's own option types, such as `Retry(limit=3)`; `name` is the type's own name."""

    name: str
    arguments: tuple[Argument, ...]

    def argument(self, name: str) -> Value | None:
        return next((argument.value for argument in self.arguments if argument.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Node):
    """A field of a made value: its name in Python, and its key in the JSON form."""

    name: str
    key: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Made(Node):
    """A value of one of the program's classes, known in all its parts: `Params(0.1, depth=3)`."""

    type: ClassOf
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Node):
    """A template, class or function of the project, or a built-in name, given by name (`on_exit_if_root=notify`)."""

    declaration: Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Concatenated(Node):
    """Text put together from parts that are not all static: `"repo:" + tag`, `f"repo:{tag}"`.

    Kept apart from NotStatic since in a field with placeholders the advice differs: `fixed` is the literal to write.
    """

    fixed: str | None
    """The equal plain string with placeholders, as Python source; None when there is none."""
    names: tuple[str, ...]
    """The names it uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotStatic(Node):
    """Something that cannot be known without running the program; `what` names its shape, as in "a call of `f`"."""

    what: str


Value: TypeAlias = (
    Text
    | Bytes
    | Number
    | Flag
    | Null
    | Sequence
    | Mapping
    | Duration
    | Spelled
    | EnumCase
    | Construct
    | Made
    | Reference
    | Concatenated
    | NotStatic
)
