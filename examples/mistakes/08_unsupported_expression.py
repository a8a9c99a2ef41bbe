# An expression in a workflow is computed by Argo, and only where Argo's answer is exactly Python's. A method of `str` is
# not among them: it belongs in a container.

from athena_runtime import container, workflow


@container
def read_slogan(campaign: str) -> str:
    return f"buy {campaign}"


@container
def print_poster(slogan: str) -> None:
    print(slogan)


@workflow
def advertise(campaign: str = "tea") -> None:
    slogan = read_slogan(campaign)
    print_poster(slogan.upper())  # error: [unsupported-expression]
