"""Who answers the questions of a workflow in a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from athena_runtime.testing.fakes import Misuse
from athena_runtime.testing.names import meant

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from athena_runtime.control import Question

__all__ = ["Answers", "provider"]

Answers: TypeAlias = "Mapping[Any, object] | Callable[[Question], object]"
"""By the text of a question, by its form or the form's name, by the name of an external template; or a function."""


def provider(answers: Answers) -> Callable[[Question], object]:
    """What `answering` takes."""

    def answer(question: Question) -> object:
        if callable(answers):
            return answers(question)
        form = question.form
        keys = (form, form.__name__, question.text) if form is not None else (question.text,)
        key = next((key for key in keys if key in answers), None)
        if key is None:
            name = form.__name__ if form is not None else question.text
            known = [str(getattr(key, "__name__", key)) for key in answers]
            what = f"answers: there is none for {question.kind} `{name}`{meant(name, known)}"
            raise Misuse(ValueError(what))
        value = answers[key]
        if isinstance(value, BaseException) or (isinstance(value, type) and issubclass(value, BaseException)):
            raise value
        return value

    return answer
