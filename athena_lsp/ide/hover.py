"""What stands under the cursor, in Markdown: options, calls, placeholders, templates, resource calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import assert_never

from athena_lsp.analysis.cron import CronProblem, parse_cron, upcoming
from athena_lsp.analysis.cron_words import schedule_in_words
from athena_lsp.ide import describe
from athena_lsp.ide.calls import incoming_calls
from athena_lsp.ide.constants import spot_of
from athena_lsp.ide.place import Place, place_at
from athena_lsp.ide.runtime_docs import runtime_docs
from athena_lsp.ide.slots import call_at
from athena_lsp.ide.spots import (
    AccessSpot,
    CalleeSpot,
    FieldSpot,
    KeywordSpot,
    NameSpot,
    OptionSpot,
    ParameterSpot,
    PlaceholderSpot,
    ReferenceSpot,
    ScheduleSpot,
    Spot,
    StepNameSpot,
)
from athena_lsp.ide.types import parameter_markdown, template_markdown
from athena_lsp.ir.model import Definition
from athena_lsp.project import Project
from athena_lsp.records import dataclass
from athena_lsp.syntax.cursor import LONGEST_BLOCK, cursor_in
from athena_lsp.text import Span

SHOWN_TIMES = 3
MOST_CALLERS = 5
WORD = re.compile(r"\w+")
KEYWORD = re.compile(r"\s*=(?!=)")
VALUE = re.compile(r"\d+|True|False")
Clock = Callable[[str], datetime | None]


@dataclass(frozen=True, slots=True)
class Hover:
    """Markdown about a span of the file."""

    span: Span
    markdown: str


def hover(project: Project, path: str, offset: int, now: Clock | None = None) -> Hover | None:
    """What athena knows of the place and a Python server does not; None when that is nothing.

    `now` gives the time in a zone, for the next times of a schedule.
    """
    place = place_at(project, path, offset)
    spot = spot_of(place) if place else None
    if place is None or spot is None:
        return _argument(place) if place else None
    markdown = _schedule(spot, now) if isinstance(spot, ScheduleSpot) else _describe(spot, place)
    return Hover(place.in_file(spot.span), markdown) if markdown else None


def _describe(spot: Spot, place: Place) -> str:
    facts, docs = place.project.facts, runtime_docs()
    match spot:
        case OptionSpot(definition=definition, option=option):
            return describe.option(facts, docs, definition, option)
        case FieldSpot(construct=construct, field=field):
            return describe.entry(docs, construct.name, field.name)
        case PlaceholderSpot():
            return describe.placeholder(facts, spot)
        case ReferenceSpot(reference=reference):
            return describe.template(facts, reference.declaration)
        case NameSpot(definition=definition):
            types = template_markdown(place.project, definition.declaration)
            return _joined(describe.template(facts, definition.declaration), _callers(place, definition), types)
        case ParameterSpot(definition=definition, parameter=parameter):
            schema = parameter_markdown(place.project, definition, parameter)
            return _joined(describe.parameter(definition, parameter), schema)
        case CalleeSpot(definition=definition, step=step) | StepNameSpot(definition=definition, step=step):
            return describe.step(facts, definition, step)
        case KeywordSpot(definition=definition, step=step, given=given):
            return describe.keyword(facts, definition, step, given)
        case AccessSpot(projection=projection, depth=depth):
            return describe.access(facts, projection, depth)
        case ScheduleSpot():
            return ""
        case _:
            assert_never(spot)


def _argument(place: Place) -> Hover | None:
    """An argument of athena's own at its keyword or at its value, told from the characters: also of a call in a body,
    and in text that does not parse."""
    if len(place.block) > LONGEST_BLOCK:
        return None
    word = next((each for each in WORD.finditer(place.block) if each.start() <= place.offset <= each.end()), None)
    cursor = cursor_in(place.block, word.start() if word else place.offset)
    call = call_at(place.project.facts, place.path, cursor) if cursor.where != "comment" else None
    if call is None or call.inner:
        return None
    is_keyword = word is not None and cursor.where == "code" and KEYWORD.match(place.block, word.end()) is not None
    is_value = cursor.where == "text" or (word is not None and VALUE.fullmatch(word[0]) is not None)
    name = word[0] if is_keyword and word else call.field.name if is_value and call.field else ""
    span = cursor.text or (Span(*word.span()) if word else None)
    markdown = describe.entry(runtime_docs(), call.docs, name)
    return Hover(place.in_file(span), markdown) if span and markdown else None


def _callers(place: Place, definition: Definition) -> str:
    """Who runs a template, the first ones by name."""
    names = [f"`{each.item.declaration.name}`" for each in incoming_calls(place.project, definition.declaration)]
    more = len(names) - MOST_CALLERS
    shown = [*names[:MOST_CALLERS], *([f"{more} more"] if more > 0 else [])]
    return f"Called by {', '.join(shown)}." if shown else ""


def _schedule(spot: ScheduleSpot, now: Clock | None) -> str:
    """A schedule in words, and when it fires next."""
    schedule = parse_cron(spot.text.value)
    if isinstance(schedule, CronProblem):
        return ""
    words = schedule_in_words(spot.text.value)
    zone = spot.zone or "UTC"
    begin = now(zone) if now else None
    times = islice(upcoming(schedule, begin), SHOWN_TIMES) if begin else ()
    lines = "\n".join(f"- {time:%a %d %b %Y %H:%M}" for time in times)
    head = f"Fires {words} ({zone})." if words else f"Fires by the clock of {zone}."
    return _joined(head, f"Next:\n\n{lines}" if lines else "")


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
