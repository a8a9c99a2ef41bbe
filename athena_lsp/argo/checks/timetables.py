"""Checks of timetables (rules C) and of event bindings: when they submit, and what."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.cron import CronProblem, parse_cron
from athena_lsp.analysis.timezones import NAMES
from athena_lsp.argo.checks.catalogue import Catalogue, Document
from athena_lsp.argo.checks.places import At, Refused
from athena_lsp.argo.checks.reads import Variables, check_foreign
from athena_lsp.argo.exprs.govaluate import when_problem
from athena_lsp.argo.exprs.tags import Tag, only_tag, tags

CONCURRENCY_POLICIES = frozenset({"", "Allow", "Forbid", "Replace"})
ZONES = NAMES | {"Local", "UTC"}
"""What Go's `time.LoadLocation` finds in every Argo image."""
OF_TIMETABLE: Variables = {
    "cronworkflow": frozenset(
        ("name", "namespace", "labels", "annotations", "lastScheduledTime", "failed", "succeeded")
    )
}
OF_EVENT: Variables = dict.fromkeys(("payload", "metadata", "namespace", "discriminator"))


def check_timetable(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """A CronWorkflow, all but the workflow that it submits."""
    spec = document.at.get("spec")
    yield from _schedules(spec)
    zone, policy, deadline = spec.get("timezone"), spec.get("concurrencyPolicy"), spec.get("startingDeadlineSeconds")
    if zone.text and zone.text not in ZONES:
        yield zone.refuse("C3", f'invalid timezone "{zone.text}": unknown time zone {zone.text}')
    if policy.text not in CONCURRENCY_POLICIES:
        yield policy.refuse("C4", f"'{policy.text}' is not a valid concurrencyPolicy")
    if isinstance(deadline.value, int) and deadline.value < 0:
        yield deadline.refuse("C5", "startingDeadlineSeconds must be positive")
    when, stop = spec.get("when"), spec.get("stopStrategy", "expression")
    yield from _when(when)
    if stop.text:
        yield from check_foreign(stop, stop.text, 0, "spec.stopStrategy.expression", OF_TIMETABLE)
    yield from _submitted(catalogue, document)


def check_binding(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """A WorkflowEventBinding: an expression on the event, and what it submits."""
    spec = document.at.get("spec")
    selector, reference = spec.get("event", "selector"), spec.get("submit", "workflowTemplateRef")
    if selector.text:
        yield from check_foreign(selector, selector.text, 0, "spec.event.selector", OF_EVENT)
    if reference and catalogue.complete and catalogue.object(document, reference) is None:
        name = reference.get("name")
        yield (name or reference).trap("O5", f'workflowtemplates.argoproj.io "{name.text}" not found')
    for parameter in spec.get("submit", "arguments", "parameters").items():
        event = parameter.get("valueFrom", "event")
        if event.text:
            where = f"spec.submit.arguments.{parameter.get('name').text}"
            yield from check_foreign(event, event.text, 0, where, OF_EVENT)


def _when(when: At) -> Iterator[Refused]:
    """A condition on whether the timetable submits: expressions are computed first, then govaluate reads the rest."""
    for tag in tags(when.text):
        if isinstance(tag, Tag) and tag.is_expression:
            yield from check_foreign(when, tag.content, tag.start, "spec.when", OF_TIMETABLE)
    only = only_tag(when.text)
    if when.text and not (only is not None and only.is_expression) and (problem := when_problem(when.text)):
        yield when.trap("X8", f"spec.when: {problem.what}", problem.span)


def _schedules(spec: At) -> Iterator[Refused]:
    schedules = tuple(spec.get("schedules").items())
    if not schedules and not spec.get("schedule").text:
        yield spec.refuse("C1", "cron workflow must have at least one schedule")
    for schedule in (*schedules, *(at for at in (spec.get("schedule"),) if at)):
        has_zone = schedule.text.startswith(("TZ=", "CRON_TZ="))
        problem = parse_cron(schedule.text.partition(" ")[2].lstrip() if has_zone else schedule.text)
        if isinstance(problem, CronProblem):
            message = f"cron schedule {schedule.text} is malformed: {problem.what}"
            yield schedule.refuse("C2", message)
        elif has_zone:
            yield schedule.advise("C2", "Argo's full CRDs refuse a time zone in a schedule: write `timezone`")


def _submitted(catalogue: Catalogue, document: Document) -> Iterator[Refused]:
    """A timetable submits without anybody there to give a value."""
    own = document.spec.get("arguments", "parameters")
    given = {at.get("name").text for at in own.items() if _has_value(at)}
    target = catalogue.object(document, document.spec.get("workflowTemplateRef"))
    wanted = (*own.items(), *(target.spec.get("arguments", "parameters").items() if target is not None else ()))
    for name in dict.fromkeys(at.get("name").text for at in wanted if not _has_value(at)):
        if name not in given and not any(_has_value(at) for at in wanted if at.get("name").text == name):
            argument = f"spec.arguments.{name}"
            message = f"cannot validate Workflow: {argument}.value or {argument}.valueFrom is required"
            yield document.at.get("spec", "workflowSpec").refuse("C6", message)


def _has_value(parameter: At) -> bool:
    return parameter.get("value").value is not None or parameter.get("valueFrom").value is not None
