"""What can be written at a cursor: arguments, values, templates, fields, placeholders, names of rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from athena_lsp.analysis.at_hand import at_hand
from athena_lsp.analysis.options import ListShape, TextShape
from athena_lsp.analysis.runtime_docs import Documented
from athena_lsp.ide import describe, in_body
from athena_lsp.ide.in_config import config_documentation
from athena_lsp.ide.items import Item, Items
from athena_lsp.ide.placeholders import placeholder_choices
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.ide.slots import OPTIONS_METHOD, Call, call_at
from athena_lsp.ide.values import values
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_lsp.records import dataclass, replace
from athena_lsp.rules.base import rules_by_name
from athena_lsp.syntax.cursor import LONGEST_BLOCK, Cursor, cursor_in, keywords_behind
from athena_lsp.text import Span

DIRECTIVE = re.compile(r"#.*?athena:[ \t]*(?:(?P<word>ignore(?:-file)?)\[(?P<rules>[\w\-, \t]*)|(?P<start>[\w-]*))\Z")

ATTRIBUTE = re.compile(r"(?<!\{)\{[^{}]*?(?P<base>[^\W\d]\w*(?:\.\w+)*)\.(?P<word>\w*)\Z")


def completions(project: Project, path: str, offset: int) -> Items | None:
    """Everything that athena would write at a cursor; None where it has nothing to say."""
    file = project.files.get(path)
    if file is None or not file.is_program or not file.parsed.blocks:
        return None
    number = max(bisect_right(file.parsed.starts, offset) - 1, 0)
    start, block = file.parsed.starts[number], file.parsed.blocks[number]
    if len(block) > LONGEST_BLOCK:
        return None
    cursor = cursor_in(block, offset - start)
    found = _Place(project, path, block, offset - start, cursor)
    match cursor.where:
        case "comment":
            span, items = _of_comment(found)
        case "text":
            if (spliced := _spliced(project, path, offset)) is not None:
                return spliced
            span, items = _of_text(found)
        case "code":
            span, items = cursor.word, tuple(_of_code(found))
    more = any(item.kind == "template" for item in items)
    return Items(span.shift(start), _unique(items), more) if items else None


def documentation(project: Project, about: tuple[str, ...]) -> str:
    """Markdown about an offer, by what it gave for that; empty when there is nothing to say any more."""
    docs = runtime_docs()
    match about:
        case ("template", path, name):
            return describe.template(project.facts, Declaration(path, name))
        case ("rule", name):
            rule = rules_by_name().get(name)
            return f"{rule.summary[:1].upper()}{rule.summary[1:]}." if rule else ""
        case ("setting", table, name):
            return config_documentation(table, name)
        case (owner, name):
            return describe.entry(docs, owner, name)
        case (name,):
            return docs[name].doc if name in docs else ""
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A cursor in a block."""

    project: Project
    path: str
    block: str
    offset: int
    cursor: Cursor


def _of_comment(place: _Place) -> tuple[Span, tuple[Item, ...]]:
    """The names of rules in `# athena: ignore[...]`, and the two words before the bracket."""
    before = place.block[place.cursor.word.start : place.offset]
    match = DIRECTIVE.match(before)
    if match is None:
        return place.cursor.word, ()
    if match["word"] is None:
        span = Span(place.offset - len(match["start"]), place.offset)
        return span, (
            Item("ignore[...]", "rule", "hides findings in this line", "ignore[$1]", snippet=True),
            Item("ignore-file[...]", "rule", "hides findings in the file", "ignore-file[$1]", snippet=True),
        )
    *given, word = re.split(r"[,\s]+", match["rules"])
    span = Span(place.offset - len(word), place.offset)
    return span, tuple(
        Item(rule.name, "rule", rule.summary, about=("rule", rule.name))
        for rule in rules_by_name().values()
        if not rule.required and rule.name not in given
    )


def _spliced(project: Project, path: str, offset: int) -> Items | None:
    found = placeholder_choices(project, path, offset)
    if found is None:
        return None
    items = (Item(each.name, "placeholder", each.type, each.new_text, rank=0) for each in found.choices)
    return Items(found.span, tuple(items))


def _of_text(place: _Place) -> tuple[Span, tuple[Item, ...]]:
    """Between quotes: words of closed sets, keys; fields in the braces of an f-string."""
    text = place.cursor.text or place.cursor.word
    if (part := _in_f_string(place, text)) is not None:
        hand = at_hand(place.project.facts, place.path, place.block, place.offset)
        span = Span(place.offset - len(part["word"]), place.offset)
        return span, tuple(in_body.members(place.project, hand, part["base"])) if hand else ()
    innermost = place.cursor.innermost
    if innermost is not None and innermost.bracket == "[" and innermost.callee:
        hand = at_hand(place.project.facts, place.path, place.block, place.offset)
        return text, tuple(in_body.keys(place.project, hand, innermost.callee, quoted=True)) if hand else ()
    call = call_at(place.project.facts, place.path, place.cursor)
    shape = call.shape if call else None
    return text, tuple(values(place.project, place.path, shape, quoted=True)) if shape else ()


def _in_f_string(place: _Place, text: Span) -> re.Match[str] | None:
    """What stands before the cursor in the braces of an f-string, when it is an attribute of something."""
    before = text.start - len(place.cursor.quote)
    prefix = place.block[max(before - 2, 0) : before]
    return ATTRIBUTE.search(place.block[text.start : place.offset]) if "f" in prefix.lower() else None


def _of_code(place: _Place) -> Iterator[Item]:
    cursor = place.cursor
    facts, path = place.project.facts, place.path
    call = call_at(facts, path, cursor)
    if cursor.base:
        hand = at_hand(facts, path, place.block, place.offset)
        yield from in_body.members(place.project, hand, cursor.base) if hand else ()
    elif call is not None and (call.inner or not call.opened.fresh or call.opened.keyword):
        yield from _values(place, call) if _is_fresh(cursor) else ()
    elif call is not None:
        yield from _arguments(place, call)
        if not call.keywords_only:
            yield from _values(place, call)
    else:
        yield from _in_body(place)


def _is_fresh(cursor: Cursor) -> bool:
    return cursor.innermost is not None and cursor.innermost.fresh


def _arguments(place: _Place, call: Call) -> Iterator[Item]:
    """The keywords that are not given yet."""
    docs: Mapping[str, Documented] = runtime_docs()
    behind = keywords_behind(place.block, place.offset)
    by_place = [field.name for field in call.fields[: call.opened.positional]] if not call.keywords_only else []
    for field in call.fields:
        if field.name in call.opened.given or field.name in behind or field.name in by_place:
            continue
        entry = docs[call.docs].entry(field.name) if call.docs in docs else None
        detail = entry.type if entry else ""
        rank = 0 if field.required else 1
        yield Item(f"{field.name}=", "argument", detail, rank=rank, about=(call.docs, field.name))


def _values(place: _Place, call: Call) -> Iterator[Item]:
    field = call.field
    if call.docs == OPTIONS_METHOD and field is not None and field.name == "after":
        hand = at_hand(place.project.facts, place.path, place.block, place.offset)
        yield from in_body.results(hand) if hand else ()
        return
    shape = call.shape
    if shape is not None and not (isinstance(shape, ListShape) and isinstance(shape.item, TextShape)):
        yield from values(place.project, place.path, shape, quoted=False)


def _in_body(place: _Place) -> Iterator[Item]:
    """In a workflow: what a call takes; else templates to call."""
    cursor = place.cursor
    hand = at_hand(place.project.facts, place.path, place.block, place.offset)
    if hand is None:
        return
    opened, word = cursor.innermost, cursor.word.of(place.block)
    if opened is not None and opened.bracket == "[" and opened.callee and opened.fresh:
        yield from in_body.keys(place.project, hand, opened.callee, quoted=False)
        return
    face = in_body.call_in_body(place.project, place.path, opened) if opened else None
    if face is not None and opened is not None and opened.fresh:
        behind = keywords_behind(place.block, place.offset)
        yield from in_body.arguments(place.project, face, opened, behind, hand)
        nested = in_body.calls(place.project, place.path, hand, word)
        yield from (replace(item, rank=item.rank + 3) for item in nested)
    elif opened is None or opened.fresh:
        yield from in_body.calls(place.project, place.path, hand, word)


def _unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The best offer of each label, the best first."""
    best: dict[str, Item] = {}
    for item in sorted(items, key=lambda each: each.rank):
        best.setdefault(item.label, item)
    return tuple(best.values())
