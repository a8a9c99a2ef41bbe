"""What calls in a workflow's body take that are no plain steps: `.options(...)`, joins, loops, waits, questions.

The names and docstrings come from athena_runtime's own source; a test holds the two together.
"""

from __future__ import annotations

from athena_lsp.analysis.options import (
    DURATION,
    POSITIVE,
    TEXT,
    AnythingShape,
    ChoiceShape,
    ConstructShape,
    Field,
    IntShape,
    ListShape,
    TemplateShape,
    TextShape,
)
from athena_runtime.contract import MAX_BOUND

TARGETS = ListShape(TemplateShape(), single=True)
HOOK_OPTIONS = ("on_exit", "on_success", "on_failure", "on_error")
CALL_OPTIONS: tuple[Field, ...] = (
    Field("name", TextShape(check="template-name")),
    Field("after", ListShape(AnythingShape())),
    Field("retry", ConstructShape("Retry", IntShape(minimum=0))),
    Field("when", TEXT),
    *(Field(name, TARGETS) for name in HOOK_OPTIONS),
    Field("hooks", AnythingShape()),
)
"""The keywords of `template.options(...)`."""
CONTROL: dict[str, tuple[Field, ...]] = {
    "gather": (Field("join", AnythingShape(), keyword_only=True),),
    "bounded": (Field("n", IntShape(minimum=1, maximum=MAX_BOUND), required=True),),
    "parallel": (Field("items", AnythingShape(), required=True), Field("limit", POSITIVE, keyword_only=True)),
    "sleep": (Field("duration", DURATION, required=True),),
    "wait_until": (Field("time", AnythingShape(), required=True),),
    "approval": (
        Field("text", TEXT, required=True),
        Field("timeout", DURATION, keyword_only=True),
        Field("on_timeout", ChoiceShape(("fail", "approve", "reject")), keyword_only=True),
    ),
    "ask": (
        Field("form", AnythingShape(), required=True),
        Field("text", TEXT),
        Field("timeout", DURATION, keyword_only=True),
        Field("on_timeout", ChoiceShape(("fail", "default")), keyword_only=True),
    ),
}
"""The functions of `athena_runtime.control` that a workflow's body calls."""


def words_for(function: str, argument: str) -> tuple[str, ...]:
    """The closed set of words that an argument of one of these functions takes."""
    shapes = (field.shape for field in CONTROL[function] if field.name == argument)
    return next((shape.words for shape in shapes if isinstance(shape, ChoiceShape)), ())
