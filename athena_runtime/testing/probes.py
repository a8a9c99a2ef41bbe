"""Workflow functions that tell which way they go: the function again, with a word at each fork.

What the function does stays the same, and so do its lines: debuggers and line coverage see the program as it is
written. Each way has the name under which `athena coverage` lists it: its kind, and from where to where in the source
stands what decides.
"""

from __future__ import annotations

import ast
import inspect
import linecache
import types
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from athena_runtime.outcomes import StepFailed
from athena_runtime.template import Template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Place", "Probe", "Site", "probed"]

Place: TypeAlias = "tuple[int, int, int, int]"
"""From where to where: lines from 1, columns from 0, in code points."""
T = TypeVar("T")
_NAME = "__athena_probe__"


class Probe:
    """What a function calls at its forks. `tell` is given the kind and the place of each way that is taken."""

    def __init__(self, tell: Callable[[str, Place | tuple[int]], None], sites: list[Site | None]) -> None:
        self.tell = tell
        self.sites = sites
        """The calls of steps that go on, the innermost last; None while a step itself runs."""
        self.open: set[Place] = set()
        """The bodies of `try` with `finally` that have come to their end."""

    def begin(self, line: int) -> None:
        """The function runs."""
        self.tell("run", (line,))

    def fork(self, kind: str, place: Place, value: T) -> T:
        """A condition, whose truth decides."""
        self.tell(f"{kind}-{'true' if value else 'false'}", place)
        return value

    def holds(self, place: Place, value: T) -> T:
        """The condition of an `assert`, which is an `if` that raises when it is not true."""
        self.tell("if-false" if value else "if-true", place)
        return value

    def turns(self, place: Place, items: Iterable[T]) -> Iterator[T]:
        """What a `for` goes through."""
        count = 0
        try:
            for item in items:
                count += 1
                self.tell("element", place)
                yield item
        except StepFailed:  # of `bounded` itself
            self.tell("bound", place)
            raise
        self.tell("through", place)
        if not count:
            self.tell("no-element", place)

    def whole(self, place: Place, items: T) -> T:
        """The list that a comprehension has made."""
        if not items:
            self.tell("no-element", place)
        return items

    def kept(self, place: Place, value: T) -> T:
        """The condition of a comprehension: on the cluster a list of one element, or of none, where a step decides."""
        self.tell("element" if value else "no-element", place)
        return self.fork("choice", place, value)

    def ended(self, place: Place) -> None:
        """The body of a `try` with `finally` has come to its end."""
        self.open.add(place)

    def final(self, place: Place) -> None:
        """`finally` is reached."""
        self.tell("finally-succeeded" if place in self.open else "finally-failed", place)
        self.open.discard(place)

    def hooks(self, place: Place, targets: Any) -> Any:
        """The target of a hook, or several, each of which tells when it is called."""
        if not callable(targets):
            return targets

        def target() -> object:
            self.tell("hook", place)
            self.sites.append(None)
            try:
                return targets()
            finally:
                self.sites.pop()

        return target

    def site(self, place: Place, function: Any) -> Any:
        """A call of a step: what is tried again belongs to it."""
        owner = getattr(function, "__self__", function)
        if not isinstance(owner, Template):
            return function

        def call(*args: object, **kwargs: object) -> object:
            self.sites.append(Site(self, place))
            try:
                return function(*args, **kwargs)
            finally:
                self.sites.pop()

        return call


class Site:
    """A call of a step, which may be tried again."""

    def __init__(self, probe: Probe, place: Place) -> None:
        self.probe = probe
        self.place = place
        self.attempts = 0

    def attempt(self) -> None:
        """The step is tried."""
        self.attempts += 1
        if self.attempts == 2:
            self.probe.tell("retry", self.place)


def probed(function: Callable[..., Any], probe: Probe) -> Callable[..., Any] | None:
    """The function with a probe at each fork; None when its source is not there, or is not its own any more."""
    if not inspect.isfunction(function) or function.__closure__:
        return None
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    node = _node_of(function, "".join(lines))
    if node is None:
        return None
    made = _Forks(lines).visit(node)
    made.decorator_list, made.returns = [], None
    for argument in (*made.args.args, *made.args.kwonlyargs):
        argument.annotation = None
    where = made.body[0]
    begin = ast.Expr(_call("begin", ast.Constant(node.lineno)))
    made.body.insert(int(ast.get_docstring(made) is not None), ast.copy_location(begin, where))
    made.args.defaults = []
    made.args.kw_defaults = [None] * len(made.args.kwonlyargs)
    outer = ast.FunctionDef(_NAME, _arguments(_NAME), [made, ast.Return(ast.Name(made.name, ast.Load()))], [])
    outer.type_params = []  # type: ignore[attr-defined]  # from Python 3.12 on
    module = ast.fix_missing_locations(ast.Module([ast.copy_location(outer, node)], []))
    space: dict[str, Any] = {}
    exec(compile(module, function.__code__.co_filename, "exec", dont_inherit=True), function.__globals__, space)
    again: types.FunctionType = space[_NAME](probe)
    again.__defaults__, again.__kwdefaults__ = function.__defaults__, function.__kwdefaults__
    again.__dict__.update(function.__dict__)
    again.__qualname__, again.__doc__, again.__module__ = function.__qualname__, function.__doc__, function.__module__
    return again


def _node_of(function: types.FunctionType, text: str) -> ast.FunctionDef | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == function.__name__:
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first == function.__code__.co_firstlineno:
                return node
    return None


def _arguments(*names: str) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])


Around: TypeAlias = "tuple[str, str, Place]"
"""What is told when something is left: the method, the kind if it takes one, and the place."""


class _Forks(ast.NodeTransformer):
    """Puts a call of the probe at each fork. Places are read before anything changes."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.around: list[Around] = []
        """The loops and the bodies of `try` around, the innermost last."""

    # --- conditions -----------------------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> ast.AST:
        place = self._place(node.test)
        self.generic_visit(node)
        node.test = self._call("fork", node.test, "if", place, node.test)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        place = self._place(node.test)
        self.generic_visit(node)
        node.test = self._call("holds", node.test, place, node.test)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        place = self._place(node)
        self.generic_visit(node)
        node.test = self._call("fork", node.test, "choice", place, node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        whole = self._place(node)
        starts = [self._place(each) for each in node.values]
        places = [whole, *((*start[:2], *starts[-1][2:]) for start in starts[1:])]
        self.generic_visit(node)
        node.values = [
            *(
                self._call("fork", value, "choice", place, value)
                for value, place in zip(node.values[:-1], places, strict=False)
            ),
            node.values[-1],
        ]
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        subject, places = self._place(node.subject), [self._place(case.pattern) for case in node.cases]
        self.generic_visit(node)
        for case, place in zip(node.cases, places, strict=True):
            case.body.insert(0, self._tell(case.body[0], "case", place))
        last = node.cases[-1]
        if not (last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None):
            told = self._tell(last.pattern, "no-case", subject)
            node.cases.append(ast.match_case(ast.copy_location(ast.MatchAs(), last.pattern), None, [told]))
        return node

    # --- failures -------------------------------------------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> ast.AST:
        caught = self._place(node.handlers[0].type) if node.handlers and node.handlers[0].type is not None else None
        final = self._place(node.finalbody[0]) if node.finalbody else None
        if final is not None:
            self.around.append(("ended", "", final))
        if caught is not None:
            self.around.append(("tell", "try-succeeded", caught))
        node.body = self._block(node.body)
        if caught is not None:
            self.around.pop()
        for handler in node.handlers:
            handler.body = self._block(handler.body)
        node.orelse = self._block(node.orelse)
        if final is not None:
            self.around.pop()
        node.finalbody = self._block(node.finalbody)
        if caught is not None:
            first = node.handlers[0].body
            first.insert(0, self._tell(first[0], "try-failed", caught))
            node.orelse.insert(0, self._tell((node.orelse or node.body)[-1], "try-succeeded", caught))
        if final is None:
            return node
        ended = self._statement(node.body[-1], "ended", final)
        inner: list[ast.stmt] = node.body
        if node.handlers:
            inner = [ast.copy_location(ast.Try(node.body, node.handlers, node.orelse, []), node)]
        reached = self._statement(node.finalbody[0], "final", final)
        return ast.copy_location(ast.Try([*inner, ended], [], [], [reached, *node.finalbody]), node)

    # --- loops ----------------------------------------------------------------------------------------------------

    def visit_For(self, node: ast.For) -> ast.AST:
        place = self._place(node.iter)
        node.iter = self.visit(node.iter)
        self.around.append(("tell", "left", place))
        node.body = self._block(node.body)
        self.around.pop()
        node.orelse = self._block(node.orelse)
        node.iter = self._call("turns", node.iter, place, node.iter)
        return node

    def visit_Break(self, node: ast.Break) -> Any:
        return self._leaving(node, with_loop=True)

    def visit_Continue(self, node: ast.Continue) -> Any:
        return self._leaving(node, with_loop=False)

    def _leaving(self, node: ast.Break | ast.Continue, *, with_loop: bool) -> list[ast.stmt]:
        """The statement, after what is told of the bodies of `try` that it leaves, and of the loop."""
        told: list[ast.stmt] = []
        for each in reversed(self.around):
            if each[1] == "left":
                return [*told, *([self._left(node, each)] if with_loop else []), node]
            told.append(self._left(node, each))
        return [*told, node]

    def _left(self, node: ast.stmt, around: Around) -> ast.Expr:
        method, kind, place = around
        return self._statement(node, method, *([kind] if kind else []), place)

    def visit_Return(self, node: ast.Return) -> Any:
        self.generic_visit(node)
        told = [self._left(node, each) for each in reversed(self.around)]
        if not told or node.value is None:
            return [*told, node]
        # The value comes first: it may fail.
        value = ast.Tuple([node.value, *(each.value for each in told)], ast.Load())
        node.value = ast.copy_location(ast.Subscript(value, ast.Constant(0), ast.Load()), node.value)
        return node

    def _block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            made = self.visit(statement)
            found += made if isinstance(made, list) else [made]
        return found

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        place, element = self._place(node), self._place(node.elt)
        self.generic_visit(node)
        last = node.generators[-1]
        if last.ifs:  # a step in a condition decides about the element
            whole = last.ifs[0] if len(last.ifs) == 1 else ast.BoolOp(ast.And(), last.ifs)
            last.ifs = [self._call("kept", last.ifs[0], element, whole)]
        both = ast.Tuple([self._call("tell", node.elt, "element", place), node.elt], ast.Load())
        node.elt = ast.copy_location(ast.Subscript(both, ast.Constant(1), ast.Load()), node.elt)
        return self._call("whole", node, place, node)

    # --- calls ----------------------------------------------------------------------------------------------------

    def visit_Call(self, node: ast.Call) -> ast.AST:
        place = self._place(_callee(node.func))
        is_options = isinstance(node.func, ast.Attribute) and node.func.attr == "options"
        targets = [self._targets(keyword.value) for keyword in node.keywords if is_options]
        self.generic_visit(node)
        for keyword, places in zip(node.keywords, targets, strict=False):
            if (keyword.arg or "").startswith("on_"):
                keyword.value = self._hooked(keyword.value, places)
        node.func = self._call("site", node.func, place, node.func)
        return node

    def _targets(self, value: ast.expr) -> list[Place]:
        return [self._place(each) for each in (value.elts if isinstance(value, ast.List | ast.Tuple) else [value])]

    def _hooked(self, value: ast.expr, places: list[Place]) -> ast.expr:
        if not isinstance(value, ast.List | ast.Tuple):
            return self._call("hooks", value, places[0], value)
        value.elts = [self._call("hooks", each, place, each) for each, place in zip(value.elts, places, strict=True)]
        return value

    # --- making ---------------------------------------------------------------------------------------------------

    def _place(self, node: Any) -> Place:
        return (
            node.lineno,
            self._column(node.lineno, node.col_offset),
            node.end_lineno,
            self._column(node.end_lineno, node.end_col_offset),
        )

    def _column(self, line: int, offset: int) -> int:
        return len(self.lines[line - 1].encode()[:offset].decode())

    def _call(self, method: str, where: ast.AST, *arguments: Any) -> ast.Call:
        return ast.copy_location(_call(method, *map(_constant, arguments)), where)

    def _statement(self, where: ast.AST, method: str, *arguments: Any) -> ast.Expr:
        return ast.copy_location(ast.Expr(self._call(method, where, *arguments)), where)

    def _tell(self, where: ast.AST, kind: str, place: Place) -> ast.Expr:
        return self._statement(where, "tell", kind, place)


def _call(method: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(_NAME, ast.Load()), method, ast.Load()), list(arguments), [])


def _callee(node: ast.expr) -> ast.expr:
    """The step itself in what is called: `load` in `load.options(retry=3).attempt`."""
    while True:
        if isinstance(node, ast.Attribute) and node.attr in ("attempt", "options"):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "options":
            node = node.func.value
        else:
            return node


def _constant(value: Any) -> ast.expr:
    if isinstance(value, tuple):
        return ast.Tuple([ast.Constant(each) for each in value], ast.Load())
    return value if isinstance(value, ast.expr) else ast.Constant(value)
