"""Remembering answers together with what they were made from.

A question is asked of a snapshot and may only look at it through recorded look-ups. Its answer is good for every later
snapshot in which those look-ups give what they gave: nothing has to be invalidated, and an edit costs what it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar, cast

Key = tuple[Hashable, ...]
T = TypeVar("T")

MISSING = object()
BLOCK = "block"
"""The look-up for the text of a block; all others see only the faces of files."""
SWEEP_EVERY = 1_000
"""Snapshots after which answers that nobody has asked for meanwhile are forgotten."""


@dataclass(slots=True)
class Entry:
    """An answer, the look-ups it was made from, and the last snapshot in which they were seen to hold."""

    answer: object
    reads: dict[Key, object]
    seen_in: int
    texts: tuple[Key, ...]
    """Those of the look-ups that read the text of a block, and not only the face of a file."""


@dataclass(slots=True)
class Memo:
    """All answers so far, shared by the snapshots of one project: it changes what they cost, never what they say."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    snapshots: int = 0
    wanted: dict[tuple[str, str], None] = field(default_factory=dict)
    """Modules of installed packages that answers would need to be read, each with a name that is asked of it."""

    def next_snapshot(self) -> int:
        self.snapshots += 1
        if self.snapshots % SWEEP_EVERY == 0:
            oldest = self.snapshots - SWEEP_EVERY
            self.entries = {key: entry for key, entry in self.entries.items() if entry.seen_in >= oldest}
        return self.snapshots


@dataclass(slots=True)
class Recorder:
    """The look-ups of one snapshot: `look` does one and notes it for every question that is being answered."""

    memo: Memo
    snapshot: int
    lookups: dict[str, Callable[..., object]]
    same_since: int
    """Since that snapshot nothing has changed but texts of blocks, in the files `edited`: most answers need no look."""
    edited: frozenset[str]
    open_reads: list[dict[Key, object]] = field(default_factory=list)
    answers: dict[Key, object] = field(default_factory=dict)
    running: set[Key] = field(default_factory=set)

    def look(self, key: Key) -> object:
        """The answer to a look-up, which is a name of `lookups` and its arguments."""
        answer = self._answer(key)
        if self.open_reads:
            self.open_reads[-1][key] = answer
        return answer

    def ask(self, key: Key, compute: Callable[[], T], on_cycle: T) -> T:
        """The answer to a question: remembered when its look-ups still hold, else computed. `on_cycle` stands for the
        answer while the question is asked by its own computation."""
        entry = self.memo.entries.get(key)
        if entry is not None and self._holds(entry):
            self._note(entry.reads)
            return cast(T, entry.answer)
        if key in self.running:
            return on_cycle
        self.running.add(key)
        reads: dict[Key, object] = {}
        self.open_reads.append(reads)
        try:
            answer = compute()
        finally:
            self.open_reads.pop()
            self.running.discard(key)
        texts = tuple(read for read in reads if read[0] == BLOCK)
        self.memo.entries[key] = Entry(answer, reads, self.snapshot, texts)
        self._note(reads)
        return answer

    def _holds(self, entry: Entry) -> bool:
        if entry.seen_in == self.snapshot:
            return True
        same = self.same_since <= entry.seen_in <= self.snapshot  # a later one may be of other texts
        for key in entry.texts if same else entry.reads:
            if same and key[1] not in self.edited:
                continue
            now, before = self._answer(key), entry.reads[key]
            if now is not before and now != before:
                return False
        entry.seen_in = self.snapshot
        return True

    def _answer(self, key: Key) -> object:
        answer = self.answers.get(key, MISSING)
        if answer is MISSING:
            self.open_reads.append({})  # what the look-up itself asks is no business of the question that is open
            try:
                answer = self.answers[key] = self.lookups[cast(str, key[0])](*key[1:])
            finally:
                self.open_reads.pop()
        return answer

    def _note(self, reads: dict[Key, object]) -> None:
        if self.open_reads:
            self.open_reads[-1].update(reads)
