"""Go on when most of the branches have succeeded: what Argo's enhanced depends cannot count."""

from athena_runtime import Quorum, container, gather, workflow


@workflow
def elect(term: int = 3) -> str:
    votes = gather(vote.attempt("a", term), vote.attempt("b", term), vote.attempt("c", term), join=Quorum(2))
    return tally(votes)


@container
def vote(node: str, term: int) -> str:
    if node == "b":
        raise ConnectionError(f"{node} is down")
    return f"{node}{term}"


@container
def tally(votes: list[str]) -> str:
    return " and ".join(votes)
