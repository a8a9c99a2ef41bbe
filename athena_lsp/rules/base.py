"""What a rule is: a function from a block's meaning to findings, with a name, a severity and a page beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.spelling import NewImport, Spelling
from athena_lsp.diagnostics import Severity
from athena_lsp.ir.model import Unit
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field
from athena_lsp.text import Span, TextEdit


@dataclass(frozen=True, slots=True)
class Related:
    """A place in another block, or in this one, by name; `span` instead of `declaration` for a place in this block."""

    message: str
    declaration: Declaration | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the declared thing another name, everywhere it is used."""

    declaration: Declaration
    new_name: str


@dataclass(frozen=True, slots=True)
class Decorate:
    """Write a decorator above a function of the project, importing it from athena_runtime where needed."""

    declaration: Declaration
    decorator: str


@dataclass(frozen=True, slots=True)
class Annotate:
    """Write another annotation: of a parameter of a top-level function, or of its result (the member `return`)."""

    declaration: Declaration
    spelling: Spelling


@dataclass(frozen=True, slots=True)
class Mend:
    """A fix as a rule sees it: edits of its own block, and changes elsewhere by name."""

    title: str
    edits: tuple[TextEdit, ...] = ()
    renames: tuple[Rename, ...] = ()
    decorates: tuple[Decorate, ...] = ()
    annotates: tuple[Annotate, ...] = ()
    imports: tuple[NewImport, ...] = ()
    """What its own file must import for the edits."""
    safe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule found in one place of one block; the rule's name and severity are added for it."""

    span: Span
    message: str
    related: tuple[Related, ...] = ()
    hints: tuple[str, ...] = ()
    fixes: tuple[Mend, ...] = ()
    unnecessary: bool = False


Check = Callable[[Unit, Facts], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `check` is None where the finding comes from elsewhere: the parser, the configuration, the manifest."""

    name: str
    summary: str
    severity: Severity
    since: str
    check: Check | None = field(compare=False)
    fixable: bool = False
    """Some of its findings have a quick fix."""
    required: bool = False
    """Its errors would make the manifest wrong: it can neither be turned off nor suppressed."""
    of_imports: bool = False
    """It looks at imports that lead somewhere: nothing else is asked about a block that has nothing else."""
    when_right: bool = False
    """It is asked only about a block in which no other rule has found an error: it looks at what is emitted, or says
    what is too much in a program that is right. What is half written is not advised."""


def rule(
    summary: str,
    *,
    severity: Severity = Severity.ERROR,
    since: str = "0.1",
    fixable: bool = False,
    required: bool = False,
    of_imports: bool = False,
    when_right: bool = False,
) -> Callable[[Check], Rule]:
    """Declare a rule. Its name is the function's, spelled with hyphens."""

    def declare(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(name, summary, severity, since, check, fixable, required, of_imports, when_right)

    return declare


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule in this package, by name: one module each, named after it. Names with a leading `_` are helpers."""
    package = import_module("athena_lsp.rules")
    modules = sorted(module.name for module in iter_modules(package.__path__))
    names = [name for name in modules if name != "base" and not name.startswith("_")]
    return tuple(getattr(import_module(f"athena_lsp.rules.{name}"), name) for name in names)


@cache
def rules_by_name() -> dict[str, Rule]:
    return {rule.name: rule for rule in all_rules()}
