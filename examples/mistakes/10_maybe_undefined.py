# A name that is bound in one arm only has no value when the other arm is taken. Bind it in both, or use it where it is
# bound.

from athena_runtime import container, workflow


@container
def translate(text: str) -> str:
    return text[::-1]


@container
def print_letter(text: str) -> None:
    print(text)


@workflow
def write_letter(text: str = "hello", abroad: bool = False) -> None:
    if abroad:
        letter = translate(text)
    print_letter(letter)  # error: [maybe-undefined]
