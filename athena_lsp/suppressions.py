"""Applying suppression comments to the findings of a file, and saying which of them are wrong or do nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from athena_lsp.diagnostics import Diagnostic, FileEdit, Fix, Severity
from athena_lsp.records import replace
from athena_lsp.rules._nearest import listed, nearest
from athena_lsp.rules.base import Rule
from athena_lsp.syntax.comments import Slug, Suppression
from athena_lsp.text import Source, Span, TextEdit

LINE, FILE = "ignore", "ignore-file"
UNKNOWN, UNUSED = "unknown-suppression", "unused-suppression"


def apply_suppressions(
    diagnostics: Sequence[Diagnostic],
    suppressions: Sequence[Suppression],
    rules: Mapping[str, Rule],
    *,
    path: str,
    source: Source,
    levels: Mapping[str, Severity | None],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """What is left of a file's diagnostics, and what is to be said of its suppressions.

    A suppression acts on findings that begin or end in its lines, or in the whole file when it stands at the top.
    Findings of required rules stay. While the text does not parse, nothing is called unused. `levels` are those of
    the settings; they hold for the two rules about suppressions as well, which can also be suppressed.
    """
    if not suppressions:
        return tuple(diagnostics), ()
    kept, used = _filtered(diagnostics, suppressions, rules, source)
    broken = any(found.rule == "syntax-error" for found in diagnostics)
    findings = [_unknown(path, source, suppression, slug, rules) for suppression, slug in _wrong(suppressions, rules)]
    if not broken:
        findings += _unused(path, source, suppressions, used, rules, levels)
    leveled = (_leveled(found, levels) for found in findings)
    shown, _ = _filtered([found for found in leveled if found], suppressions, rules, source)
    return tuple(kept), tuple(shown)


def _filtered(
    diagnostics: Iterable[Diagnostic],
    suppressions: Iterable[Suppression],
    rules: Mapping[str, Rule],
    source: Source,
) -> tuple[list[Diagnostic], set[Slug]]:
    """The diagnostics that nothing suppresses, and the slugs that suppressed others."""
    by_line: dict[tuple[str, int], list[Slug]] = {}
    by_file: dict[str, list[Slug]] = {}
    for suppression in suppressions:
        for slug in suppression.slugs:
            if suppression.word == FILE and suppression.leading:
                by_file.setdefault(slug.name, []).append(slug)
            elif suppression.word == LINE:
                for line in range(suppression.lines[0], suppression.lines[1] + 1):
                    by_line.setdefault((slug.name, line), []).append(slug)
    kept: list[Diagnostic] = []
    used: set[Slug] = set()
    for found in diagnostics:
        lines = {source.line_of(found.span.start), source.line_of(max(found.span.start, found.span.end - 1))}
        hits = [slug for line in lines for slug in by_line.get((found.rule, line), ())]
        hits = hits or by_file.get(found.rule, [])
        rule = rules.get(found.rule)
        if hits and not (rule and rule.required):
            used.update(hits)
        else:
            kept.append(found)
    return kept, used


# --- suppressions that name nothing -------------------------------------------------------------------------------


def _wrong(suppressions: Iterable[Suppression], rules: Mapping[str, Rule]) -> Iterator[tuple[Suppression, Slug | None]]:
    """Directives nobody understands, and slugs that name no rule."""
    for suppression in suppressions:
        if suppression.word not in (LINE, FILE):
            if suppression.closed or nearest(suppression.word, (LINE, FILE)):
                yield suppression, None
        elif not suppression.slugs:
            yield suppression, None
        else:
            yield from ((suppression, slug) for slug in suppression.slugs if slug.name not in rules)


def _unknown(
    path: str, source: Source, suppression: Suppression, slug: Slug | None, rules: Mapping[str, Rule]
) -> Diagnostic:
    if slug is not None:
        near = nearest(slug.name, rules)
        meant = f"; did you mean {listed(near)}?" if near else ""
        fixes = [_fix(path, slug.span, name, f"Replace with `{name}`") for name in near]
        removal = _removal(path, source, suppression, [slug])
        return _diagnostic(path, UNKNOWN, slug.span, f"there is no rule `{slug.name}`{meant}", "", (*fixes, removal))
    span, word = suppression.span, suppression.word
    if word in (LINE, FILE):
        hint = f"write `# athena: {word}[name-of-a-rule]`"
        return _diagnostic(path, UNKNOWN, span, f"this `{word}` names no rule", hint, ())
    near = nearest(word, (LINE, FILE))
    start = span.start + span.of(source.text).index(word)
    fixes = [_fix(path, Span(start, start + len(word)), name, f"Replace with `{name}`") for name in near]
    meant = f"; did you mean {listed(near)}?" if near else ""
    hint = "write `# athena: ignore[name-of-a-rule]`"
    return _diagnostic(path, UNKNOWN, span, f"there is no directive `{word}`{meant}", hint, tuple(fixes))


# --- suppressions that do nothing ---------------------------------------------------------------------------------


def _unused(
    path: str,
    source: Source,
    suppressions: Iterable[Suppression],
    used: set[Slug],
    rules: Mapping[str, Rule],
    levels: Mapping[str, Severity | None],
) -> Iterator[Diagnostic]:
    for suppression in suppressions:
        if suppression.word not in (LINE, FILE):
            continue
        idle = [slug for slug in suppression.slugs if _is_idle(slug, used, rules, levels)]
        if (
            len(idle) > 1
            and len(idle) == len(suppression.slugs)
            and not any(rules[slug.name].required for slug in idle)
        ):
            what = f"nothing here is reported by {listed((slug.name for slug in idle), 'or')}"
            removal = _removal(path, source, suppression, idle)
            hint = _advice(suppression, idle, rules)
            yield _diagnostic(path, UNUSED, suppression.span, what, hint, (removal,), unnecessary=True)
            continue
        for slug in idle:
            removal = _removal(path, source, suppression, [slug])
            if rules[slug.name].required:
                what = f"`{slug.name}` cannot be suppressed: without it the manifest would be wrong"
            else:
                what = f"nothing here is reported by `{slug.name}`"
            hint = _advice(suppression, [slug], rules)
            yield _diagnostic(path, UNUSED, slug.span, what, hint, (removal,), unnecessary=True)


def _is_idle(slug: Slug, used: set[Slug], rules: Mapping[str, Rule], levels: Mapping[str, Severity | None]) -> bool:
    if slug in used or slug.name not in rules or slug.name in (UNKNOWN, UNUSED):
        return False
    return levels.get(slug.name, Severity.ERROR) is not None


def _advice(suppression: Suppression, idle: Sequence[Slug], rules: Mapping[str, Rule]) -> str:
    if any(rules[slug.name].required for slug in idle):
        return "mend what it reports"
    if suppression.word == FILE and not suppression.leading:
        return "move it to the top of the file, above the first statement"
    if suppression.word == LINE and suppression.alone:
        return "write it at the end of the line that it is about"
    return ""


# --- parts of diagnostics -----------------------------------------------------------------------------------------


def _diagnostic(
    path: str, rule: str, span: Span, message: str, hint: str, fixes: tuple[Fix, ...], *, unnecessary: bool = False
) -> Diagnostic:
    hints = (hint,) if hint else ()
    return Diagnostic(rule, Severity.WARNING, path, span, message, hints, (), fixes, unnecessary)


def _leveled(found: Diagnostic, levels: Mapping[str, Severity | None]) -> Diagnostic | None:
    level = levels.get(found.rule, found.severity)
    return None if level is None else replace(found, severity=level)


def _fix(path: str, span: Span, text: str, title: str) -> Fix:
    return Fix(title, (FileEdit(path, TextEdit(span, text)),), safe=True)


def _removal(path: str, source: Source, suppression: Suppression, slugs: Sequence[Slug]) -> Fix:
    """Taking slugs out of a directive, or all of the directive when no other is left."""
    left = [slug for slug in suppression.slugs if slug not in slugs]
    if left:
        names = ", ".join(f"`{slug.name}`" for slug in slugs)
        inside = Span(suppression.slugs[0].span.start, suppression.slugs[-1].span.end)
        return _fix(path, inside, ", ".join(slug.name for slug in left), f"Remove {names}")
    text, line = source.text, source.line_of(suppression.span.start)
    start, end = suppression.span.start, source.line_span(line).end
    if "#" in text[suppression.span.end : end]:
        end = suppression.span.end + text[suppression.span.end : end].index("#")
        return _fix(path, Span(start, end), "", "Remove the suppression")
    first = source.line_starts[line]
    start = first + len(text[first:start].rstrip())
    if start == first and line + 1 < source.line_count:
        end = source.line_starts[line + 1]
    return _fix(path, Span(start, end), "", "Remove the suppression")
