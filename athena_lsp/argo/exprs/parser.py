"""Parsing Argo's expression language as expr-lang 1.17 does: what the engine refuses, this refuses, and the reverse.

One difference: expressions that nest more than `cursor.DEEPEST` levels deep are refused here.
"""

from __future__ import annotations

from functools import lru_cache

from athena_lsp.argo.exprs import literals
from athena_lsp.argo.exprs.cursor import (
    BINARY,
    COMPARISONS,
    CONSTANTS,
    NEGATED,
    PREDICATES,
    RIGHT,
    UNARY,
    Cursor,
    Parsed,
    Problem,
    RefusedError,
)
from athena_lsp.argo.exprs.lexer import Bad, Token, is_letter, tokens
from athena_lsp.argo.exprs.tree import (
    Binary,
    Boolean,
    Bytes,
    Call,
    Chain,
    Condition,
    Entries,
    Expression,
    Float,
    Integer,
    Items,
    Let,
    Member,
    Name,
    Nil,
    Pointer,
    Predicate,
    Sequence,
    Slice,
    Text,
    Unary,
)


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """The tree of an expression, or why there is none."""
    found: list[Token] = []
    for token in tokens(text):
        if isinstance(token, Bad):
            # The engine reads tokens as it goes: a mistake in front of this one is the first.
            found.append(Token("end", "", token.span))
            before = _parse(found)
            at_end = before.problem is None or before.problem.span == token.span
            return Parsed(None, Problem(token.span, token.what)) if at_end else before
        found.append(token)
    return _parse(found)


def _parse(found: list[Token]) -> Parsed:
    cursor = Cursor(found)
    try:
        expression = _sequence(cursor)
        if not cursor.sees("end"):
            raise cursor.unexpected()
    except RefusedError as refused:
        return Parsed(None, refused.problem)
    return Parsed(expression)


def _sequence(cursor: Cursor) -> Expression:
    start = cursor.current.span.start
    items = [_expression(cursor)]
    while cursor.sees("operator", ";"):
        cursor.next()
        if cursor.sees("end"):
            break
        items.append(_expression(cursor))
    return items[0] if len(items) == 1 else Sequence(tuple(items), cursor.since(start))


def _expression(cursor: Cursor, least: int = 0) -> Expression:
    """An expression of operators that bind at least so tightly."""
    cursor.deeper()
    if least == 0 and cursor.sees("operator", "let"):
        found = _let(cursor)
    elif least == 0 and cursor.sees("operator", "if"):
        found = _if(cursor)
    else:
        found = _operators(cursor, least)
        if least == 0:
            found = _ternary(cursor, found)
    cursor.depth -= 1
    return found


def _operators(cursor: Cursor, least: int) -> Expression:
    start = cursor.current.span.start
    left = _primary(cursor)
    previous = ""
    while cursor.sees("operator"):
        negated = cursor.sees("operator", "not")
        operator = cursor.tokens[cursor.position + 1] if negated else cursor.current
        if negated and operator.value not in NEGATED:
            cursor.next()
            raise cursor.unexpected()
        power = BINARY.get(operator.value, -1) if operator.kind == "operator" else -1
        if power < least:
            break
        cursor.position += 1 + negated
        if operator.value == "|":
            left = _call(cursor, cursor.expect("name"), (left,), start)
        elif previous == "??" and operator.value != "??":
            raise cursor.refuse(f"`{operator.value}` beside `??` needs parentheses", operator)
        elif operator.value in COMPARISONS:
            left = _comparison(cursor, left, operator.value, start)
        else:
            right = _expression(cursor, power if operator.value in RIGHT else power + 1)
            left = Binary(operator.value, left, right, cursor.since(start))
            left = Unary("not", left, cursor.since(start)) if negated else left
        previous = operator.value
    return left


def _comparison(cursor: Cursor, left: Expression, operator: str, start: int) -> Expression:
    """`a < b`, and `a < b < c`, which asks both."""
    whole: Expression | None = None
    while True:
        right = _expression(cursor, BINARY[operator] + 1)
        one = Binary(operator, left, right, cursor.since(left.span.start))
        whole = one if whole is None else Binary("&&", whole, one, cursor.since(start))
        if not (cursor.sees("operator") and cursor.current.value in COMPARISONS):
            return whole
        left, operator = right, cursor.next().value


def _let(cursor: Cursor) -> Expression:
    start = cursor.next().span.start
    name = cursor.expect("name").value
    cursor.expect("operator", "=")
    value = _expression(cursor)
    cursor.expect("operator", ";")
    body = _sequence(cursor)
    return Let(name, value, body, cursor.since(start))


def _if(cursor: Cursor) -> Expression:
    """Also behind `else`: a long row of them nests as deep as it is long."""
    start = cursor.next().span.start
    test = _expression(cursor)
    then = _braced(cursor)
    cursor.expect("operator", "else")
    if cursor.sees("operator", "if"):
        cursor.deeper()
        otherwise = _if(cursor)
        cursor.depth -= 1
    else:
        otherwise = _braced(cursor)
    return Condition(test, then, otherwise, cursor.since(start))


def _braced(cursor: Cursor) -> Expression:
    cursor.expect("bracket", "{")
    body = _sequence(cursor)
    cursor.expect("bracket", "}")
    return body


def _ternary(cursor: Cursor, test: Expression) -> Expression:
    while cursor.sees("operator", "?"):
        cursor.next()
        then = test
        if not cursor.sees("operator", ":"):
            then = _expression(cursor)
        cursor.expect("operator", ":")
        otherwise = _expression(cursor)
        test = Condition(test, then, otherwise, cursor.since(test.span.start))
    return test


def _primary(cursor: Cursor) -> Expression:
    token = cursor.current
    start = token.span.start
    if token.kind == "operator" and token.value in UNARY:
        cursor.next()
        operand = _expression(cursor, UNARY[token.value])
        return _postfix(cursor, Unary(token.value, operand, cursor.since(start)), start)
    if cursor.sees("bracket", "("):
        cursor.next()
        inside = _sequence(cursor)
        cursor.expect("bracket", ")")
        return _postfix(cursor, inside, start)
    if cursor.predicates and cursor.sees("operator", "#", "."):
        name = ""
        if cursor.sees("operator", "#"):
            cursor.next()
            name = cursor.next().value if cursor.sees("name") else ""
        return _postfix(cursor, Pointer(name, cursor.since(start)), start)
    if cursor.sees("operator", "::"):
        cursor.next()
        return _postfix(cursor, _call(cursor, cursor.expect("name"), (), start, builtin=True), start)
    return _atom(cursor)


def _atom(cursor: Cursor) -> Expression:
    token = cursor.current
    start = token.span.start
    match token.kind:
        case "number":
            cursor.next()
            return _number(cursor, token)
        case "name" if token.value in CONSTANTS or token.value == "nil":
            cursor.next()
            span = cursor.since(start)
            return Nil(span) if token.value == "nil" else Boolean(CONSTANTS[token.value], span)
        case "name":
            cursor.next()
            called = cursor.sees("bracket", "(")
            node = _call(cursor, token, (), start) if called else Name(token.value, cursor.since(start))
        case "text":
            node = _text(cursor)
        case "bytes":
            value = literals.bytes_of(token.value)
            if value is None:
                raise cursor.refuse(f"{token} has an escape that is no byte")
            cursor.next()
            node = Bytes(value, cursor.since(start))
        case "bracket" if token.value == "[":
            node = _items(cursor)
        case "bracket" if token.value == "{":
            node = _entries(cursor)
        case _:
            raise cursor.unexpected()
    return _postfix(cursor, node, start)


def _number(cursor: Cursor, token: Token) -> Expression:
    value = literals.number(token.value)
    if value is None:
        raise cursor.refuse(f"{token} is no number of 64 bits", token)
    span = cursor.since(token.span.start)
    return Integer(value, span) if isinstance(value, int) else Float(value, span)


def _text(cursor: Cursor) -> Expression:
    token = cursor.next()
    value = literals.text(token.value)
    if value is None:
        raise cursor.refuse(f"{token} has an escape that is no character", token)
    return Text(value, token.value[0], cursor.since(token.span.start))


def _call(
    cursor: Cursor, name: Token, piped: tuple[Expression, ...], start: int, *, builtin: bool = False
) -> Expression:
    function = Name(name.value, name.span)
    if name.value in PREDICATES:
        arguments = _predicate_arguments(cursor, name.value, piped)
    else:
        arguments = piped + _arguments(cursor)
    return Call(function, arguments, builtin, cursor.since(start))


def _predicate_arguments(cursor: Cursor, function: str, piped: tuple[Expression, ...]) -> tuple[Expression, ...]:
    least, most = PREDICATES[function]
    arguments = list(piped)
    cursor.expect("bracket", "(")
    for place in range(len(piped), most):
        if cursor.sees("bracket", ")"):
            if place >= least:
                break
            raise cursor.refuse(f"`{function}` needs {least} arguments")
        if place > len(piped):
            cursor.expect("operator", ",")
        arguments.append(_predicate(cursor) if place == 1 else _expression(cursor))
    if cursor.sees("operator", ","):
        cursor.next()
    cursor.expect("bracket", ")")
    return tuple(arguments)


def _predicate(cursor: Cursor) -> Expression:
    start = cursor.current.span.start
    cursor.predicates += 1
    if cursor.sees("bracket", "{"):
        body = _braced(cursor)
    else:
        body = _expression(cursor)
        if cursor.sees("operator", ";"):
            raise cursor.refuse("a predicate of several parts needs braces around it")
    cursor.predicates -= 1
    return Predicate(body, cursor.since(start))


def _arguments(cursor: Cursor) -> tuple[Expression, ...]:
    cursor.expect("bracket", "(")
    found = _separated(cursor, ")")
    cursor.expect("bracket", ")")
    return found


def _items(cursor: Cursor) -> Expression:
    start = cursor.next().span.start
    found = _separated(cursor, "]")
    cursor.expect("bracket", "]")
    return Items(found, cursor.since(start))


def _separated(cursor: Cursor, closing: str) -> tuple[Expression, ...]:
    """Expressions with commas between them, and perhaps one after the last."""
    found: list[Expression] = []
    while not cursor.sees("bracket", closing):
        if found:
            cursor.expect("operator", ",")
            if cursor.sees("bracket", closing):
                break
        found.append(_expression(cursor))
    return tuple(found)


def _entries(cursor: Cursor) -> Expression:
    start = cursor.next().span.start
    found: list[tuple[Expression, Expression]] = []
    while not cursor.sees("bracket", "}"):
        if found:
            cursor.expect("operator", ",")
            if cursor.sees("bracket", "}"):
                break
        key = _key(cursor)
        cursor.expect("operator", ":")
        found.append((key, _expression(cursor)))
    cursor.expect("bracket", "}")
    return Entries(tuple(found), cursor.since(start))


def _key(cursor: Cursor) -> Expression:
    token = cursor.current
    if cursor.sees("text"):
        return _text(cursor)
    if cursor.sees("name") or cursor.sees("number"):
        cursor.next()
        return Text(token.value, "", cursor.since(token.span.start))
    if cursor.sees("bracket", "("):
        return _expression(cursor)
    raise cursor.refuse(f"a key is a text, a name, a number or stands in parentheses, not {token}")


def _postfix(cursor: Cursor, node: Expression, start: int) -> Expression:
    """What follows a value: members, calls of methods, slices."""
    while True:
        optional = cursor.sees("operator", "?.")
        if optional and cursor.tokens[cursor.position + 1].value == "[":
            cursor.next()
        elif optional or cursor.sees("operator", "."):
            cursor.next()
            node = _field(cursor, node, start, optional=optional)
            continue
        if not cursor.sees("bracket", "["):
            return node
        cursor.next()
        node = _bracketed(cursor, node, start, optional=optional)


def _field(cursor: Cursor, node: Expression, start: int, *, optional: bool) -> Expression:
    token = cursor.next()
    if token.kind != "name" and not (token.kind == "operator" and is_letter(token.value[0])):
        raise cursor.refuse(f"a name must follow the dot, not {token}", token)
    chained = isinstance(node, Chain)
    base = node.body if isinstance(node, Chain) else node
    key = Text(token.value, "", token.span)
    found: Expression = Member(base, key, optional, dotted=True, span=cursor.since(start))
    if cursor.sees("bracket", "("):
        found = Call(found, _arguments(cursor), span=cursor.since(start))
    return Chain(found, cursor.since(start)) if chained or optional else found


def _bracketed(cursor: Cursor, node: Expression, start: int, *, optional: bool) -> Expression:
    first = None if cursor.sees("operator", ":") else _expression(cursor)
    if cursor.sees("operator", ":"):
        cursor.next()
        stop = None if cursor.sees("bracket", "]") else _expression(cursor)
        cursor.expect("bracket", "]")
        return Slice(node, first, stop, cursor.since(start))
    cursor.expect("bracket", "]")
    assert first is not None
    found = Member(node, first, optional, span=cursor.since(start))
    return Chain(found, cursor.since(start)) if optional else found
