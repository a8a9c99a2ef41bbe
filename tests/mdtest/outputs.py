"""What a fence of a page can hold: functions from a checked program to text, by the kind of the fence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from checked import Checked, edited, shown
from editing import EDITING
from outcomes import outcomes
from pages import PageError
from running import run

from athena_lsp.argo.manifest import Document, WorkflowTemplate
from athena_lsp.argo.yaml import write
from athena_lsp.diagnostics import FileEdit
from athena_lsp.ide.definition import definition
from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.mermaid import mermaid
from athena_lsp.ide.graphs.outline import outline as graph_lines
from athena_lsp.ide.hover import hover
from athena_lsp.ide.symbols import Symbol, symbols
from athena_lsp.render.text import render_text
from athena_lsp.text import OverlappingEditsError


def fixed(checked: Checked) -> str:
    """The files that change, after the first fix of everything reported; fixes that overlap earlier ones wait."""
    edits: tuple[FileEdit, ...] = ()
    texts: dict[str, str] = {}
    for diagnostic in checked.diagnostics:
        for fix in diagnostic.fixes[:1]:
            try:
                tried = tuple(dict.fromkeys((*edits, *fix.edits)))
                texts = edited(checked.sources, tried)
            except OverlappingEditsError:
                continue
            edits = tried
    if not texts:
        return "nothing to fix\n"
    if set(texts) == {"main.py"}:
        return texts["main.py"]
    return "\n".join(f"# {path}\n{text}" for path, text in sorted(texts.items()))


def output(checked: Checked) -> str:
    """What a terminal shows of the findings."""
    return render_text(checked.diagnostics, checked.sources).rstrip("\n")


def manifest(checked: Checked) -> str:
    """The YAML of the only workflow that nobody calls, with all that it reaches.

    `manifest pipeline` names another root; `manifest pipeline spec.templates[0].dag` shows a part of its own object,
    `manifest pipeline CronWorkflow` its timetables, `manifest pipeline WorkflowEventBinding` its events.
    """
    name, _, part = checked.argument.partition(" ")
    faces = [face for face in checked.project.signatures() if face.declaration.name == name]
    roots = tuple(face.declaration for face in faces) if name else checked.project.roots()
    if len(roots) != 1:
        names = ", ".join(root.name for root in roots) or "none"
        raise PageError(f"a `manifest` fence needs one root: write its name after `manifest`; found: {names}")
    emission = checked.project.emit(roots[0])
    if not part:
        return emission.text
    if part in ("CronWorkflow", "WorkflowEventBinding"):
        return write(tuple(tree for tree in emission.documents if tree.kind == part)).text
    of_root = [index for index, tree in enumerate(emission.documents) if _entrypoint(tree) == faces[0].template]
    if not of_root or (line := emission.paths.get((of_root[0], part))) is None:
        raise PageError(f"the object of `{name}` has no part `{part}`")
    return _part(emission.text.splitlines(), line)


def graph(checked: Checked) -> str:
    """The graph of the only workflow that nobody calls, as lines; `graph mermaid` in Mermaid's language."""
    roots = checked.project.roots()
    if len(roots) != 1:
        raise PageError(f"a `graph` fence needs one root; found: {', '.join(root.name for root in roots) or 'none'}")
    drawn = build(checked.project, roots[0])
    return mermaid(drawn) if checked.argument == "mermaid" else graph_lines(drawn)


def _entrypoint(document: Document) -> str:
    return document.spec.entrypoint or "" if isinstance(document, WorkflowTemplate) else ""


def _part(lines: list[str], first: int) -> str:
    """The lines of a YAML part: the first one, and all below it that are deeper, or items of its list."""
    indent = len(lines[first]) - len(lines[first].lstrip())
    last = first + 1
    while last < len(lines) and (lines[last].startswith(" " * (indent + 1)) or lines[last][indent:].startswith("- ")):
        if lines[first][indent:].startswith("- ") and lines[last][indent:].startswith("- "):
            break
        last += 1
    return "\n".join(line[indent:] for line in lines[first:last]) + "\n"


def hovered(checked: Checked) -> str:
    """The text that the hover is about, and its Markdown."""
    path, offset = checked.place
    found = hover(checked.project, path, offset)
    return f"{found.span.of(checked.sources[path].text)}\n---\n{found.markdown}" if found else "nothing"


def defined(checked: Checked) -> str:
    """The place that the name under the cursor leads to."""
    path, offset = checked.place
    found = definition(checked.project, path, offset)
    return shown(checked, found.location) if found else "nothing"


def outline(checked: Checked) -> str:
    """The outline of the file with the cursor, or of main.py."""
    return "\n".join(_symbols(symbols(checked.project, checked.file), 0)) or "nothing"


OUTPUTS: dict[str, Callable[[Checked], str]] = {
    "fixed": fixed,
    "output": output,
    "graph": graph,
    "manifest": manifest,
    "hover": hovered,
    "definition": defined,
    "symbols": outline,
    "run": run,
    "outcomes": outcomes,
    **EDITING,
}


def _symbols(found: tuple[Symbol, ...], depth: int) -> Iterator[str]:
    for symbol in found:
        yield f"{'  ' * depth}{symbol.kind} {symbol.name} {symbol.detail}".rstrip()
        yield from _symbols(symbol.children, depth + 1)
