"""A step whose result is remembered from run to run, for the same input and the same code (Argo's memoize-simple)."""

from athena_runtime import Cache, container, workflow


@workflow
def forecast(city: str = "Quito") -> str:
    return say_weather(city, simulate(city))


@container(cache=Cache("weather", max_age="1h"))
def simulate(city: str) -> float:
    return 18.5 + len(city)


@container
def say_weather(city: str, degrees: float) -> str:
    return f"{city}: {degrees} degrees"
