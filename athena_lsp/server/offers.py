"""From what `ide` offers to what the protocol carries: completions, signatures, hints, lenses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lsprotocol import types as lsp

from athena_lsp.diagnostics import Location
from athena_lsp.ide.calls import incoming_calls
from athena_lsp.ide.hints import Hint
from athena_lsp.ide.items import Item, ItemKind, Items
from athena_lsp.ide.lenses import LENSES, Lens, LensKind, lens_at, lens_title
from athena_lsp.ide.signature_help import SignatureHelp
from athena_lsp.ir.model import Kind
from athena_lsp.server.capabilities import Client
from athena_lsp.server.convert import to_location, to_position, to_range
from athena_lsp.server.session import Session
from athena_lsp.text import Source

PREVIEW = "athena.preview"
"""The client's own command that shows a manifest: URI of the program, name of the function."""
GRAPH = "athena.graph"
"""The client's own command that shows a graph, with the same arguments."""
RUN = "athena.run"
"""The client's own command that runs a template on this machine, with the same arguments."""
SHOW_REFERENCES = "athena.showReferences"
"""The client's own command that lists places: URI, position, places."""
SHOW_MANIFEST = "athena.showManifest"
"""The server's command for clients that can open an `athena-yaml` document."""

OF_CLIENT = {"graph": GRAPH, "run": RUN}
"""The lenses for which only the client has a command."""

TAB_STOP = re.compile(r"\$\{\d+(?::([^}]*)|\|([^,|]*)[^}]*)?\}|\$\d")
ITEM_KINDS: dict[ItemKind, lsp.CompletionItemKind] = {
    "argument": lsp.CompletionItemKind.Property,
    "value": lsp.CompletionItemKind.Value,
    "template": lsp.CompletionItemKind.Function,
    "binding": lsp.CompletionItemKind.Variable,
    "field": lsp.CompletionItemKind.Field,
    "rule": lsp.CompletionItemKind.Constant,
    "setting": lsp.CompletionItemKind.Property,
    "placeholder": lsp.CompletionItemKind.Variable,
}


def to_completions(found: Items, uri: str, source: Source, client: Client) -> lsp.CompletionList:
    replaced = to_range(source, found.span, client.encoding)
    items = [_item(item, number, replaced, source, client) for number, item in enumerate(found.items)]
    for item, about in zip(items, found.items, strict=True):
        item.data = {"uri": uri, "about": list(about.about)} if about.about else None
    return lsp.CompletionList(is_incomplete=found.more, items=items)


def _item(item: Item, number: int, replaced: lsp.Range, source: Source, client: Client) -> lsp.CompletionItem:
    snippet = item.snippet and client.snippets
    text = item.text if snippet or not item.snippet else without_stops(item.text)
    imports = [lsp.TextEdit(to_range(source, each.span, client.encoding), each.new_text) for each in item.imports]
    return lsp.CompletionItem(
        label=item.label,
        kind=ITEM_KINDS[item.kind],
        detail=item.detail or None,
        # Athena's own come before what a Python server guesses, best first.
        sort_text=f"!{item.rank}{number:04}",
        filter_text=item.label.strip("\"'") if item.label[:1] in "\"'" and replaced.start == replaced.end else None,
        insert_text_format=lsp.InsertTextFormat.Snippet if snippet else None,
        text_edit=lsp.TextEdit(replaced, text),
        additional_text_edits=imports or None,
        preselect=True if item.preselect else None,
    )


def without_stops(text: str) -> str:
    """A snippet as plain text: tab stops become their own words."""
    return TAB_STOP.sub(lambda match: match[1] or match[2] or "", text)


def from_item_data(data: Any) -> tuple[str, ...]:
    """What an offer is about, as it went to the client."""
    about = data.get("about") if isinstance(data, dict) else None
    return tuple(each for each in about if isinstance(each, str)) if isinstance(about, list) else ()


def to_markup(text: str, client: Client) -> lsp.MarkupContent:
    return lsp.MarkupContent(lsp.MarkupKind.Markdown if client.markdown else lsp.MarkupKind.PlainText, text)


def to_signature_help(found: SignatureHelp, client: Client) -> lsp.SignatureHelp:
    parameters = [
        lsp.ParameterInformation(
            (each.span.start, each.span.end) if client.label_offsets else each.span.of(found.label),
            to_markup(each.about, client) if each.about else None,
        )
        for each in found.parameters
    ]
    about = to_markup(found.about, client) if found.about else None
    signature = lsp.SignatureInformation(found.label, about, parameters)
    # One beyond the last means that none is active: the protocol has no better way that all clients know.
    active = len(parameters) if found.active is None else found.active
    return lsp.SignatureHelp([signature], 0, active)


def to_hint(hint: Hint, session: Session, source: Source) -> lsp.InlayHint:
    client = session.client
    place = session.project.locate(hint.target) if hint.target else None
    target = to_location(place, session.files, client.encoding) if place else None
    label = [lsp.InlayHintLabelPart(hint.label, location=target)] if target else hint.label
    return lsp.InlayHint(
        to_position(source, hint.offset, client.encoding),
        label,
        lsp.InlayHintKind.Type if hint.kind == "type" else lsp.InlayHintKind.Parameter,
        tooltip=to_markup(hint.tooltip, client),
    )


def to_lenses(lenses: Iterable[Lens], uri: str, source: Source, client: Client) -> list[lsp.CodeLens]:
    """Lenses whose titles the client asks for when it shows them. One that nothing could be done with is left out."""
    return [
        lsp.CodeLens(to_range(source, lens.span, client.encoding), data={"uri": uri, "kind": lens.kind})
        for lens in lenses
        if _can_show(lens.kind, client)
    ]


def _can_show(kind: LensKind, client: Client) -> bool:
    if kind in OF_CLIENT:
        return OF_CLIENT[kind] in client.commands
    return kind == "callers" or client.shows_previews


def lens_uri(lens: lsp.CodeLens) -> str:
    """The document that a lens is shown in, as it went to the client."""
    return str(lens.data.get("uri", "")) if isinstance(lens.data, dict) else ""


def counts_callers(lens: lsp.CodeLens) -> bool:
    """Whether a lens says how many templates call the one below it."""
    return isinstance(lens.data, dict) and lens.data.get("kind") == "callers"


def lens_command(session: Session, lens: lsp.CodeLens) -> lsp.Command:
    """What a lens says, and what happens when it is clicked; nothing happens where the client has no command for it."""
    data = lens.data if isinstance(lens.data, dict) else {}
    uri = lens_uri(lens)
    kind = next((each for each in LENSES[Kind.WORKFLOW] if each == data.get("kind")), None)
    at = session.cursor(uri, lens.range.start)
    found = lens_at(session.project, at.path, at.offset, kind) if at and kind else None
    if found is None:
        return lsp.Command("", "")
    title = lens_title(session.project, found)
    if found.kind != "callers":
        ours = PREVIEW if PREVIEW in session.client.commands else SHOW_MANIFEST
        command = OF_CLIENT.get(found.kind, ours)
        return lsp.Command(title, command, arguments=[uri, found.declaration.name])
    if SHOW_REFERENCES not in session.client.commands:
        return lsp.Command(title, "")
    files, encoding = session.files, session.client.encoding
    calls = incoming_calls(session.project, found.declaration)
    spots = [Location(each.item.declaration.path, span) for each in calls for span in each.spans]
    locations = [place for spot in spots if (place := to_location(spot, files, encoding))]
    return lsp.Command(title, SHOW_REFERENCES, arguments=[uri, lens.range.start, locations])
