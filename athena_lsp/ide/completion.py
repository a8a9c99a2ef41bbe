"""What can be written at a cursor: arguments, values, templates, fields, placeholders, names of rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from athena_lsp.analysis.at_hand import AtHand, at_hand, type_of
from athena_lsp.analysis.options import ListShape, TextShape
from athena_lsp.analysis.runtime_docs import Documented
from athena_lsp.ide import describe, in_body
from athena_lsp.ide.in_config import config_documentation
from athena_lsp.ide.items import Item, Items
from athena_lsp.ide.placeholders import placeholder_choices
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.ide.slots import OPTIONS_METHOD, Call, call_at
from athena_lsp.ide.values import decorators, joins, values
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.types import Type
from athena_lsp.project import Project
from athena_lsp.records import dataclass, replace
from athena_lsp.rules.base import rules_by_name
from athena_lsp.syntax.cursor import (
    LONGEST_BLOCK,
    Cursor,
    cursor_in,
    keywords_behind,
    value_before,
)
from athena_lsp.syntax.statement import subject_of_case
from athena_lsp.text import Span, in_style_of

DIRECTIVE = re.compile(r"#.*?athena:[ \t]*(?:(?P<word>ignore(?:-file)?)\[(?P<rules>[\w\-, \t]*)|(?P<start>[\w-]*))\Z")
BRACES = re.compile(r"(?<!\{)\{(?P<code>[^{}:]*?)(?P<word>[^\W\d]?\w*)\Z")
EQUALS = re.compile(r"\s*(?:==|!=)\s*\Z")
LAMBDA = re.compile(r"\blambda\s*:\s*\Z")
LOOP = re.compile(r"\bfor\s+[\w, ()]+\s+in\s+\Z")
NAMED = re.compile(r"\w*\s*=(?!=)")


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
            span, items = cursor.word, _unnamed(found, tuple(_of_code(found)))
    items = tuple(_in_style(file.text, item) if item.imports else item for item in items)
    more = any(item.kind == "template" for item in items)
    return Items(span.shift(start), _unique(items), more) if items else None


def _in_style(text: str, item: Item) -> Item:
    """The offer with the line ends of its file."""
    return replace(item, imports=tuple(in_style_of(text, each) for each in item.imports))


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
    """Between quotes: words of closed sets, keys; names and fields in the braces of an f-string."""
    text = place.cursor.text or place.cursor.word
    if (inside := _in_f_string(place, text)) is not None:
        return Span(place.offset - len(inside["word"]), place.offset), tuple(_of_braces(place, inside["code"]))
    innermost = place.cursor.innermost
    if innermost is not None and innermost.bracket == "[" and innermost.callee:
        return text, tuple(in_body.keys(place.project, _type(place, innermost.callee), quoted=True))
    call = call_at(place.project.facts, place.path, place.cursor)
    if call is not None and call.shape is not None:
        return text, tuple(values(place.project, place.path, call.shape, quoted=True))
    wanted = _wanted(place, text.start - len(place.cursor.quote))
    return text, tuple(in_body.constants(place.project, place.path, wanted, quoted=True)) if wanted else ()


def _in_f_string(place: _Place, text: Span) -> re.Match[str] | None:
    """The expression before the cursor in the braces of an f-string."""
    before = text.start - len(place.cursor.quote)
    prefix = place.block[max(before - 2, 0) : before]
    return BRACES.search(place.block[text.start : place.offset]) if "f" in prefix.lower() else None


def _of_braces(place: _Place, code: str) -> Iterator[Item]:
    code = code.rstrip()
    if code.endswith("."):
        yield from in_body.members(place.project, _type(place, value_before(code[:-1])))
    elif not code and (hand := _hand(place)) is not None:
        yield from in_body.texts(place.project, hand)


def _wanted(place: _Place, start: int) -> Type | None:
    """The type that a value must have which begins at an offset: that of a parameter, of what it is compared with, or
    of the subject of a `match`."""
    facts, opened = place.project.facts, place.cursor.innermost
    before = place.block[place.cursor.begins : start]
    if (sign := EQUALS.search(before)) is not None:
        return _type(place, value_before(before[: sign.start()]))
    subject = subject_of_case(place.block, start)
    if subject is not None:
        at, written = subject
        return type_of(facts, place.path, place.block[:at], at, written)
    face = in_body.call_in_body(place.project, place.path, opened) if opened and opened.fresh else None
    parameter = in_body.parameter_at(face, opened) if face and opened else None
    return parameter.type if parameter else None


def _type(place: _Place, written: str) -> Type | None:
    return type_of(place.project.facts, place.path, place.block, place.offset, written) if written else None


def _hand(place: _Place) -> AtHand | None:
    return at_hand(place.project.facts, place.path, place.block, place.offset)


def _of_code(place: _Place) -> Iterator[Item]:
    cursor = place.cursor
    facts, path = place.project.facts, place.path
    call = call_at(facts, path, cursor)
    before = place.block[cursor.begins : cursor.word.start]
    if cursor.base:
        yield from _behind_dot(place)
    elif before.strip() == "@" and not cursor.opened:
        yield from decorators(place.project, path)
    elif LAMBDA.search(before):
        yield from _calls(place, _hand(place))
    elif call is not None and (call.inner or not call.opened.fresh or call.opened.keyword):
        yield from _values(place, call) if _is_fresh(cursor) else ()
    elif call is not None:
        yield from _arguments(place, call)
        yield from _values(place, call) if not call.keywords_only else ()
        yield from (replace(item, rank=item.rank + 3) for item in (_calls(place, _hand(place)) if call.in_body else ()))
    else:
        yield from _in_body(place, before)


def _behind_dot(place: _Place) -> Iterator[Item]:
    """Fields of a value; the templates of a module."""
    base = place.cursor.base
    hand = _hand(place)
    if hand is None:
        return
    if base.partition(".")[0] not in {each.name for each in hand.names}:
        yield from in_body.templates_of(place.project, place.path, base, hand)
    yield from in_body.members(place.project, _type(place, base))


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
        hand = _hand(place)
        given = re.findall(r"\w+", place.block[call.opened.start : place.offset]) if call.inner else ()
        yield from in_body.results(hand, given) if hand else ()
    elif call.docs == "gather" and field is not None and field.name == "join":
        yield from joins(place.project, place.path)
    elif call.docs == "parallel" and field is not None and field.name == "items":
        hand = _hand(place)
        yield from in_body.lists(place.project, hand) if hand else ()
    elif call.shape is not None and not (isinstance(call.shape, ListShape) and isinstance(call.shape.item, TextShape)):
        yield from values(place.project, place.path, call.shape, quoted=False)


def _in_body(place: _Place, before: str) -> Iterator[Item]:
    """In a workflow: what a call takes, what a comparison or a case can be; else templates to call."""
    project, path, cursor = place.project, place.path, place.cursor
    opened = cursor.innermost
    if opened is not None and opened.bracket == "[" and opened.callee and opened.fresh:
        yield from in_body.keys(project, _type(place, opened.callee), quoted=False)
        return
    hand = _hand(place)
    first: tuple[Item, ...] = ()
    if LOOP.search(before) and hand is not None:
        first = tuple(in_body.lists(project, hand))
    elif before.strip() == "return" and hand is not None and hand.definition.returns_span is not None:
        given = hand.definition.returns
        first = (*in_body.fitting(project, given, hand), *in_body.constants(project, path, given, quoted=False))
    yield from first
    compared = EQUALS.search(before) is not None or subject_of_case(place.block, cursor.word.start) is not None
    if compared and (wanted := _wanted(place, cursor.word.start)) is not None:
        yield from in_body.constants(project, path, wanted, quoted=False)
        return
    face = in_body.call_in_body(project, path, opened) if opened else None
    if hand is not None and face is not None and opened is not None and opened.fresh:
        behind = keywords_behind(place.block, place.offset)
        yield from in_body.arguments(project, path, face, opened, behind, hand)
        parameter = in_body.parameter_at(face, opened)
        wanted = parameter.type if parameter else None
        yield from (replace(item, rank=item.rank + 3) for item in _calls(place, hand, wanted))
    elif opened is None or opened.fresh:
        yield from (replace(item, rank=item.rank + 3) if first else item for item in _calls(place, hand))


def _calls(place: _Place, hand: AtHand | None, wanted: Type | None = None) -> Iterator[Item]:
    if hand is not None:
        yield from in_body.calls(place.project, place.path, hand, place.cursor.word.of(place.block), wanted)


def _unnamed(place: _Place, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Keywords without what follows them, where a `=` stands behind the cursor's word already."""
    word = place.cursor.word
    if word.start == word.end or not (place.cursor.opened and NAMED.match(place.block, place.offset)):
        return items
    return tuple(replace(item, new_text=item.label[:-1]) for item in items if item.kind == "argument")


def _unique(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The best offer of each label, the best first."""
    best: dict[str, Item] = {}
    for item in sorted(items, key=lambda each: each.rank):
        best.setdefault(item.label, item)
    return tuple(best.values())
