"""Writes what the tables know of decorators' arguments into docs/arguments.md, docs/resources.md and docs/arguments.

`python tools/arguments.py`, or `make update`. The prose and the examples of the pages are written by hand; the table
below each argument's heading, and below that of each option type, is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_never

from athena_lsp.analysis.options import (
    CONSTRUCTS,
    OPTIONS,
    AnythingShape,
    BoolShape,
    ChoiceShape,
    ConstructShape,
    DurationShape,
    ExceptionsShape,
    Field,
    IntShape,
    JsonShape,
    ListShape,
    MapShape,
    Option,
    QuantityShape,
    Shape,
    TemplateShape,
    TextShape,
    VolumeShape,
)
from athena_lsp.analysis.options import Scope as OptionScope
from athena_lsp.analysis.runtime_docs import Documented, read_docs
from athena_lsp.rules.needs_newer_argo import NEWER
from athena_lsp.settings import Settings

ROOT = Path(__file__).parents[1]
INDEX = ROOT / "docs" / "arguments.md"
FOLDER = ROOT / "docs" / "arguments"
RESOURCES = ROOT / "docs" / "resources.md"
SOURCES = tuple(ROOT / "athena_runtime" / name for name in ("decorators.py", "options.py"))

INTRODUCTION = """\
# Arguments of the decorators

Every keyword of `@container` and `@workflow`. Each name leads to a page with a program and the part of the manifest
that it becomes. Values are *static*: known without running the program. Whatever Argo would pass over in silence is an
[error](../athena_lsp/rules/unknown-argument.md) that says where it works.

- A name that ends in `_if_root` acts only when its own workflow is the one that was submitted: Argo reads those fields
  from nowhere else.
- A name that begins with `boundary_` acts on the pods directly inside the workflow, where they say nothing themselves.
- All others act wherever the template runs.

"""
HEADER = """\
| argument | on | takes | Argo field | since Argo |
| --- | --- | --- | --- | --- |
"""
ABOUT = re.compile(
    r"(?P<what>.*?)\s*Argo field: (?P<field>`[^`]*`(?:, `[^`]*`)*)\.\s*Default: (?P<default>.*)\.\Z", re.S
)
HEADING = re.compile(r"#{2,3} (\w+)\n\n?(?:\|.*\n)*\n?")
READ: Mapping[OptionScope, str] = {
    "template": "wherever the template runs",
    "root": "from the submitted workflow alone",
    "boundary": "for the pods directly inside, where they do not say",
}


def index() -> str:
    """The table of all arguments, by name."""
    pages = {name: page for page in sorted(FOLDER.glob("*.md")) for name in arguments_of(page.read_text("utf-8"))}
    rows = []
    for option in sorted(OPTIONS, key=lambda option: option.name):
        page = pages[option.name]
        link = f"[`{option.name}`](arguments/{page.name}#{option.name})"
        rows.append(row(link, _kinds(option), takes(option.shape), _about(option)["field"], since(option.name)))
    return INTRODUCTION + HEADER + "".join(rows)


def refreshed(page: str) -> str:
    """A page with the tables of its arguments and option types as they are now."""
    return HEADING.sub(_with_table, page)


def arguments_of(page: str) -> tuple[str, ...]:
    """The arguments that a page is about: its headings of the second level that are names of arguments."""
    names = {option.name for option in OPTIONS}
    return tuple(name for name in re.findall(r"^## (\w+)$", page, re.MULTILINE) if name in names)


def option_types_of(page: str) -> tuple[str, ...]:
    """The option types whose fields a page lists."""
    return tuple(name for name in re.findall(r"^### (\w+)$", page, re.MULTILINE) if name in CONSTRUCTS)


def takes(shape: Shape) -> str:
    """What may be given, with its unit."""
    match shape:
        case TextShape(placeholders=placeholders):
            return "`str`" + (", with placeholders" if placeholders else "")
        case QuantityShape(measure=measure, numbers=numbers):
            kind = "`str`, `int` or `float`" if numbers else "`str`"
            return f"{kind}: a quantity" + ("" if measure == "units" else f" of {measure}")
        case ChoiceShape(words=words):
            return _either(f'`"{word}"`' for word in words)
        case IntShape(minimum=minimum, words=words):
            number = "`int`" + ("" if minimum is None else f", {minimum} or more")
            return "; or ".join((number, *(f'`"{word}"`' for word in words)))
        case BoolShape():
            return "`bool`"
        case DurationShape():
            return 'whole seconds above 0: `int`, text such as `"1h30m"`, or `timedelta`'
        case MapShape(key="resource"):
            return "`dict` of quantities"
        case MapShape(placeholders=placeholders):
            return "`dict[str, str]`" + (", values with placeholders" if placeholders else "")
        case ListShape(item=item, single=single):
            return f"{takes(item)}, or a list of them" if single else f"a list of {takes(item)}"
        case ConstructShape(name=name, shorthand=shorthand):
            return f"`{name}(...)`" if shorthand is None else f"`{name}(...)`, or {takes(shorthand)}"
        case TemplateShape():
            return "a workflow or a container"
        case ExceptionsShape():
            return "exception types"
        case JsonShape(placeholders=placeholders):
            return "`dict` of JSON values" + (", texts with placeholders" if placeholders else "")
        case VolumeShape() | AnythingShape():
            return "any"
        case _:
            assert_never(shape)


def since(key: str) -> str:
    """The first Argo that has an argument, or a field of an option type."""
    version = NEWER[key].since if key in NEWER else Settings().argo_version
    return ".".join(str(part) for part in version)


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _with_table(match: re.Match[str]) -> str:
    name = match[1]
    option = next((option for option in OPTIONS if option.name == name), None)
    heading = match[0].split("\n", 1)[0]
    if option is not None and heading.startswith("## "):
        return f"{heading}\n\n{_option_table(option)}\n"
    if name in CONSTRUCTS and heading.startswith("### "):
        return f"{heading}\n\n{_fields_table(name)}\n"
    return match[0]


def _option_table(option: Option) -> str:
    about = _about(option)
    acts = READ[option.scope] if "CronWorkflow" not in about["field"] else "by the cluster itself"
    lines = (
        ("on", _kinds(option)),
        ("takes", takes(option.shape)),
        ("Argo field", about["field"]),
        ("read", acts),
        ("default", about["default"]),
        ("since Argo", since(option.name)),
    )
    return row("", "") + "| --- | --- |\n" + "".join(row(*line) for line in lines)


def _fields_table(name: str) -> str:
    rows = (_field_row(name, field) for field in CONSTRUCTS[name])
    header = row("field", "takes", "means", "Argo field", "default") + "| --- | --- | --- | --- | --- |\n"
    return header + "".join(rows)


def _field_row(owner: str, field: Field) -> str:
    about = _described(owner, field.name)
    newer = f" Since Argo {since(f'{owner}.{field.name}')}." if f"{owner}.{field.name}" in NEWER else ""
    return row(f"`{field.name}`", takes(field.shape), about["what"] + newer, about["field"], about["default"])


def _about(option: Option) -> Mapping[str, str]:
    return _described(min(kind.value for kind in option.kinds), option.name)


def _described(owner: str, name: str) -> Mapping[str, str]:
    """The parts of what the runtime's docstring says: what it means, its Argo field, its default."""
    entry = _docs()[owner].entry(name)
    match = ABOUT.match(entry.doc) if entry else None
    if match is None:
        raise LookupError(f"the docstring of {owner} says no Argo field and default of {name}")
    return match.groupdict()


def _docs() -> Mapping[str, Documented]:
    return {name: found for path in SOURCES for name, found in read_docs(path.read_text("utf-8")).items()}


def _kinds(option: Option) -> str:
    return ", ".join(f"`@{kind.value}`" for kind in sorted(option.kinds, key=lambda kind: kind.value))


def _either(parts: Iterator[str] | tuple[str, ...]) -> str:
    *first, last = [part for part in parts if part != '`""`']
    return f"{', '.join(first)} or {last}" if first else last


def main() -> None:
    for page in (*sorted(FOLDER.glob("*.md")), RESOURCES):
        page.write_text(refreshed(page.read_text("utf-8")), "utf-8")
    INDEX.write_text(index(), "utf-8")


if __name__ == "__main__":
    main()
