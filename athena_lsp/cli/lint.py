"""Find what Argo would refuse in manifests, YAML or JSON, also in hand-written ones, and what would fail in a run."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath

from athena_lsp.argo.checks.catalogue import BINDING, KINDS, Document
from athena_lsp.argo.checks.places import At, Path
from athena_lsp.argo.preflight import Refusal, refusals
from athena_lsp.cli.check import FORMATS
from athena_lsp.cli.findings import Findings, existing, shown_path
from athena_lsp.cli.ignoring import KNOWN, apply_comments, names_of
from athena_lsp.cli.manifests import Manifest, Place, read_manifests, read_yaml
from athena_lsp.cli.process import CLEAN, FINDINGS, MISUSE, tell
from athena_lsp.diagnostics import Diagnostic, Severity
from athena_lsp.files import Unreadable, read_text, walk
from athena_lsp.project import one_line
from athena_lsp.records import dataclass, replace
from athena_lsp.text import Source, Span

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
STDIN = "-"
GROUP = "argoproj.io"
REFUSES, LIMIT = "argo-refuses", "manifest-limit"
ANY = re.compile(r".")
UNITS = {
    "'": re.compile(r"''|."),
    '"': re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|."),
}
"""What stands for one character of a text, by its quotes."""
HINTS = {
    "trap": "Argo takes this, and finds out in the run",
    "advice": "Argo takes this; `# athena: ignore[{code}]` hides it",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One document of a file."""

    path: str
    manifest: Manifest
    inside: Path = ()
    """Where in the document the object stands: in a `List`, below `items`."""

    @property
    def value(self) -> object:
        value = self.manifest.value
        for key in self.inside:
            value = value[key]  # type: ignore[index]  # the path was found in it
        return value


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: here); `-` reads a text")
    parser.add_argument("--output-format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--select", metavar="CODES", type=_codes, help="only these rules, with commas between")
    parser.add_argument("--ignore", metavar="CODES", type=_codes, default=frozenset(), help="all rules but these")
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")
    parser.add_argument("--offline", action="store_true", help="whatever is referred to must be among the files")


def run(options: Namespace) -> int:
    texts, problems, templates = _texts(options.paths or ["."])
    if templates:
        tell(f"passed over as templates of Helm: {', '.join(templates)}; lint what `helm template` makes of them")
    linted = lint_texts(texts, complete=options.offline)
    named = ((one, names_of(one)) for one in linted.diagnostics)
    diagnostics = tuple(
        one for one, names in named if not names & options.ignore and (options.select is None or names & options.select)
    )
    if options.strict:
        diagnostics = tuple(replace(one, severity=Severity.ERROR) for one in diagnostics)
    findings = Findings(diagnostics, linted.sources, tuple(sorted(texts)), problems)
    sys.stdout.write(FORMATS[options.output_format](findings))
    return _told(findings, linted.objects, options)


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in some texts, by path and position, and how many objects of Argo there were."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]
    objects: int


def lint_texts(texts: Mapping[str, str], *, complete: bool) -> Linted:
    """Everything to be said of the texts of some files, by path. `complete`: nothing but they is there to refer to."""
    sources = {path: Source(text) for path, text in texts.items()}
    found = [Found(path, manifest) for path, text in texts.items() for manifest in read_manifests(text)]
    objects = [inner for each in found for inner in _objects(each)]
    kept = apply_comments([*_unreadable(found), *_refused(objects, sources, complete=complete)], sources)
    ordered = tuple(sorted(kept, key=lambda one: (one.path, one.span, one.message)))
    return Linted(ordered, sources, len(objects))


def _codes(text: str) -> frozenset[str]:
    """Codes of rules, or the names of all of them. Raises ArgumentTypeError for one that there is not."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in KNOWN:
            raise ArgumentTypeError(f"there is no rule `{word}`: write the code at the end of a message, such as `X9`")
    return frozenset(words)


def _told(findings: Findings, objects: int, options: Namespace) -> int:
    """Says what the result does not, and gives the exit code."""
    for path, why in findings.problems.items():
        tell(f"error: `{path}` could not be read: {why}")
    errors = sum(one.severity is Severity.ERROR for one in findings.diagnostics)
    if not objects and not errors and not findings.problems:
        tell("error: nothing to lint: there is no object of Argo Workflows in these files")
        return FINDINGS
    if options.output_format == "text":
        counts = Counter(one.severity.value for one in findings.diagnostics)
        listed = ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for word, count in sorted(counts.items()))
        tell(f"{listed or 'nothing found'} in {objects} object{'s' if objects != 1 else ''}")
    return MISUSE if findings.problems else FINDINGS if errors else CLEAN


# --- files --------------------------------------------------------------------------------------------------------


def _texts(paths: Iterable[str]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The texts of all files by the path that is shown; those that could not be read, with the reason; and templates
    of Helm, which are no YAML yet."""
    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    templates: list[str] = []
    for given in paths:
        if given == STDIN:
            texts["stdin.yaml"] = sys.stdin.read()
            continue
        path = existing(FilePath(given))
        for file in _files(path):
            shown, read = shown_path(file), read_text(file)
            if isinstance(read, Unreadable):
                problems[shown] = read.why
            elif file == path:
                texts[shown] = read.text
            elif _is_of_chart(file) and not _is_readable(read.text):
                templates.append(shown)
            elif GROUP in read.text or ("Workflow" in read.text and _is_readable(read.text)):
                texts[shown] = read.text
    return texts, problems, templates


def _files(path: FilePath) -> Iterator[FilePath]:
    """The file itself, whatever it is called, or the manifests below a folder that git does not ignore."""
    if not path.is_dir():
        yield path
        return
    yield from (path / name for name in walk(path, is_wanted=lambda name: FilePath(name).suffix in SUFFIXES))


def _is_of_chart(file: FilePath) -> bool:
    """Whether Helm makes a manifest of the file."""
    return any(folder.name == "templates" and (folder.parent / "Chart.yaml").is_file() for folder in file.parents)


def _is_readable(text: str) -> bool:
    """Whether all documents of a file are YAML."""
    return all(manifest.value is not None for manifest in read_manifests(text))


def _objects(found: Found) -> Iterator[Found]:
    """The objects of Argo in a document: itself, or those in a list, as `kubectl get -o yaml` prints it."""
    document = Document(At(found.value))
    if document.kind in KINDS | {BINDING} or document.is_misspelled:
        yield found
    elif document.at.get("kind").text.endswith("List"):
        for item in document.at.get("items").items():
            yield from _objects(replace(found, inside=(*found.inside, *item.path)))


# --- findings -----------------------------------------------------------------------------------------------------


def _unreadable(found: Iterable[Found]) -> Iterator[Diagnostic]:
    """What is wrong with texts; of a document that can be read, only when it is one of Argo's."""
    for each in found:
        if each.manifest.value is None or any(_objects(each)):
            for problem in each.manifest.problems:
                message = one_line(f"{problem.message} ({problem.code})")
                yield Diagnostic(REFUSES, Severity.ERROR, each.path, problem.span, message)


def _refused(objects: Sequence[Found], sources: Mapping[str, Source], *, complete: bool) -> Iterator[Diagnostic]:
    values = [each.value for each in objects]
    files = [each.path for each in objects]
    for refusal in refusals(values, complete=complete, read_yaml=read_yaml, files=files):
        each = objects[refusal.document]
        placed = replace(refusal, path=(*each.inside, *refusal.path))
        span = _span(each.manifest, placed, sources[each.path].text)
        severity = Severity.WARNING if refusal.level == "advice" else Severity.ERROR
        hint = HINTS.get(refusal.level, "").format(code=refusal.code)
        message = one_line(f"{refusal.message} ({refusal.code})")
        hints = (hint,) if hint else ()
        yield Diagnostic(LIMIT if refusal.is_limit else REFUSES, severity, each.path, span, message, hints)


def _span(manifest: Manifest, refusal: Refusal, text: str) -> Span:
    """Where a finding is shown: the part of a text, the text, or the key of a larger thing."""
    path = refusal.path
    while path not in manifest.places:
        path = path[:-1]
    place = manifest.places[path]
    exact = len(path) == len(refusal.path)
    if exact and refusal.part is not None and not place.is_collection:
        return _part(place, refusal.part, text)
    if place.key is not None and (refusal.is_key or place.is_collection or not exact):
        return place.key
    return place.value


def _part(place: Place, part: Span, text: str) -> Span:
    """A part of a scalar, where its source is as long as its value; else all of it."""
    if place.block is not None:
        start, indent = place.block
        lines = text[start : place.value.end].split("\n")
        offset, left = start, part.start
        for line in lines:
            length = max(len(line.removesuffix("\r")) - indent, 0)
            if left <= length:
                begin = offset + indent + left
                return Span(begin, max(begin, min(begin + part.end - part.start, offset + len(line))))
            left -= length + 1
            offset += len(line) + 1
        return place.value
    source = place.value.of(text)
    quote = source[:1] if source[:1] in ("'", '"') else ""
    inside = source[1:-1] if quote else source
    if "\n" in inside:
        return place.value
    starts = [match.start() for match in UNITS.get(quote, ANY).finditer(inside)]
    starts.append(len(inside))
    if part.end >= len(starts):
        return place.value
    return Span(starts[part.start], starts[part.end]).shift(place.value.start + len(quote))
