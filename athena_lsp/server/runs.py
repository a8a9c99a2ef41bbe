"""Runs of workflows on this machine, for a client that shows how they stand. Their state is read and never written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from athena_lsp.ide.graphs.build import build
from athena_lsp.ide.graphs.status import steps_of
from athena_lsp.ir.names import Declaration
from athena_lsp.records import dataclass, field
from athena_lsp.server.session import Session
from athena_lsp.server.uris import PreviewName

if TYPE_CHECKING:
    from athena_lsp.engine.glance import Glance, LastRun

PAUSE = 0.25
"""Seconds between two looks at the runs that are followed: two questions to the file system for each."""
MOST_FOLLOWED = 16


@dataclass
class Followed:
    """A workflow whose runs a client wants to see."""

    runs: LastRun
    told: Glance | None
    """What the client knows."""


@dataclass
class Runs:
    """The runs that the client wants to hear of; one that it was told of is forgotten until it asks again."""

    session: Session
    tell: Callable[[PreviewName], None]
    followed: dict[PreviewName, Followed] = field(default_factory=dict)
    task: asyncio.Task[None] | None = None

    def follow(self, asked: PreviewName, root: Declaration) -> Glance | None:
        """The last run of the program as it is now; `tell` is called once when there is another, or it goes on."""
        known = self.followed.pop(asked, None)
        runs = known.runs if known else self._last(root)
        found = runs.look(self.session.workspace.changed_at)
        self.followed[asked] = Followed(runs, found)
        if len(self.followed) > MOST_FOLLOWED:
            self.followed.pop(next(iter(self.followed)))
        if self.task is None or self.task.done():
            self.task = asyncio.ensure_future(self._watch())
        return found

    def log(self, root: Declaration, node: str) -> str:
        """What the pods of a node of the graph have printed in the last run; empty for none."""
        from athena_lsp.engine.glance import logs  # noqa: PLC0415  # as below

        last = self._last(root)
        run = last.look(0.0)
        graph = build(self.session.project, root)
        return logs(last.state, run.run, steps_of(graph, node, run.nodes)) if run else ""

    def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def _last(self, root: Declaration) -> LastRun:
        # Imported here because it takes 29 ms of every start, and a client that shows no runs needs none of it.
        from athena_lsp.engine.glance import LastRun  # noqa: PLC0415
        from athena_lsp.engine.places import STATE  # noqa: PLC0415

        return LastRun(self.session.workspace.root / STATE, f"{root.path}:{root.name}")

    async def _watch(self) -> None:
        """Looks as long as something is followed."""
        while self.followed:
            await asyncio.sleep(PAUSE)
            since = self.session.workspace.changed_at
            for asked, known in tuple(self.followed.items()):
                if known.runs.look(since) != known.told:
                    self.followed.pop(asked)
                    self.tell(asked)
