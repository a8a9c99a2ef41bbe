"""What an editor is answered at a cursor, as the text of a fence: functions from a checked program to text."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from checked import Checked, edited, shown
from pages import PageError

from athena_lsp.diagnostics import FileEdit
from athena_lsp.ide.actions import actions
from athena_lsp.ide.calls import call_item, incoming_calls, outgoing_calls
from athena_lsp.ide.completion import completions, documentation
from athena_lsp.ide.hints import HINT_KINDS, hints
from athena_lsp.ide.in_config import config_completions
from athena_lsp.ide.lenses import lens_title, lenses
from athena_lsp.ide.links import links
from athena_lsp.ide.ranges import foldings, selections
from athena_lsp.ide.references import highlights, references_at
from athena_lsp.ide.rename import Refused, prepare_rename, rename
from athena_lsp.ide.signature_help import signature_help
from athena_lsp.ide.symbols import workspace_symbols
from athena_lsp.ide.tokens import tokens
from athena_lsp.ide.type_definition import implementations, type_definitions
from athena_lsp.text import Span

MOST_ITEMS = 12
"""So many offers of a completion are shown, unless the fence gives another number."""


def completed(checked: Checked) -> str:
    """The offers at the cursor, best first: kind, label, detail, and what is written where that is not the label.

    `completion 3` shows three; `completion about` shows the documentation of the first one.
    """
    path, offset = checked.place
    if path.endswith(".toml"):
        found = config_completions(path, checked.sources[path].text, offset)
    else:
        found = completions(checked.project, path, offset)
    if found is None:
        return "nothing"
    replaced = found.span.of(checked.sources[path].text)
    items = [item for item in found.items if replaced.casefold() in item.label.casefold()]  # as editors do
    if checked.argument == "about":
        return documentation(checked.project, items[0].about) or "nothing"
    most = int(checked.argument or MOST_ITEMS)
    lines = [f"instead of {replaced!r}:"] if replaced else []
    for item in items[:most]:
        text = "" if item.text == item.label else f" -> {item.text}"
        new = "".join(f" + {each.new_text.strip()}" for each in item.imports)
        lines.append(f"{item.kind} {item.label}{f'  {item.detail}' if item.detail else ''}{text}{new}".rstrip())
    more = len(items) - most
    return "\n".join((*lines, *((f"... and {more} more",) if more > 0 else ())))


def signature(checked: Checked) -> str:
    """The call around the cursor, with the argument at the cursor underlined."""
    path, offset = checked.place
    found = signature_help(checked.project, path, offset)
    if found is None:
        return "nothing"
    lines = [found.label]
    if found.active is not None:
        span = found.parameters[found.active].span
        lines.append(" " * span.start + "^" * (span.end - span.start))
        lines += [line for line in found.parameters[found.active].about.splitlines() if line]
    return "\n".join(lines)


def referenced(checked: Checked) -> str:
    """Every place that names the thing at the cursor."""
    found = references_at(checked.project, *checked.place)
    return "\n".join(shown(checked, place) for place in found) or "nothing"


def highlighted(checked: Checked) -> str:
    """The places of the cursor's file that name the thing at the cursor."""
    path, offset = checked.place
    source = checked.sources[path]
    lines = (
        f"{source.line_of(each.span.start) + 1}: {each.access} {each.span.of(source.text)}"
        for each in highlights(checked.project, path, offset)
    )
    return "\n".join(lines) or "nothing"


def renamed(checked: Checked) -> str:
    """The files that change when the thing at the cursor gets the name behind `rename`; or why it cannot."""
    if not checked.argument:
        raise PageError("a `rename` fence needs the new name behind `rename`")
    ready = prepare_rename(checked.project, *checked.place)
    found = rename(checked.project, *checked.place, checked.argument)
    for answer in (ready, found):
        if isinstance(answer, Refused):
            return f"refused: {answer.reason}"
    assert not isinstance(found, Refused)
    return changed_files(checked, found) if found else "nothing"


def changed_files(checked: Checked, edits: Iterable[FileEdit]) -> str:
    texts = edited(checked.sources, tuple(edits))
    if set(texts) == {"main.py"}:
        return texts["main.py"]
    return "\n".join(f"# {path}\n{text}" for path, text in sorted(texts.items()))


def typed(checked: Checked) -> str:
    """Where the types of the thing at the cursor are declared."""
    found = type_definitions(checked.project, *checked.place)
    return "\n".join(shown(checked, each.location) for each in found) or "nothing"


def implemented(checked: Checked) -> str:
    """The function behind the template at the cursor."""
    found = implementations(checked.project, *checked.place)
    return "\n".join(shown(checked, each.location) for each in found) or "nothing"


def called(checked: Checked) -> str:
    """The template at the cursor, who calls it, and what it calls, with the lines of the calls."""
    item = call_item(checked.project, *checked.place)
    if item is None:
        return "nothing"
    own = checked.sources[item.declaration.path]
    lines = [f"{item.kind.value} {item.declaration.name}"]
    for other in incoming_calls(checked.project, item.declaration):
        source = checked.sources[other.item.declaration.path]
        numbers = ", ".join(str(source.line_of(span.start) + 1) for span in other.spans)
        lines.append(f"  called by {other.item.declaration.name} ({other.item.declaration.path}:{numbers})")
    for other in outgoing_calls(checked.project, item.declaration):
        numbers = ", ".join(str(own.line_of(span.start) + 1) for span in other.spans)
        lines.append(f"  calls {other.item.declaration.name} (line {numbers})")
    return "\n".join(lines)


def coloured(checked: Checked) -> str:
    """The words of the file that have a meaning of their own."""
    path = checked.file
    source = checked.sources[path]
    return "\n".join(
        f"{source.line_of(each.span.start) + 1}: {each.span.of(source.text)} {' '.join((each.type, *each.modifiers))}"
        for each in tokens(checked.project, path)
    )


def hinted(checked: Checked) -> str:
    """The lines of the file that have hints, with these in brackets; `hints type task` shows some kinds only."""
    path = checked.file
    source = checked.sources[path]
    kinds = frozenset(checked.argument.split() or HINT_KINDS)
    text, lines = source.text, set[int]()
    for hint in reversed(hints(checked.project, path, Span(0, len(text)), kinds)):
        text = f"{text[: hint.offset]}«{hint.label}»{text[hint.offset :]}"
        lines.add(source.line_of(hint.offset))
    kept = (line for number, line in enumerate(text.split("\n")) if number in lines)
    return "\n".join(kept) or "nothing"


def lensed(checked: Checked) -> str:
    """What stands above the templates of the file."""
    found = (
        f"{each.declaration.name}: {lens_title(checked.project, each)}"
        for each in lenses(checked.project, checked.file)
    )
    return "\n".join(found) or "nothing"


def folded(checked: Checked) -> str:
    """The parts of the file that can be folded: first and last line."""
    source = checked.sources[checked.file]
    found = foldings(checked.project, checked.file)
    lines = (f"{source.line_of(each.start) + 1}-{source.line_of(max(each.end - 1, 0)) + 1}" for each in found)
    return "\n".join(dict.fromkeys(lines)) or "nothing"


def selected(checked: Checked) -> str:
    """What is selected step by step from the cursor, up to the block."""
    path, offset = checked.place
    text = checked.sources[path].text
    found = selections(checked.project, path, offset)
    return "\n".join(repr(span.of(text)) for span in found[:-1])


def linked(checked: Checked) -> str:
    """The words of the file that lead to a page."""
    text = checked.sources[checked.file].text
    found = links(checked.project, checked.file)
    return "\n".join(f"{each.span.of(text)} {each.url.split('/', 3)[3]}" for each in found) or "nothing"


def found_symbols(checked: Checked) -> str:
    """The templates of the project that the word behind `workspace-symbols` finds."""
    found = [each for each in workspace_symbols(checked.project, checked.argument) if each is not None]
    return "\n".join(f"{each.kind} {each.name} {each.detail} {path}" for each, path in found) or "nothing"


def acted(checked: Checked) -> str:
    """What can be done with the selection, or at the cursor; `actions TITLE`, without its backticks, shows the
    files that one changes."""
    path, _ = checked.place
    found = actions(checked.project, path, checked.selection)
    if not checked.argument:
        return "\n".join(f"{each.kind}: {each.title}" for each in found) or "nothing"
    chosen = next((each for each in found if each.title.replace("`", "") == checked.argument), None)
    return changed_files(checked, chosen.edits) if chosen else "nothing of that title"


EDITING: dict[str, Callable[[Checked], str]] = {
    "actions": acted,
    "completion": completed,
    "signature": signature,
    "references": referenced,
    "highlights": highlighted,
    "rename": renamed,
    "type-definition": typed,
    "implementation": implemented,
    "calls": called,
    "tokens": coloured,
    "hints": hinted,
    "lenses": lensed,
    "folding": folded,
    "selections": selected,
    "links": linked,
    "workspace-symbols": found_symbols,
}
