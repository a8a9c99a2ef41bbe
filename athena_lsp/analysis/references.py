"""Where a declared thing stands and where it is used, block by block; and the edits that rename or decorate it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from athena_lsp.analysis.annotating import import_edit
from athena_lsp.analysis.lower import unit
from athena_lsp.analysis.placeholders import Placeholder, content_start, parse_placeholders
from athena_lsp.analysis.pod import Reader, reader_of
from athena_lsp.analysis.scope import Declared, Runtime, resolve, resolve_imported, resolve_node
from athena_lsp.analysis.spelling import NewImport
from athena_lsp.analysis.summary import Assigned, FunctionNode, Imported, summarise
from athena_lsp.analysis.types import attribute_type, field_of, item_type
from athena_lsp.analysis.view import View
from athena_lsp.ir.model import Definition, Projection
from athena_lsp.ir.names import Declaration
from athena_lsp.ir.node import walk
from athena_lsp.ir.types import Type
from athena_lsp.ir.values import Text
from athena_lsp.recent import recent
from athena_lsp.syntax.tree import Tree, parse
from athena_lsp.text import Span, TextEdit

TEMPLATE_METHODS = ("options", "attempt")
"""What stands between a template and its arguments: `fetch.options(...)(url)`, `fetch.attempt(url)`."""


@recent(512)
def place_of(asked: tuple[str, str, str]) -> Span | None:
    """Where a block declares a name, or a member of it: the name's own span. The member may be empty."""
    block, name, member = asked
    tree = parse(block)
    for node in _statements(tree.statements):
        match node:
            case ast.FunctionDef(name=found) | ast.AsyncFunctionDef(name=found) if found == name:
                return _member_of_function(tree, node, member) if member else _word(tree, node, name)
            case ast.ClassDef(name=found) if found == name:
                return _member_of_class(tree, node, member) if member else _word(tree, node, name)
            case ast.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        return tree.span(target)
            case ast.AnnAssign(target=ast.Name(id=found) as target) if found == name:
                return tree.span(target)
            case _:
                pass
    return None


def references(view: View, path: str, block: str, declaration: Declaration) -> Iterator[Span]:
    """Every place in a block that names the declared thing, its declaration included."""
    tree = parse(block)
    if declaration.member:
        yield from _member_references(view, path, block, declaration)
        return
    name = declaration.name
    if path == declaration.path and (place := place_of((block, name, ""))) is not None and _declares(tree, name):
        yield place
    for statement in tree.statements:
        reader = reader_of(view, path, tree, statement)
        for node in ast.walk(statement):
            yield from _names(reader, node, declaration)
            if isinstance(node, ast.ImportFrom):
                yield from _import_names(view, path, tree, node, declaration)


def decoration(
    view: View, path: str, blocks: tuple[str, ...], starts: tuple[int, ...], name: str, decorator: str
) -> tuple[TextEdit, ...]:
    """The edits that decorate a top-level function of a file, in offsets of the file; none when it is not there."""
    for start, block in zip(starts, blocks, strict=True):
        tree = parse(block)
        for statement in tree.statements:
            if isinstance(statement, FunctionNode) and statement.name == name:
                first = statement.decorator_list[0] if statement.decorator_list else None
                at = start + (tree.span(first).start - 1 if first else tree.span(statement).start)
                word, imports = _imported_word(view, path, blocks, starts, decorator)
                return (*imports, TextEdit(Span(at, at), f"@{word}\n"))
    return ()


def _imported_word(
    view: View, path: str, blocks: tuple[str, ...], starts: tuple[int, ...], name: str
) -> tuple[str, tuple[TextEdit, ...]]:
    """How a file writes a name of athena_runtime, and the edits that make it so."""
    for bound in view.names(path):
        entity = resolve(view, path, bound)
        if entity == Runtime(name):
            return bound, ()
    return name, (import_edit(tuple(zip(starts, blocks, strict=True)), NewImport("athena_runtime", name)),)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block, those in the arms of compound ones too."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]
            for handler in getattr(node, "handlers", ()):
                inner += handler.body
            yield from _statements(inner)


def _word(tree: Tree, node: FunctionNode | ast.ClassDef, name: str) -> Span:
    start = tree.span(node).start
    match = re.compile(rf"(?:async\s+)?(?:def|class)\s+({re.escape(name)})").match(tree.text, start)
    return Span(*match.span(1)) if match else Span(start, start)


def _member_of_function(tree: Tree, node: FunctionNode, member: str) -> Span | None:
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg):
        if argument is not None and argument.arg == member:
            start = tree.start(argument)
            return Span(start, start + len(member))
    if member == "return" and node.returns is not None:
        return tree.span(node.returns)
    return None


def _member_of_class(tree: Tree, node: ast.ClassDef, member: str) -> Span | None:
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id == member:
                return tree.span(target)
    return None


def _declares(tree: Tree, name: str) -> bool:
    return any(
        isinstance(node, FunctionNode | ast.ClassDef) and node.name == name for node in _statements(tree.statements)
    )


def _names(reader: Reader, node: ast.AST, declaration: Declaration) -> Iterator[Span]:
    if isinstance(node, ast.Name) and node.id not in reader.imports:
        entity = (
            reader.resolve(node) if isinstance(node.ctx, ast.Load) else resolve_node(reader.view, reader.path, node)
        )
        is_store = not isinstance(node.ctx, ast.Load) and node.id in reader.local and reader.path != declaration.path
        is_it = isinstance(entity, Declared) and entity.declaration == declaration and not is_store
        if is_it and node.id == declaration.name:
            yield reader.tree.span(node)
    elif isinstance(node, ast.Attribute) and node.attr == declaration.name:
        entity = reader.resolve(node)
        if isinstance(entity, Declared) and entity.declaration == declaration:
            end = reader.tree.span(node).end
            yield Span(end - len(node.attr), end)


def _import_names(view: View, path: str, tree: Tree, node: ast.ImportFrom, declaration: Declaration) -> Iterator[Span]:
    for alias in node.names:
        if alias.name != declaration.name:
            continue
        imported = Imported(alias.name, node.module or "", node.level, alias.name)
        entity = resolve_imported(view, path, imported, ast.Name(alias.name))
        if isinstance(entity, Declared) and entity.declaration == declaration:
            start = tree.span(alias).start
            yield Span(start, start + len(alias.name))


def _member_references(view: View, path: str, block: str, declaration: Declaration) -> Iterator[Span]:
    """A parameter: in its own function, in placeholders, and as a keyword of every call. A field: where it is declared,
    in workflow bodies and in placeholders; what a Python server finds in ordinary code is left to it."""
    tree = parse(block)
    owner = Declaration(declaration.path, declaration.name)
    found = resolve(view, owner.path, owner.name)
    if isinstance(found, Declared) and found.class_ is not None:
        if path == owner.path and (place := place_of((block, owner.name, declaration.member))) is not None:
            yield place
        if _may_use_field(block, declaration.member):
            yield from (span for span, field in field_uses(view, path, block) if field == declaration)
        return
    for definition in unit(view, path, block).definitions:
        if definition.declaration == owner:
            yield from _parameter_uses(tree, definition, declaration.member)
    yield from _constant_uses(view, path, block, owner, declaration.member)
    for statement in tree.statements:
        reader = reader_of(view, path, tree, statement)
        for call in reader.calls:
            keywords = [each for each in call.keywords if each.arg == declaration.member]
            if keywords and _called(reader, call.func) == owner:
                starts = (tree.start(keyword) for keyword in keywords)
                yield from (Span(start, start + len(declaration.member)) for start in starts)


def _may_use_field(block: str, name: str) -> bool:
    """Whether a block holds the name behind a dot or a quote, a comment and a line's end perhaps in between: most
    blocks that hold a common word do not, and to see what a block means takes a hundred times as long."""
    return re.search(rf"(?:[.\"']|#[^\n\r]*[\n\r])[\s\\]*{re.escape(name)}\b", block) is not None


def field_uses(view: View, path: str, block: str) -> Iterator[tuple[Span, Declaration]]:
    """Every field that a block's workflow bodies and placeholders name, each with where it is declared."""
    for definition in unit(view, path, block).definitions:
        for projection in walk(definition.body, Projection):
            yield from _fields_of_path(view, projection, block)
        for text in walk(definition.options, Text):
            for part in parse_placeholders(text.value) if text.content_start is not None else ():
                if isinstance(part, Placeholder) and part.fields and text.content_start is not None:
                    yield from _fields_of_placeholder(view, definition, part, text.content_start)


def _fields_of_path(view: View, projection: Projection, block: str) -> Iterator[tuple[Span, Declaration]]:
    owner: Type | None = projection.base.type
    for access in projection.path:
        field = field_of(view, owner, str(access.key)) if owner is not None else None
        # The parts of a name that was unpacked stand where it was bound.
        if field is not None and access.span.of(block).strip("\"'") == access.key:
            quotes = 0 if access.attribute else 1
            yield Span(access.span.start + quotes, access.span.end - quotes), field.declaration
        if owner is not None:
            key = access.key
            owner = attribute_type(view, owner, str(key)) if access.attribute else item_type(view, owner, key)


def _fields_of_placeholder(
    view: View, definition: Definition, part: Placeholder, start: int
) -> Iterator[tuple[Span, Declaration]]:
    owner = next((each.type for each in definition.parameters if each.name == part.parameter), None)
    for name, span in zip(part.fields, part.spans[1:], strict=True):
        field = field_of(view, owner, name) if owner is not None else None
        if field is not None:
            yield span.shift(start), field.declaration
        owner = attribute_type(view, owner, name) if owner is not None else None


def _called(reader: Reader, function: ast.expr) -> Declaration | None:
    """The function of the project that a call is a call of, also through `f.options(...)` and `f.attempt`."""
    if isinstance(function, ast.Call):
        function = function.func
    if isinstance(function, ast.Attribute) and function.attr in TEMPLATE_METHODS:
        function = function.value
    entity = reader.resolve(function)
    return entity.declaration if isinstance(entity, Declared) else None


def constant_texts(block: str) -> Iterator[tuple[str, int, str]]:
    """The texts in the values of module-level names that a block binds: the name, where the text begins, the text."""
    for bound in summarise(block).bindings:
        code = bound.code if isinstance(bound, Assigned) else None
        for node in ast.walk(code.node) if code is not None else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and code is not None:
                start = content_start(code.tree, node, node.value)
                if start is not None:
                    yield bound.name, start, node.value


def constant_placeholders(block: str) -> Iterator[tuple[str, Placeholder, int]]:
    """The placeholders in those texts, each with the name and where its text begins."""
    for name, start, text in constant_texts(block) if "{" in block else ():
        yield from ((name, part, start) for part in parse_placeholders(text) if isinstance(part, Placeholder))


def constants_of(view: View, owner: Declaration) -> frozenset[Declaration]:
    """The module-level names whose texts the decorator of a definition takes."""
    block = view.block(owner.path, owner.name)
    definitions = unit(view, owner.path, block).definitions if block else ()
    texts = (text for each in definitions if each.declaration == owner for text in walk(each.options, Text))
    return frozenset(text.origin for text in texts if text.origin is not None and "{" in text.value)


def _constant_uses(view: View, path: str, block: str, owner: Declaration, name: str) -> Iterator[Span]:
    """Where a parameter is named in a placeholder of a constant that its decorator takes."""
    for constant, part, start in constant_placeholders(block):
        if part.parameter == name and Declaration(path, constant) in constants_of(view, owner):
            yield part.spans[0].shift(start)


def _parameter_uses(tree: Tree, definition: Definition, name: str) -> Iterator[Span]:
    for text in walk(definition.options, Text):
        for part in parse_placeholders(text.value) if text.content_start is not None else ():
            if isinstance(part, Placeholder) and part.parameter == name and text.content_start is not None:
                yield part.spans[0].shift(text.content_start)
    for node in functions_of(tree, definition.name):
        if tree.span(node).start >= definition.span.start:
            place = _member_of_function(tree, node, name)
            if place:
                yield place
            yield from _names_in(tree, node, frozenset({name}))


def local_uses(block: str, function: str, names: frozenset[str]) -> tuple[Span, ...]:
    """Where the body of a function of a block binds and reads names of its own, in the order of the text."""
    tree = parse(block)
    found = (span for node in functions_of(tree, function) for span in _names_in(tree, node, names))
    return tuple(sorted(found))


def local_names(block: str, function: str) -> frozenset[str]:
    """The names that the body of a function binds."""
    nodes = (inner for node in functions_of(parse(block), function) for inner in ast.walk(node))
    return frozenset(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def functions_of(tree: Tree, name: str) -> Iterator[FunctionNode]:
    for node in ast.walk(tree.module) if tree.module else ():
        if isinstance(node, FunctionNode) and node.name == name:
            yield node


def _names_in(tree: Tree, function: FunctionNode, names: frozenset[str]) -> Iterator[Span]:
    """The names in a function's body, without functions inside it that have a parameter of that name."""
    pending: list[tuple[ast.AST, frozenset[str]]] = [(statement, names) for statement in function.body]
    while pending:
        node, wanted = pending.pop()
        if isinstance(node, FunctionNode | ast.Lambda):
            own = {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
            wanted = wanted - own
        if isinstance(node, ast.Name) and node.id in wanted:
            yield tree.span(node)
        pending += [(child, wanted) for child in ast.iter_child_nodes(node)] if wanted else []
