"""Mutexes and semaphores: who holds which, and who waits in line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from athena_lsp.engine.draft import Draft
from athena_lsp.engine.program import Program, as_list, as_map, as_text
from athena_lsp.engine.substitution import Tree


def locks_of(program: Program, synchronization: Tree) -> Iterator[tuple[str, int]]:
    """The locks of a template, or of a spec, by name, with how many may hold each.

    A semaphore whose ConfigMap is not among the manifests, or whose limit stands in a database, lets one in.
    """
    fields = as_map(synchronization)
    mutexes = [*as_list(fields.get("mutexes")), *([fields["mutex"]] if fields.get("mutex") else [])]
    for mutex in mutexes:
        yield f"mutex {as_text(as_map(mutex).get('name'))}", 1
    semaphores = [*as_list(fields.get("semaphores")), *([fields["semaphore"]] if fields.get("semaphore") else [])]
    for semaphore in semaphores:
        if database := as_map(as_map(semaphore).get("database")):
            yield f"semaphore {as_text(database.get('key'))} of the database", 1
            continue
        reference = as_map(as_map(semaphore).get("configMapKeyRef"))
        name, key = as_text(reference.get("name")), as_text(reference.get("key"))
        limit = program.config_map(name, key) or "1"
        yield f"semaphore {name}/{key}", int(limit) if limit.strip().isdecimal() else 1


def acquire(draft: Draft, node: str, template: Mapping[str, Tree]) -> str:
    """The lock that a node waits for; empty when it holds all that its template wants."""
    wanted = dict(locks_of(draft.program, template.get("synchronization")))
    for name in wanted:
        line = draft.queues.get(name, ())
        if node not in line:
            draft.queues[name] = (*line, node)
    for name, limit in wanted.items():
        if node not in draft.queues[name][:limit]:
            return name
    return ""


def release(draft: Draft, node: str) -> None:
    """A node gives up all that it holds or waits for."""
    for name, line in list(draft.queues.items()):
        if node in line:
            draft.queues[name] = tuple(other for other in line if other != node)
            for other in draft.queues[name]:
                draft.touch(other)
