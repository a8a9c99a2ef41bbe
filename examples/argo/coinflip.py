"""Flip a coin until it shows heads (Argo's coinflip-recursive): a loop with a bound in place of a recursion without."""

import random

from athena_runtime import bounded, container, workflow


@workflow
def coinflip(seed: int = 3) -> str:
    side = "tails"
    for turn in bounded(40):
        side = flip(seed, turn)
        if side == "heads":
            break
    return announce(side)


@container
def flip(seed: int, turn: int) -> str:
    return random.Random(seed * 1000 + turn).choice(["heads", "tails"])


@container
def announce(side: str) -> str:
    return f"it was {side}"
