"""wrong-arity: a call that leaves out, adds, misnames or repeats an argument."""

from __future__ import annotations

from collections.abc import Iterator

from athena_lsp.analysis.facts import Facts
from athena_lsp.analysis.types import show
from athena_lsp.ir.model import Given, Signature, Step, Unit
from athena_lsp.rules._bindings import Candidate, best, candidates
from athena_lsp.rules._bodies import flows, holes, spelled
from athena_lsp.rules._mismatch import fits
from athena_lsp.rules._nearest import listed, nearest, replacements
from athena_lsp.rules.base import Finding, Mend, Related, rule
from athena_lsp.text import Span, TextEdit


@rule("a missing, extra, unknown or repeated argument", fixable=True, required=True)
def wrong_arity(unit: Unit, facts: Facts) -> Iterator[Finding]:
    for flow in flows(unit):
        for step in flow.body.every_step:
            yield from _missing(facts, step)
            yield from (_extra(step, given) for given in step.extra)
            yield from (_unknown(facts, step, given) for given in step.unknown)
            yield from (_repeated(step, given) for given in step.repeated)
    for hole in holes(unit, "wrong-arity"):
        yield Finding(span=hole.span, message=hole.message, hints=hole.hints)


def _missing(facts: Facts, step: Step) -> Iterator[Finding]:
    misspelled = {name for given in step.unknown for name in _meant(facts, step, given)[:1]}
    missing = [name for name in step.missing if name not in misspelled]
    if not missing:
        return
    callee = step.callee
    name = callee.declaration.name
    types = {parameter.name: show(parameter.type) for parameter in callee.parameters}
    example = ", ".join(f"{parameter}=..." for parameter in missing)
    yield Finding(
        span=step.callee_span,
        message=f"`{name}` is called without {listed(missing, 'and')}",
        related=tuple(
            Related(f"`{parameter}: {types[parameter]}` has no default", callee.declaration.of(parameter))
            for parameter in missing
        ),
        hints=(f"give `{example}`, or give the parameter a default" if len(missing) == 1 else f"give `{example}`",),
        fixes=tuple(_given(facts, step, missing)),
    )


def _given(facts: Facts, step: Step, missing: list[str]) -> Iterator[Mend]:
    """The missing arguments with what is at hand for them: all of them at once, or a choice for the only one."""
    if step.room is None:
        return
    used = frozenset(spelled(given.value) for given in step.given)
    faces = [parameter for name in missing if (parameter := step.callee.parameter(name))]
    found = [candidates(facts, step.room.names, parameter, used) for parameter in faces]
    choices: list[tuple[Candidate, ...]]
    if len(faces) == 1:
        choices = [(candidate,) for candidate in found[0]]
    else:
        chosen = [candidate for each in found if (candidate := best(each)) is not None]
        is_whole = len({candidate.text for candidate in chosen}) == len(faces)
        choices = [tuple(chosen)] if is_whole else []
    for choice in choices:
        text = ", ".join(f"{face.name}={candidate.text}" for face, candidate in zip(faces, choice, strict=True))
        yield Mend(f"Give `{text}`", (TextEdit(step.room.span, step.room.separator + text),))


def _extra(step: Step, given: Given) -> Finding:
    """A positional argument too many: beyond the last parameter, or where only keywords are left."""
    callee = step.callee
    name = callee.declaration.name
    positional = [parameter for parameter in callee.callable_parameters if not parameter.keyword_only]
    position = len(positional) + step.extra.index(given)
    keyword_only = [parameter.name for parameter in callee.callable_parameters if parameter.keyword_only]
    bound = {bound.parameter.name for bound in step.bound}
    free = [parameter for parameter in keyword_only if parameter not in bound]
    if free:
        wanted = free[min(position - len(positional), len(free) - 1)]
        at = given.spare.whole.start if given.spare is not None else given.span.start
        edit = (Mend(f"Write `{wanted}=`", (TextEdit(Span(at, at), f"{wanted}="),)),)
        is_clear = len(free) == 1 and given is step.extra[-1]  # no positional argument may follow one with a keyword
        message = f"`{name}` takes {listed(free, 'and')} only by keyword"
        return Finding(
            span=given.span,
            message=message,
            related=(Related(f"`{wanted}` stands after `*`", callee.declaration.of(wanted)),),
            hints=(f"write `{wanted}=...`",),
            fixes=edit if is_clear else _removed(given),
        )
    return Finding(
        span=given.span,
        message=f"`{name}` takes {_counted(len(callee.callable_parameters))}, and this is one more",
        related=(Related(f"`{name}({_face(callee)})` is declared here", callee.declaration),),
        hints=("remove the argument",),
        fixes=_removed(given),
    )


def _unknown(facts: Facts, step: Step, given: Given) -> Finding:
    callee = step.callee
    name = callee.declaration.name
    span = given.keyword_span or given.span
    parameter = callee.parameter(given.keyword)
    if parameter is not None and parameter.injected:
        return Finding(
            span=span,
            message=f"`{given.keyword}` of `{name}` is filled by Argo, not by callers",
            related=(
                Related(f"`{given.keyword}` is declared with `Inject` here", callee.declaration.of(given.keyword)),
            ),
            hints=("remove the argument",),
            fixes=_removed(given),
        )
    near = _meant(facts, step, given)
    names = _free(step)
    hint = f"write `{near[0]}=`" if near else f"use {listed(names)}" if names else "remove the argument"
    return Finding(
        span=span,
        message=f"`{name}` has no parameter `{given.keyword}`",
        related=(Related(f"`{name}({_face(callee)})` is declared here", callee.declaration),),
        hints=(hint,),
        fixes=replacements(span, near) or _removed(given),
    )


def _repeated(step: Step, given: Given) -> Finding:
    place = next((bound.span for bound in step.bound if bound.parameter.name == given.keyword), None)
    return Finding(
        span=given.keyword_span or given.span,
        message=f"`{given.keyword}` of `{step.callee.declaration.name}` is given twice",
        related=(Related(f"`{given.keyword}` is first given here", span=place),) if place is not None else (),
        hints=("remove one of the two",),
        fixes=_removed(given),
    )


def _removed(given: Given) -> tuple[Mend, ...]:
    return (Mend("Remove the argument", (TextEdit(given.spare.removal, ""),)),) if given.spare is not None else ()


def _meant(facts: Facts, step: Step, given: Given) -> tuple[str, ...]:
    """Names that an unknown keyword may have meant: those still missing before those with a default.

    A name that is like none of them meant the only one that is missing, when the value is of its type.
    """
    free = _free(step)
    near = nearest(given.keyword, (name for name in free if name in step.missing)) or nearest(given.keyword, free)
    if near or len(step.missing) != 1 or len(step.unknown) != 1:
        return near
    wanted = step.callee.parameter(step.missing[0])
    return (wanted.name,) if wanted is not None and fits(facts, given.value.type, wanted.type) else ()


def _free(step: Step) -> list[str]:
    """The parameters that nothing is given for yet."""
    bound = {bound.parameter.name for bound in step.bound}
    return [parameter.name for parameter in step.callee.callable_parameters if parameter.name not in bound]


def _face(callee: Signature) -> str:
    return ", ".join(f"{parameter.name}: {show(parameter.type)}" for parameter in callee.callable_parameters)


def _counted(count: int) -> str:
    return {0: "no arguments", 1: "1 argument"}.get(count, f"{count} arguments")
