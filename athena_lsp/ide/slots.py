"""What a call at a cursor takes: the arguments of decorators, option types, resource calls and per-call options."""

from __future__ import annotations

from athena_lsp.analysis.at_hand import meaning
from athena_lsp.analysis.body_calls import CALL_OPTIONS, CONTROL
from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.options import CONSTRUCTS, RESOURCES, Field, ListShape, Shape, options_of
from athena_lsp.analysis.scope import Declared, Runtime
from athena_lsp.analysis.signatures import KINDS
from athena_lsp.ir.model import Signature
from athena_lsp.records import dataclass
from athena_lsp.syntax.cursor import Cursor, Opened

OPTIONS_METHOD = "Template.options"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of athena's own that is open at the cursor: `docs` names it in the runtime's documentation."""

    docs: str
    fields: tuple[Field, ...]
    opened: Opened
    keywords_only: bool
    inner: tuple[Opened, ...] = ()
    """Brackets of lists and tuples that are open inside its argument."""
    in_body: bool = False
    """A workflow's body calls it, with values of the run."""

    @property
    def field(self) -> Field | None:
        """The argument at the cursor, when it is told by its keyword or its place."""
        if self.opened.keyword:
            return next((each for each in self.fields if each.name == self.opened.keyword), None)
        by_place = () if self.keywords_only else tuple(each for each in self.fields if not each.keyword_only)
        return by_place[self.opened.positional] if self.opened.positional < len(by_place) else None

    @property
    def shape(self) -> Shape | None:
        """What the value at the cursor must be; None when there is nothing to say."""
        shape = self.field.shape if self.field else None
        for bracket in self.inner:
            if bracket.bracket == "{" or not isinstance(shape, ListShape):
                return None
            shape = shape.item
        if isinstance(shape, ListShape) and shape.single and not self.inner:
            return shape.item
        return shape


def call_at(facts: Facts, path: str, cursor: Cursor) -> Call | None:
    """The innermost call of athena's own around a cursor; None when another call is nearer."""
    inner: tuple[Opened, ...] = ()
    for opened in reversed(cursor.opened):
        if opened.bracket == "(" and opened.callee:
            return _call(facts, path, opened, inner)
        inner = (opened, *inner)
    return None


def _call(facts: Facts, path: str, opened: Opened, inner: tuple[Opened, ...]) -> Call | None:
    callee = opened.callee
    if callee.endswith(".options") and template_called(facts, path, callee.removesuffix(".options")) is not None:
        return Call(OPTIONS_METHOD, CALL_OPTIONS, opened, True, inner)
    entity = meaning(facts, path, callee) if not callee.endswith("()") else None
    if not isinstance(entity, Runtime):
        return None
    kind = KINDS.get(entity.name)
    if kind is not None and opened.decorator:
        options = options_of(kind).values()
        return Call(entity.name, tuple(Field(each.name, each.shape) for each in options), opened, True, inner)
    fields = CONSTRUCTS.get(entity.name) or RESOURCES.get(entity.name) or CONTROL.get(entity.name)
    return Call(entity.name, fields, opened, False, inner, entity.name in CONTROL) if fields else None


def template_called(facts: Facts, path: str, callee: str) -> Signature | None:
    """The template that is called as `callee`, directly or through `.options(...)` and `.attempt`; fragments too."""
    name = callee.removesuffix(".options()").removesuffix(".attempt")
    entity = meaning(facts, path, name) if name and not name.endswith("()") else None
    return facts.signature(entity.declaration) if isinstance(entity, Declared) else None
