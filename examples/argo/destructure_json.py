"""Parts of a structured result, without a pod to take it apart (Argo's expression-destructure-json-complex)."""

from typing import TypedDict

from athena_runtime import container, workflow


class Address(TypedDict):
    street: str
    lines: list[str]


class Person(TypedDict):
    name: str
    age: int
    address: Address


@workflow
def look_up(key: str = "ada") -> str:
    person = find(key)
    street = person["address"]["street"]
    return greet(person["name"], person["age"] + 1, f"{street}, {person['address']['lines'][0]}")


@container
def find(key: str) -> Person:
    return {"name": key.title(), "age": 36, "address": {"street": "St James's Square", "lines": ["London", "SW1"]}}


@container
def greet(name: str, age: int, place: str) -> str:
    return f"{name}, {age}, {place}"
