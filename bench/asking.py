"""Every request that a client may make about a place or a file, as it makes it."""

from __future__ import annotations

from bench.client import Json

AT_CURSOR = (
    "hover", "completion", "signatureHelp", "definition", "declaration", "typeDefinition", "implementation",
    "references", "documentHighlight", "prepareRename", "rename", "prepareCallHierarchy", "codeAction",
    "selectionRange",
)  # fmt: skip
OF_FILE = (
    "documentSymbol", "semanticTokens/full", "semanticTokens/range", "inlayHint", "codeLens", "foldingRange",
    "documentLink",
)  # fmt: skip
OWN = ("athena/emit", "athena/diff", "athena/counterpart", "workspace/symbol", "textDocument/diagnostic")


def params_at(uri: str, text: str, kind: str, at: int, end: int) -> tuple[str, Json]:
    """The method and the parameters of a request about a place of a text, or from there to another."""
    here, there = position(text, at), position(text, end)
    params: Json = {"textDocument": {"uri": uri}, "position": here, "range": {"start": here, "end": there}, "uri": uri}
    params |= {"newName": "renamed", "positions": [here]}
    if kind in ("codeAction", "references"):
        params["context"] = {"diagnostics": [], "includeDeclaration": True}
    params["query"] = text[at : at + 2].strip()
    return kind if "/" in kind and not kind.startswith("semantic") else f"textDocument/{kind}", params


def position(text: str, offset: int) -> Json:
    """Line and character as the protocol counts them, in UTF-16."""
    before = text[:offset].replace("\r\n", "\n" + "\ue000").replace("\r", "\n").replace("\ue000", "")
    line, last = before.count("\n"), before.rpartition("\n")[2]
    if offset and text[offset - 1] == "\r" and text[offset : offset + 1] == "\n":  # in the middle of a line end
        line, last = line - 1, before[:-1].rpartition("\n")[2]
    return {"line": line, "character": len(last.encode("utf-16-le", "surrogatepass")) // 2}
