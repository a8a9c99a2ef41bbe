"""Questions of a run: answered from `--answer`, else by whoever sits at the terminal."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Mapping

from athena_lsp.cli.process import MisuseError, meant
from athena_lsp.engine.model import Answered, Ask
from athena_lsp.engine.program import as_list, as_text, is_step, step_path
from athena_lsp.engine.substitution import Tree
from athena_lsp.records import dataclass

REFUSALS = frozenset({"no", "false", "n"})
APPROVALS = frozenset({"yes", "true", "y", ""})


@dataclass(frozen=True)
class Questions:
    """Who answers the questions of a run. `run` is its name. Answers are texts, as in a form of Argo."""

    answers: Mapping[str, str]
    run: str

    def given(self, question: Ask) -> Answered | None:
        """The answer that was given beforehand; None when there is none for some part. Raises MisuseError."""
        by_step = next((value for name, value in self.answers.items() if self._is_meant(question, name)), None)
        if not question.parameters:
            return None if by_step is None else self._approval(question, by_step)
        values: dict[str, str] = {}
        for parameter in question.parameters:
            value = self.answers.get(as_text(parameter.get("name")), by_step)
            if value is None:
                return None
            values[as_text(parameter.get("name"))] = self._value(value, parameter)
        return Answered(question.node, values)

    def is_open(self, question: Ask) -> bool:
        """Whether somebody should answer: a pause is over by itself."""
        return bool(question.parameters) or question.until is None

    def ask(self, question: Ask, answer: Callable[[Answered], None], done: Callable[[], None]) -> None:
        """Asks at the terminal, while the run goes on."""

        def work() -> None:
            try:
                answer(self._asked(question))
            except (EOFError, OSError):
                pass
            finally:
                done()

        threading.Thread(target=work, daemon=True).start()

    def _asked(self, question: Ask) -> Answered:
        step = step_path(question.node, self.run)
        if not question.parameters:
            while (text := self._input(f"{step}: go on? [yes/no] ").lower()) not in REFUSALS | APPROVALS:
                pass
            return self._approval(question, text)
        values: dict[str, str] = {}
        for parameter in question.parameters:
            name = as_text(parameter.get("name"))
            allowed = [as_text(each) for each in as_list(parameter.get("enum"))]
            what = as_text(parameter.get("description")) or name
            choice = f" [{'/'.join(allowed)}]" if allowed else ""
            while name not in values:
                try:
                    values[name] = self._value(self._input(f"{step}: {what}{choice}? "), parameter)
                except MisuseError as misuse:
                    sys.stderr.write(f"{misuse}\n")
        return Answered(question.node, values)

    def _input(self, prompt: str) -> str:
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise EOFError
        return line.strip()

    def _approval(self, question: Ask, text: str) -> Answered:
        if text.lower() in REFUSALS:
            return Answered(question.node, {}, "Failed", "refused")
        return Answered(question.node)

    def _is_meant(self, question: Ask, name: str) -> bool:
        """Whether somebody means a question by the name of its step: `approval` for the first `approval(...)`."""
        asking = step_path(question.node, self.run).removesuffix(".answer").rpartition(".")[2]
        plain = name.replace("_", "-")
        return is_step(question.node, self.run, name) or plain in (asking, re.sub(r"-\d+$", "", asking))

    def _value(self, value: str, parameter: Mapping[str, Tree]) -> str:
        allowed = [as_text(each) for each in as_list(parameter.get("enum"))]
        if set(allowed) == {"true", "false"} and value.lower() in REFUSALS | APPROVALS - {""}:
            return "false" if value.lower() in REFUSALS else "true"
        if not allowed:
            return value
        found = next((each for each in allowed if each in (value, json.dumps(value))), None)
        if found is None:
            name = as_text(parameter.get("name"))
            raise MisuseError(
                f"error: `{name}` must be one of {', '.join(allowed)}, not `{value}`{meant(value, allowed)}"
            )
        return found
