"""A failed step does not stop the others, and the run goes on with what there is (Argo's dag-continue-on-fail)."""

from athena_runtime import Failed, Ok, container, workflow


@workflow(fail_fast=False)
def survey(cities: tuple[str, ...] = ("Lima", "nowhere", "Oslo")) -> str:
    return summarise([measure.attempt(city) for city in cities])


@container
def measure(city: str) -> int:
    if city == "nowhere":
        raise LookupError(city)
    return len(city)


@container
def summarise(answers: list[Ok[int] | Failed]) -> str:
    known = [answer.value for answer in answers if isinstance(answer, Ok)]
    return f"{len(known)} of {len(answers)}, sum {sum(known)}"
