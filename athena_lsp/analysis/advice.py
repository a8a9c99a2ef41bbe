"""What to say of code that a workflow body cannot hold: one message and one piece of advice for each shape."""

from __future__ import annotations

import ast

MOVE = "move this code into a `@container` and call it"
ADVICE: dict[type[ast.AST], tuple[str, str]] = {
    ast.AsyncFor: ("an `async for` cannot be lowered: a workflow's body is read, not run", MOVE),
    ast.Try: ("a `try` in a workflow body is not lowered", "handle the error inside the `@container`"),
    ast.With: ("a `with` cannot be lowered: nothing of a workflow's body runs on the cluster", MOVE),
    ast.AsyncWith: ("an `async with` cannot be lowered: a workflow's body is read, not run", MOVE),
    ast.Delete: ("only a name that the body binds can be deleted", "remove the statement"),
    ast.Global: ("a `global` has no meaning in a workflow: steps share no memory", "pass the value as an argument"),
    ast.Nonlocal: ("a `nonlocal` has no meaning in a workflow", "pass the value as an argument"),
    ast.Import: ("an import inside a workflow body cannot be lowered", "move the import to the top of the file"),
    ast.ImportFrom: ("an import inside a workflow body cannot be lowered", "move the import to the top of the file"),
    ast.FunctionDef: (
        "a function inside a workflow body cannot be lowered",
        "define it at module level and decorate it",
    ),
    ast.AsyncFunctionDef: (
        "a function inside a workflow body cannot be lowered",
        "define it at module level and decorate it",
    ),
    ast.ClassDef: ("a class inside a workflow body cannot be lowered", "define it at module level"),
    ast.AugAssign: ("a step's result cannot be changed in place", "assign the new value to a name"),
    ast.Break: ("a `break` outside a loop has no meaning", "remove the statement"),
    ast.Continue: ("a `continue` outside a loop has no meaning", "remove the statement"),
}
EXPRESSIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Await: ("a step is not awaited: Argo waits for it", "remove `await`"),
    ast.Lambda: (
        "a lambda cannot be lowered: a workflow's body is read, and steps exchange data",
        "write the expression where it is needed, or decide in a `@container`",
    ),
    ast.SetComp: ("a set comprehension cannot be lowered", "write a list: `[step(x) for x in xs]`"),
    ast.GeneratorExp: ("a generator alone cannot be lowered", "write a list: `[step(x) for x in xs]`"),
    ast.Yield: ("a workflow is no generator", "remove `yield`"),
    ast.YieldFrom: ("a workflow is no generator", "remove `yield from`"),
    ast.Starred: ("arguments cannot be unpacked: each needs a parameter of its own", "write the arguments one by one"),
    ast.Slice: ("a slice cannot be lowered", "take the slice in a `@container`"),
    ast.Set: ("a set of step results is not lowered", "build the set in a `@container`"),
    ast.Subscript: ("only a constant index or key can be lowered", "pick the item in a `@container`"),
}
RUNTIME_CALLS = {
    "gather": "joining attempts",
    "parallel": "a parallel loop",
    "sleep": "waiting",
    "wait_until": "waiting",
    "approval": "asking a person",
    "ask": "asking a person",
    "external": "calling a template that athena did not write",
}


BUILTINS = {
    "print": "print in a `@container`: nothing of a workflow's body runs on the cluster",
    "input": "ask with `ask(Form)` or `approval(...)`",
    "map": "write a list: `[step(x) for x in xs]`",
    "filter": "write a list: `[x for x in xs if condition]`",
    "set": "keep the list, and make the set in the `@container` that takes it",
    "frozenset": "keep the list, and make the set in the `@container` that takes it",
    "open": "open files in a `@container`: pods have a disk, workflows have none",
    "next": "write `rows[0]`, or loop with `for`",
    "iter": "loop over the list itself",
    "isinstance": "ask for one class at a time, where the JSON tells it: `isinstance(value, str)`",
    "getattr": "write `value.name`: fields are checked when the workflow is read",
    "round": "round in the `@container` that makes the number",
}
"""What to write instead of a built-in function."""


def statement_advice(node: ast.stmt) -> tuple[str, str]:
    """Message and hint for a statement that is not lowered."""
    name = type(node).__name__
    if name == "TryStar":
        return ADVICE[ast.Try]
    return ADVICE.get(type(node), (f"this statement (`{name}`) cannot be lowered", MOVE))


def expression_advice(node: ast.expr) -> tuple[str, str]:
    """Message and hint for an expression that is not lowered."""
    return EXPRESSIONS.get(type(node), ("this expression cannot be lowered", MOVE))
