"""What a completion offers, as plain data."""

from __future__ import annotations

from typing import Literal

from athena_lsp.records import dataclass, field
from athena_lsp.text import Span, TextEdit

ItemKind = Literal["argument", "value", "template", "binding", "field", "rule", "setting", "placeholder"]


@dataclass(frozen=True, slots=True)
class Item:
    """One offer. `label` is what the list shows and is filtered by, `detail` stands beside it."""

    label: str
    kind: ItemKind
    detail: str = ""
    new_text: str = ""
    """What is written; the label, when it is empty."""
    snippet: bool = False
    """`new_text` has tab stops (`$1`, `${2:name}`)."""
    rank: int = 1
    """Lower ones come first."""
    preselect: bool = False
    imports: tuple[TextEdit, ...] = ()
    """What the file must import for it; offsets count from its start."""
    about: tuple[str, ...] = ()
    """What `documentation` is asked with."""

    @property
    def text(self) -> str:
        return self.new_text or self.label


@dataclass(frozen=True, slots=True)
class Items:
    """Offers for one place; `span`, in the file, is what each of them replaces."""

    span: Span
    items: tuple[Item, ...] = field(default=())
    more: bool = False
    """Other letters may lead to offers that are not among these."""
