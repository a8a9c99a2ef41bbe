"""Moving steps of a workflow into one of their own, and back; and workflows that hold what a body cannot."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Sequence

from athena_lsp.analysis.at_hand import at_hand, meaning
from athena_lsp.analysis.scope import Declared, dotted, resolve
from athena_lsp.analysis.signatures import signature
from athena_lsp.analysis.spelling import NewImport, spell
from athena_lsp.analysis.summary import FunctionNode
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Definition, Kind
from athena_lsp.ir.types import Type
from athena_lsp.records import dataclass
from athena_lsp.syntax.tree import Tree, descend, parse
from athena_lsp.text import Span, TextEdit

EXTRACTED = "extracted"


@dataclass(frozen=True, slots=True)
class Change:
    """Edits of one block, and what its file must import for them."""

    edits: tuple[TextEdit, ...]
    imports: tuple[NewImport, ...] = ()


@dataclass(frozen=True, slots=True)
class _Selected:
    """Whole statements of a workflow, one after the other."""

    function: FunctionNode
    statements: Sequence[ast.stmt]
    after: Sequence[ast.stmt]
    span: Span


def extract_steps(view: View, path: str, block: str, definition: Definition, span: Span) -> Change | None:
    """The selected statements of a workflow as a sub-workflow above it; None when they cannot be moved."""
    tree = parse(block)
    selected = _selected(tree, definition, span)
    if selected is None or any(isinstance(node, ast.Return) for node in descend(*selected.statements)):
        return None
    stored = names_in(selected.statements, ast.Store)
    before = at_hand(view, path, block, selected.span.start)
    after = at_hand(view, path, block, tree.start(selected.after[0])) if selected.after else before
    if before is None or after is None:
        return None
    read = names_in(selected.statements, ast.Load)
    wanted = names_in(selected.after, ast.Load)
    given = {each.name: each.type for each in before.names if each.name in read}
    results = {each.name: each.type for each in after.names if each.name in stored and each.name in wanted}
    types = _spelled(view, path, definition, (*given.values(), *results.values()))
    if types is None:
        return None
    texts, imports = types
    name = free_name(EXTRACTED, set(view.names(path)))
    parameters = ", ".join(f"{each}: {text}" for each, text in zip(given, texts[: len(given)], strict=True))
    returned = ", ".join(results)
    written = texts[len(given) :]
    written = texts[len(given) :]
    returns = f"tuple[{', '.join(written)}]" if len(written) > 1 else "".join(written) or "None"
    body = textwrap.dedent(_indented(tree, selected)).rstrip()
    lines = [f"@{_workflow_word(definition)}", f"def {name}({parameters}) -> {returns}:"]
    lines += [textwrap.indent(body, "    "), *([f"    return {returned}"] if results else [])]
    call = f"{returned} = {name}({', '.join(given)})" if results else f"{name}({', '.join(given)})"
    at = definition.span.start
    return Change((TextEdit(Span(at, at), "\n".join(lines) + "\n\n\n"), TextEdit(selected.span, call)), imports)


def inline_workflow(view: View, path: str, block: str, offset: int) -> Change | None:
    """The steps of a sub-workflow in place of its call; None when it is more than assignments and calls."""
    tree = parse(block)
    found = call_at(tree, offset)
    if found is None:
        return None
    caller, statement, call, target = found
    entity = meaning(view, path, dotted(call.func)) if dotted(call.func) else None
    declaration = entity.declaration if isinstance(entity, Declared) and entity.function else None
    text = view.block(declaration.path, declaration.name) if declaration is not None else None
    inner = parse(text or "")
    node = next((each for each in inner.statements if isinstance(each, FunctionNode)), None)
    face = signature(view, declaration) if declaration is not None else None
    if declaration is None or node is None or face is None or face.kind is not Kind.WORKFLOW:
        return None
    body = [each for each in node.body if not _is_doc(each)]
    if not _is_plain(body) or not _means_the_same(view, declaration.path, path, node):
        return None
    given = _arguments(tree, call, node, inner)
    if given is None:
        return None
    taken = {each.id for each in descend(caller) if isinstance(each, ast.Name)} | {
        each.arg for each in parameters_of(caller)
    }
    return Change((TextEdit(tree.span(statement), _inlined(inner, body, given, taken, target, tree, statement)),))


def _inlined(
    inner: Tree,
    body: Sequence[ast.stmt],
    given: dict[str, str],
    taken: set[str],
    target: str,
    tree: Tree,
    statement: ast.stmt,
) -> str:
    """The text of the body with arguments for parameters and free names for its own."""
    new: dict[str, str] = {}
    bound: list[str] = []
    for name, text in given.items():
        if text.isidentifier() or _is_literal(text):
            new[name] = text
        else:
            new[name] = free_name(name, taken)
            bound.append(f"{new[name]} = {text}")
    for name in sorted(names_in(body, ast.Store)):
        new[name] = free_name(name, taken)
    lines = list(bound)
    for each in body:
        if isinstance(each, ast.Return):
            text = _renamed(inner, each.value, new) if each.value is not None else "None"
            lines.append(target.format(text) if target else text)
        else:
            lines.append(_renamed(inner, each, new))
    if not isinstance(body[-1] if body else None, ast.Return) and target:
        lines.append(target.format("None"))
    if not target and isinstance(body[-1] if body else None, ast.Return) and lines[-1].isidentifier():
        lines.pop()
    indent = " " * (tree.start(statement) - tree.source.line_starts[tree.source.line_of(tree.start(statement))])
    return f"\n{indent}".join(line for line in lines) or "pass"


# --- what is selected ---------------------------------------------------------------------------------------------


def _selected(tree: Tree, definition: Definition, span: Span) -> _Selected | None:
    """The whole statements of the workflow's body that a selection touches; None for a bare cursor."""
    function = next(
        (
            node
            for node in tree.statements
            if isinstance(node, FunctionNode) and node.name == definition.name and not definition.nested_in
        ),
        None,
    )
    if function is None or span.start == span.end:
        return None
    body = [each for each in function.body if not _is_doc(each)]
    inside = [each for each in body if tree.span(each).start < span.end and span.start < tree.span(each).end]
    if not inside or span.start < tree.start(function.body[0]) - 200:
        return None
    last = body.index(inside[-1])
    if tree.span(inside[-1]).end < span.start or span.start < definition.name_span.end:
        return None
    whole = Span(tree.span(inside[0]).start, tree.span(inside[-1]).end)
    return _Selected(function, inside, body[last + 1 :], whole)


def call_at(tree: Tree, offset: int, *, nested: bool = False) -> tuple[FunctionNode, ast.stmt, ast.Call, str] | None:
    """The function, the statement and the call whose name stands at an offset; and how its value is used: a text with
    `{}` for the value, empty for not at all. Without `nested` the call is the statement's whole value."""
    for function in (each for each in tree.statements if isinstance(each, FunctionNode)):
        for statement in function.body:
            if not tree.span(statement).touches(offset):
                continue
            calls = [each for each in descend(statement) if isinstance(each, ast.Call)]
            here = [each for each in calls if tree.span(each.func).touches(offset)]
            value = getattr(statement, "value", None)
            for call in here[-1:]:
                if nested or call is value:
                    return function, statement, call, _use(tree, statement)
    return None


def _use(tree: Tree, statement: ast.stmt) -> str:
    match statement:
        case ast.Return():
            return "return {}"
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            start, begin = tree.start(statement), tree.start(value)
            return tree.text[start:begin].replace("{", "{{").replace("}", "}}") + "{}"
        case _:
            return ""


# --- names and types ----------------------------------------------------------------------------------------------


def names_in(statements: Sequence[ast.stmt], context: type[ast.expr_context]) -> frozenset[str]:
    nodes = (node for node in descend(*statements) if isinstance(node, ast.Name) and isinstance(node.ctx, context))
    return frozenset(node.id for node in nodes)


def _spelled(
    view: View, path: str, definition: Definition, types: Sequence[Type]
) -> tuple[list[str], tuple[NewImport, ...]] | None:
    """The types as text; None when one of them cannot be written."""
    found = [spell(view, path, definition.name, each) for each in types]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    return [each.text for each in known], tuple(new for each in known for new in each.imports)


def free_name(name: str, taken: set[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    taken.add(candidate)
    return candidate


# --- text ---------------------------------------------------------------------------------------------------------


def _indented(tree: Tree, selected: _Selected) -> str:
    """The statements with the indent of the first line, which their span does not hold."""
    start = tree.source.line_starts[tree.source.line_of(selected.span.start)]
    return tree.text[start : selected.span.end]


def _workflow_word(definition: Definition) -> str:
    decorator = next((each for each in definition.decorators if each.kind is definition.kind), None)
    return decorator.text if decorator else "workflow"


def top_of(tree: Tree, function: FunctionNode) -> int:
    first = function.decorator_list[0] if function.decorator_list else None
    return tree.start(first) - 1 if first else tree.start(function)


def _is_doc(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_literal(text: str) -> bool:
    return isinstance(ast.parse(text, mode="eval").body, ast.Constant)


def _is_plain(body: Sequence[ast.stmt]) -> bool:
    """Whether a body is assignments and calls, with a `return` at its end at most."""
    *first, last = body or [ast.Pass()]
    simple = ast.Assign | ast.AnnAssign | ast.Expr
    return all(isinstance(each, simple) for each in first) and isinstance(last, simple | ast.Return)


def parameters_of(node: FunctionNode) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _means_the_same(view: View, there: str, here: str, node: FunctionNode) -> bool:
    """Whether every name of another module means the same in this one."""
    own = names_in(node.body, ast.Store) | {each.arg for each in parameters_of(node)}
    used = names_in(node.body, ast.Load) - own
    return there == here or all(resolve(view, there, name) == resolve(view, here, name) for name in used)


def _arguments(tree: Tree, call: ast.Call, node: FunctionNode, inner: Tree) -> dict[str, str] | None:
    """The text that stands for each parameter; None when arguments and parameters do not match."""
    names = [each.arg for each in parameters_of(node)]
    if any(isinstance(each, ast.Starred) for each in call.args) or len(call.args) > len(names):
        return None
    given = {name: tree.span(each).of(tree.text) for name, each in zip(names, call.args, strict=False)}
    for keyword in call.keywords:
        if keyword.arg not in names or keyword.arg in given:
            return None
        given[keyword.arg] = tree.span(keyword.value).of(tree.text)
    positional = [*node.args.posonlyargs, *node.args.args]
    defaults = dict(zip([each.arg for each in positional][::-1], node.args.defaults[::-1], strict=False))
    defaults |= {
        each.arg: value for each, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value
    }
    for name in names:
        if name not in given and name not in defaults:
            return None
        given.setdefault(name, inner.span(defaults[name]).of(inner.text) if name in defaults else "")
    return given


def _renamed(tree: Tree, node: ast.stmt | ast.expr, new: dict[str, str]) -> str:
    """The text of a node with other names."""
    whole = tree.span(node)
    edits = sorted(_renames(tree, node, new), key=lambda edit: edit.span)
    text, done = "", whole.start
    for edit in edits:
        text += tree.text[done : edit.span.start] + edit.new_text
        done = edit.span.end
    return text + tree.text[done : whole.end]


def _renames(tree: Tree, node: ast.AST, new: dict[str, str]) -> Iterator[TextEdit]:
    for each in descend(node):
        if isinstance(each, ast.Name) and new.get(each.id, each.id) != each.id:
            yield TextEdit(tree.span(each), new[each.id])
