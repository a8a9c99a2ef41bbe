"""Remembering answers together with what they were made from.

A question is asked of a snapshot and may only look at it through recorded look-ups. Its answer is good for every later
snapshot in which those look-ups give what they gave: nothing has to be invalidated, and an edit costs what it touches.

Looking at an answer costs nothing while the files that it was made from are untouched. Recorders hold no snapshot, only
its number, and are handed the look-ups when they need them: so a snapshot is gone as soon as nobody holds it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, TypeVar

from athena_lsp.records import dataclass, field

Key = tuple[Hashable, ...]
Give = Callable[[Key], object]
T = TypeVar("T")

MISSING = object()
BLOCK = "block"
"""The look-up for the text of a block."""
IMPORTS = "imports"
"""The look-up for what a file imports, also in the bodies of its functions."""
EFFECTS = "effects"
"""The look-up for what the code of a function does to others, as far as it is told."""
STATE = "state"
"""The look-up for the names of a file that lead to variables which can be changed."""
PODS = "pods"
"""The look-up for whether functions of a file run in pods that athena brings everything into."""
WORKED_OUT = frozenset({EFFECTS, STATE, PODS})
"""The look-ups whose answers are worked out from others, as those to the question of the same key."""
BODIES = frozenset({BLOCK, IMPORTS, EFFECTS})
"""The look-ups that see the bodies of functions."""
TEXTS = frozenset({*BODIES, "writes-globals"})
"""The look-ups that see the text of a file; all others see only the faces of files, or which files there are."""
FACES = frozenset({*TEXTS, STATE, PODS, "bindings", "stars", "exports", "names", "imported"})
"""The look-ups into one file, whose path comes behind the name."""
EVERYWHERE = frozenset({*WORKED_OUT, "templates", "kind"})
"""The look-ups that other files decide as well, whichever they are."""
SWEEP_EVERY = 250
"""Snapshots after which answers that nobody has asked for meanwhile are forgotten."""

NONE: frozenset[Hashable] = frozenset()


@dataclass(slots=True, eq=False)
class Reads:
    """What an answer was made from, and the last snapshot in which all of it was seen to hold."""

    looks: dict[Key, object] = field(default_factory=dict)
    """Look-ups with their answers."""
    below: dict[Reads, None] = field(default_factory=dict)
    """What other answers that it was made from were made from."""
    texts: dict[Key, object] = field(default_factory=dict)
    """Those of all look-ups, here and below, that read the text of a block, and not only the face of a file."""
    paths: frozenset[Hashable] = NONE
    """The files that look-ups here and below looked into."""
    everywhere: bool = False
    """Some look-up, here or below, was one into all files."""
    seen_in: int = 0

    def close(self, snapshot: int, memo: Memo) -> None:
        """Nothing will be added."""
        own: set[Hashable] = set()
        for key, answer in self.looks.items():
            name = key[0]
            if name in FACES:
                own.add(key[1])
                if name in TEXTS:
                    self.texts[key] = answer
            if name in EVERYWHERE:
                self.everywhere = True
        paths = NONE
        for each in self.below:
            if each.texts:
                self.texts |= each.texts
            if each.everywhere:
                self.everywhere = True
            if each.paths is not paths:  # nearly always it is the very same set
                paths = paths | each.paths if paths else each.paths
        self.paths = memo.shared(paths if own <= paths else paths | own)
        self.seen_in = snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer with what it was made from."""

    answer: Any
    reads: Reads


@dataclass(slots=True)
class Memo:
    """All answers so far, shared by the snapshots of one project: it changes what they cost, never what they say."""

    entries: dict[Key, Entry] = field(default_factory=dict)
    snapshots: int = 0
    wanted: dict[tuple[str, str], None] = field(default_factory=dict)
    """Modules of installed packages that answers would need to be read, each with a name that is asked of it."""
    sets: dict[frozenset[Hashable], frozenset[Hashable]] = field(default_factory=dict)
    """Every set of files that some answer was made from, once: most answers about a file share one."""

    def next_snapshot(self) -> int:
        self.snapshots += 1
        if self.snapshots % SWEEP_EVERY == 0:
            oldest = self.snapshots - SWEEP_EVERY
            self.entries = {key: entry for key, entry in self.entries.items() if entry.reads.seen_in >= oldest}
            self.sets = {entry.reads.paths: entry.reads.paths for entry in self.entries.values()}
        return self.snapshots

    def behind(self, keys: Iterable[Key]) -> dict[Key, object]:
        """All look-ups with their answers that the answers to these questions were made from, directly or not."""
        pending = [entry.reads for key in keys if (entry := self.entries.get(key)) is not None]
        seen = set(pending)
        found: dict[Key, object] = {}
        while pending:
            reads = pending.pop()
            found |= reads.looks
            for each in reads.below:
                if each not in seen:
                    seen.add(each)
                    pending.append(each)
        return found

    def shared(self, paths: frozenset[Hashable]) -> frozenset[Hashable]:
        """The set, as it is held already."""
        return self.sets.setdefault(paths, paths)


@dataclass(slots=True)
class Recorder:
    """The look-ups of one snapshot: `look` does one and notes it for every question that is being answered.

    `give` does look-ups: each is named by the first part of its key, and the rest are its arguments.
    """

    memo: Memo
    snapshot: int
    same_since: int
    """Since that snapshot nothing has changed but files that are in `faces` or `texts`: most answers need no look."""
    faces: Mapping[str, int]
    """Files of which more than texts of blocks has changed since, each with the snapshot in which it did last."""
    texts: Mapping[str, int]
    """The same for files of which only texts of blocks have."""
    open_reads: list[Reads] = field(default_factory=list)
    answers: dict[Key, object] = field(default_factory=dict)
    running: set[Key] = field(default_factory=set)
    changes: dict[int, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """The files in `faces`, and those in both, that changed after a snapshot: as often as somebody has asked."""

    def look(self, key: Key, give: Give) -> Any:
        """The answer to a look-up."""
        answer = self.answers.get(key, MISSING)
        if answer is MISSING:
            answer = self._answer(key, give)
        if self.open_reads:
            self.open_reads[-1].looks[key] = answer
        return answer

    def ask(self, key: Key, compute: Callable[[], T], on_cycle: T, give: Give) -> T:
        """The answer to a question: remembered when its look-ups still hold, else computed. `on_cycle` stands for the
        answer while the question is asked by its own computation."""
        entry = self.memo.entries.get(key)
        if entry is not None and (entry.reads.seen_in == self.snapshot or self._holds(entry.reads, give)):
            if self.open_reads:
                self.open_reads[-1].below[entry.reads] = None
            known: T = entry.answer
            return known
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
        reads.close(self.snapshot, self.memo)
        self.memo.entries[key] = Entry(answer, reads)
        if self.open_reads:
            self.open_reads[-1].below[reads] = None
        return answer

    def _holds(self, reads: Reads, give: Give) -> bool:
        if reads.seen_in == self.snapshot:
            return True
        if self.same_since <= reads.seen_in <= self.snapshot:  # a later one may be of other texts
            same = self._untouched(reads, give)
        else:
            same = all(self._is(key, answer, give) for key, answer in reads.looks.items())
            same = same and all(self._holds(each, give) for each in reads.below)
        if same:
            reads.seen_in = self.snapshot
        return same

    def _untouched(self, reads: Reads, give: Give) -> bool:
        """Whether what has changed since an answer was seen to hold gives what it gave."""
        faces, both = self._changed_after(reads.seen_in)
        if faces and (reads.everywhere or not faces.isdisjoint(reads.paths)):
            for key, answer in reads.looks.items():
                if (key[0] in EVERYWHERE or key[1] in both) and not self._is(key, answer, give):
                    return False
            return all(self._holds(each, give) for each in reads.below)
        return all(key[1] not in both or self._is(key, answer, give) for key, answer in reads.texts.items())

    def _changed_after(self, snapshot: int) -> tuple[frozenset[str], frozenset[str]]:
        found = self.changes.get(snapshot)
        if found is None:
            faces = frozenset(path for path, at in self.faces.items() if at > snapshot)
            texts = frozenset(path for path, at in self.texts.items() if at > snapshot)
            found = self.changes[snapshot] = (faces, faces | texts)
        return found

    def _is(self, key: Key, before: object, give: Give) -> bool:
        """Whether a look-up still gives what it gave."""
        now = self._answer(key, give)
        return now is before or now == before

    def _answer(self, key: Key, give: Give) -> object:
        answer = self.answers.get(key, MISSING)
        if answer is MISSING:
            self.open_reads.append(Reads())  # what the look-up itself asks is no business of the question that is open
            try:
                answer = self.answers[key] = give(key)
            finally:
                self.open_reads.pop()
        return answer
