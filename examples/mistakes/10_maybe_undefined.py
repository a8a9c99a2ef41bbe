# A step runs when its inputs are there. This one asks for a letter that nobody has written yet: Python would stop with a
# NameError, and the cluster would wait.

from athena_runtime import container, workflow


@container
def translate(text: str) -> str:
    return text[::-1]


@container
def print_letter(text: str) -> None:
    print(text)


@workflow
def write_letter(text: str = "hello") -> None:
    print_letter(letter)  # error: [maybe-undefined]
    letter = translate(text)
    print_letter(letter)
