"""Remembering answers together with what they were made from.

A question is asked of a snapshot and may only look at it through recorded look-ups. Its answer is good for every later
snapshot in which those look-ups give what they gave: nothing has to be invalidated, and an edit costs what it touches.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from athena_lsp.records import dataclass, field

Key = tuple[Hashable, ...]
T = TypeVar("T")

MISSING = object()
BLOCK = "block"
"""The look-up for the text of a block; all others see only the faces of files."""
SWEEP_EVERY = 1_000
"""Snapshots after which answers that nobody has asked for meanwhile are forgotten."""


@dataclass(slots=True, eq=False)
class Reads:
    """What an answer was made from, and the last snapshot in which all of it was seen to hold."""

    looks: dict[Key, object] = field(default_factory=dict)
    """Look-ups with their answers."""
    below: dict[Reads, None] = field(default_factory=dict)
    """What other answers that it was made from were made from."""
    texts: dict[Key, object] = field(default_factory=dict)
    """Those of all look-ups, here and below, that read the text of a block, and not only the face of a file."""
    seen_in: int = 0

    def close(self, snapshot: int) -> None:
        """Nothing will be added."""
        self.texts = {key: answer for key, answer in self.looks.items() if key[0] == BLOCK}
        for each in self.below:
            self.texts |= each.texts
        self.seen_in = snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer with what it was made from."""

    answer: object
    reads: Reads


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
            self.entries = {key: entry for key, entry in self.entries.items() if entry.reads.seen_in >= oldest}
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
    open_reads: list[Reads] = field(default_factory=list)
    answers: dict[Key, object] = field(default_factory=dict)
    running: set[Key] = field(default_factory=set)

    def look(self, key: Key) -> object:
        """The answer to a look-up, which is a name of `lookups` and its arguments."""
        answer = self._answer(key)
        if self.open_reads:
            self.open_reads[-1].looks[key] = answer
        return answer

    def ask(self, key: Key, compute: Callable[[], T], on_cycle: T) -> T:
        """The answer to a question: remembered when its look-ups still hold, else computed. `on_cycle` stands for the
        answer while the question is asked by its own computation."""
        entry = self.memo.entries.get(key)
        if entry is not None and self._holds(entry.reads):
            if self.open_reads:
                self.open_reads[-1].below[entry.reads] = None
            return cast(T, entry.answer)
        if key in self.running:
            return on_cycle
        self.running.add(key)
        reads = Reads()
        self.open_reads.append(reads)
        try:
            answer = compute()
        finally:
            self.open_reads.pop()
            self.running.discard(key)
        reads.close(self.snapshot)
        self.memo.entries[key] = Entry(answer, reads)
        if self.open_reads:
            self.open_reads[-1].below[reads] = None
        return answer

    def _holds(self, reads: Reads) -> bool:
        if reads.seen_in == self.snapshot:
            return True
        if self.same_since <= reads.seen_in <= self.snapshot:  # a later one may be of other texts
            same = all(key[1] not in self.edited or self._is(key, answer) for key, answer in reads.texts.items())
        else:
            same = all(self._is(key, answer) for key, answer in reads.looks.items())
            same = same and all(self._holds(each) for each in reads.below)
        if same:
            reads.seen_in = self.snapshot
        return same

    def _is(self, key: Key, before: object) -> bool:
        """Whether a look-up still gives what it gave."""
        now = self._answer(key)
        return now is before or now == before

    def _answer(self, key: Key) -> object:
        answer = self.answers.get(key, MISSING)
        if answer is MISSING:
            self.open_reads.append(Reads())  # what the look-up itself asks is no business of the question that is open
            try:
                answer = self.answers[key] = self.lookups[cast(str, key[0])](*key[1:])
            finally:
                self.open_reads.pop()
        return answer
