"""From places that `ide` answers to what the protocol carries: targets, references, calls, ranges, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lsprotocol import types as lsp

from athena_lsp.diagnostics import Location
from athena_lsp.ide.calls import CallItem, Calls
from athena_lsp.ide.definition import Target
from athena_lsp.ide.links import Link
from athena_lsp.ide.references import Highlight
from athena_lsp.ide.symbols import Symbol
from athena_lsp.ir.model import Kind
from athena_lsp.ir.names import Declaration
from athena_lsp.server.answers import SYMBOL_KINDS
from athena_lsp.server.capabilities import Client
from athena_lsp.server.convert import Files, to_location, to_range
from athena_lsp.text import Encoding, Source, Span

CALL_KINDS = {
    Kind.WORKFLOW: lsp.SymbolKind.Module,
    Kind.CONTAINER: lsp.SymbolKind.Function,
    Kind.FRAGMENT: lsp.SymbolKind.Function,
}


def to_targets(
    targets: Iterable[Target], source: Source, files: Files, encoding: Encoding, *, links: bool
) -> list[lsp.Location] | list[lsp.LocationLink]:
    """Links where the client shows what is underlined while the mouse is over it, else places."""
    found = [(target, to_location(target.location, files, encoding)) for target in targets]
    if not links:
        return [location for _, location in found if location]
    return [
        lsp.LocationLink(location.uri, location.range, location.range, to_range(source, target.origin, encoding))
        for target, location in found
        if location
    ]


def to_highlights(found: Iterable[Highlight], source: Source, encoding: Encoding) -> list[lsp.DocumentHighlight]:
    kinds = {"read": lsp.DocumentHighlightKind.Read, "write": lsp.DocumentHighlightKind.Write}
    return [lsp.DocumentHighlight(to_range(source, each.span, encoding), kinds[each.access]) for each in found]


def to_workspace_symbols(
    found: Iterable[tuple[Symbol, str] | None], files: Files, encoding: Encoding
) -> Iterator[lsp.WorkspaceSymbol | None]:
    for symbol, path in (each or (None, "") for each in found):
        location = to_location(Location(path, symbol.span), files, encoding) if symbol else None
        if symbol is None or location is None:
            yield None
        else:
            yield lsp.WorkspaceSymbol(location, symbol.name, SYMBOL_KINDS[symbol.kind], None, None, symbol.detail)


def to_call_item(item: CallItem, files: Files, encoding: Encoding) -> lsp.CallHierarchyItem | None:
    """None when the file is gone. What it is an item of goes to the client and comes back with its questions."""
    source = files.source(item.declaration.path)
    if source is None:
        return None
    return lsp.CallHierarchyItem(
        name=item.declaration.name,
        kind=CALL_KINDS[item.kind],
        uri=files.uri(item.declaration.path),
        range=to_range(source, item.span, encoding),
        selection_range=to_range(source, item.name_span, encoding),
        detail=item.template,
        data={"path": item.declaration.path, "name": item.declaration.name},
    )


def from_call_item(item: lsp.CallHierarchyItem) -> Declaration | None:
    """What an item stands for; None when it is not one of ours."""
    data = item.data
    if not isinstance(data, dict) or not isinstance(data.get("path"), str) or not isinstance(data.get("name"), str):
        return None
    return Declaration(data["path"], data["name"])


def to_incoming(calls: Calls, files: Files, encoding: Encoding) -> lsp.CallHierarchyIncomingCall | None:
    """None when the file is gone."""
    item, source = to_call_item(calls.item, files, encoding), files.source(calls.item.declaration.path)
    ranges = [to_range(source, span, encoding) for span in calls.spans] if source else []
    return lsp.CallHierarchyIncomingCall(item, ranges) if item else None


def to_outgoing(
    calls: Iterable[Calls], source: Source, files: Files, encoding: Encoding
) -> list[lsp.CallHierarchyOutgoingCall]:
    found: list[lsp.CallHierarchyOutgoingCall] = []
    for each in calls:
        item = to_call_item(each.item, files, encoding)
        if item:
            found.append(lsp.CallHierarchyOutgoingCall(item, [to_range(source, span, encoding) for span in each.spans]))
    return found


def to_selection(spans: Sequence[Span], source: Source, encoding: Encoding) -> lsp.SelectionRange:
    """The ranges one inside the other; the first span is the innermost."""
    found: lsp.SelectionRange | None = None
    for span in reversed(spans):
        found = lsp.SelectionRange(to_range(source, span, encoding), found)
    assert found is not None  # the whole file is always there
    return found


def to_foldings(spans: Iterable[Span], source: Source) -> list[lsp.FoldingRange]:
    found: dict[tuple[int, int], lsp.FoldingRange] = {}
    for span in spans:
        start, end = source.line_of(span.start), source.line_of(max(span.end - 1, span.start))
        if end > start:
            found.setdefault((start, end), lsp.FoldingRange(start, end))
    return list(found.values())


def to_links(found: Iterable[Link], source: Source, client: Client) -> list[lsp.DocumentLink]:
    return [
        lsp.DocumentLink(
            to_range(source, link.span, client.encoding), link.url, link.title if client.link_tooltips else None
        )
        for link in found
    ]
