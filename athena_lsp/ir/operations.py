"""Closed sets of words in workflow bodies: operations of pure expressions, and the rules that report holes."""

from __future__ import annotations

from typing import Literal, TypeAlias

Operation: TypeAlias = Literal[
    "add", "subtract", "multiply", "negate", "concatenate", "equal", "unequal", "less", "less-equal", "greater",
    "greater-equal", "and", "or", "not", "in-text", "in-list", "in-keys", "is-none", "is-not-none", "length", "text",
    "choose", "list", "tuple", "dict", "divide", "quotient", "remainder", "absolute", "float", "least", "greatest",
    "least-of", "greatest-of", "sum", "any", "all", "sorted", "sorted-down", "keys", "copy", "chain", "slice", "item",
    "starts-with", "ends-with", "remove-prefix", "remove-suffix", "replace", "split", "join", "get", "get-or",
    "has-kind", "each", "each-flat", "keep", "zip", "enumerate", "range", "make", "float-text", "json-text", "reversed",
    "pairs", "merge", "pad-left", "pad-right",
]  # fmt: skip
"""What a pure expression can do with values; the types of the operands have been looked at."""

HoleRule: TypeAlias = Literal[
    "unsupported-statement",
    "unsupported-expression",
    "not-a-template",
    "maybe-undefined",
    "not-iterable",
    "unreachable-step",
    "unbounded-loop",
    "loop-too-deep",
    "invalid-option",
    "invalid-join",
    "loop-carried-fan-out",
    "invalid-wait",
    "wrong-arity",
]
"""Which rule reports what lowering could not understand."""
