"""From what `ide` answers to what the protocol carries: hovers, targets, symbols, actions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types as lsp

from athena_lsp.ide.actions import Action
from athena_lsp.ide.definition import Target
from athena_lsp.ide.hover import Hover
from athena_lsp.ide.symbols import Symbol, SymbolKind
from athena_lsp.records import dataclass
from athena_lsp.server.capabilities import Client
from athena_lsp.server.convert import Files, to_diagnostic, to_location, to_range, to_workspace_edit
from athena_lsp.text import Source, Span

FENCE = re.compile(r"^```\w*\n|\n```$", re.M)
SYMBOL_KINDS: dict[SymbolKind, lsp.SymbolKind] = {
    "workflow": lsp.SymbolKind.Module,
    "container": lsp.SymbolKind.Function,
    "fragment": lsp.SymbolKind.Function,
    "step": lsp.SymbolKind.Event,
    "volume": lsp.SymbolKind.Object,
}


def to_hover(hover: Hover, source: Source, client: Client) -> lsp.Hover:
    kind = lsp.MarkupKind.Markdown if client.markdown else lsp.MarkupKind.PlainText
    text = hover.markdown if client.markdown else FENCE.sub("", hover.markdown)
    return lsp.Hover(lsp.MarkupContent(kind, text), to_range(source, hover.span, client.encoding))


def to_markdown_hover(span: Span, markdown: str, source: Source, client: Client) -> lsp.Hover:
    return to_hover(Hover(span, markdown), source, client)


def to_definition(
    target: Target, source: Source, files: Files, client: Client
) -> lsp.Location | list[lsp.LocationLink] | None:
    """A link where the client shows what is underlined while the mouse is over it, else a place."""
    location = to_location(target.location, files, client.encoding)
    if location is None or not client.definition_links:
        return location
    origin = to_range(source, target.origin, client.encoding)
    return [lsp.LocationLink(location.uri, location.range, location.range, origin)]


def to_symbols(
    symbols: Sequence[Symbol], uri: str, source: Source, client: Client
) -> list[lsp.DocumentSymbol] | list[lsp.SymbolInformation]:
    """A tree where the client shows one, else one symbol after the other."""
    if client.nested_symbols:
        return [to_symbol(symbol, source, client) for symbol in symbols]
    return [each for symbol in symbols for each in to_flat_symbols(symbol, uri, source, client)]


def to_symbol(symbol: Symbol, source: Source, client: Client) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=symbol.name,
        detail=symbol.detail or None,
        kind=SYMBOL_KINDS[symbol.kind],
        range=to_range(source, symbol.span, client.encoding),
        selection_range=to_range(source, symbol.name_span, client.encoding),
        children=[to_symbol(child, source, client) for child in symbol.children],
    )


def to_flat_symbols(symbol: Symbol, uri: str, source: Source, client: Client) -> list[lsp.SymbolInformation]:
    """The symbol and what is in it."""
    place = lsp.Location(uri, to_range(source, symbol.span, client.encoding))
    own = lsp.SymbolInformation(place, symbol.name, SYMBOL_KINDS[symbol.kind])
    children = [each for child in symbol.children for each in to_flat_symbols(child, uri, source, client)]
    for child in children:
        child.container_name = child.container_name or symbol.name
    return [own, *children]


@dataclass(frozen=True, slots=True)
class Asked:
    """What code actions were asked about. It goes to the client and comes back with the one that was chosen."""

    uri: str
    version: int | None
    span: Span


def from_action_data(data: object) -> Asked | None:
    """None when it is not one of ours."""
    match data:
        case {"uri": str(uri), "version": int() | None as version, "start": int(start), "end": int(end)}:
            return Asked(uri, version, Span(start, end)) if 0 <= start <= end else None
        case _:
            return None


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client that asked for these kinds of action (LSP `CodeActionContext.only`) wants one of this kind."""
    return only is None or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)


def to_action(action: Action, files: Files, client: Client, asked: Asked | None = None) -> lsp.CodeAction:
    """With its edit; or, for a client that asks for that later, with what it was asked about."""
    return lsp.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=[to_diagnostic(action.diagnostic, files, client)] if action.diagnostic else None,
        is_preferred=True if action.preferred else None,
        edit=None if asked else to_workspace_edit(action.edits, files, client),
        data=asked and {"uri": asked.uri, "version": asked.version, "start": asked.span.start, "end": asked.span.end},
    )
