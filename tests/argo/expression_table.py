"""The table of docs/expressions.md: operators, functions and methods, with examples that are lowered or refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`exact` and `refused` are expressions over the parameters of `expressions_agree`."""

    what: str
    types: str
    exact: tuple[str, ...]
    otherwise: str = ""
    refused: tuple[str, ...] = ()


ROWS = (
    Row("`+` `-` `*`", "`int`, `float`", ("i + j", "x - i", "i * 3", "x * y"), "`Decimal`, dates", ("s - t",)),
    Row("`/`", "numbers, by a literal that is not 0", ("i / 3", "x / 0.5"), "by what may be 0", ("i / j", "x / 0")),
    Row("`//` `%`", "`int`", ("i // 3", "i % -5", "(i - 7) // j if j else 0"), "`float`", ("x // 2", "x % 2")),
    Row("`**`, bits", "", (), "all types", ("i ** 2", "i << 2", "i & 3")),
    Row(
        "`+`", "`str` and `str`, `list` and `list`", ("s + t", "li + [1]"), "tuples, a list and a tuple", ("li + (1,)",)
    ),
    Row("`*`", "", (), "a text or a list", ("s * 2", "li * 2")),
    Row(
        "`==` `!=`",
        "`str`, `int`, `float`, `bool`, `None`, enums, `Literal`, and unions of them",
        ("i == j", "s != t", "oi == 3", "x == i"),
        "lists, dicts, classes; a `bool` and a number",
        ("li == li", "b == i"),
    ),
    Row("`<` `<=` `>` `>=`", "two numbers, two texts", ("i < x <= j", "s < t"), "lists, bools", ("li < li", "b < c")),
    Row(
        "`in`, `not in`",
        "a text, a list, a dict's keys",
        ("s in t", "i in li", "s not in ds"),
        "other types",
        ("i in s",),
    ),
    Row("`is None`", "every type", ("oi is None", "os is not None"), "`is` with anything else", ("i is j",)),
    Row(
        "`not`, conditions",
        "`bool`; numbers, texts, lists, dicts and `T \\| None` of them",
        ("not li", "not os", "i if s else j"),
    ),
    Row("`and`, `or`", "the same", ("b and c", "s or t", "os or s", "i and j")),
    Row("`a if c else b`", "every type", ("s if b else t",), "with steps in it, unless it is a whole statement"),
    Row(
        "f-strings",
        "`str`, `int`, `float`, `bool`, `date`, `time`, `UUID`, `Decimal`, `Path`, a `StrEnum`, `None` and such; a "
        "width, zeros and `<` `>` for texts and whole numbers",
        ('f"{s}/{i}-{b}"', 'f"{x}, {os}"', 'f"{i:05d}"', 'f"{s:>6}|{i:<4}|{s:_<3}"', 'f"{i=}"', 'f"{s!s}"'),
        "other formats, the `repr` of a text",
        ('f"{x:.2f}"', 'f"{i:,}"', 'f"{s!r}"', 'f"{li}"'),
    ),
    Row(
        "`[...]`, `(...)`, `{...: ...}`",
        "every type; keys are literals; `*` of lists, `**` of dicts",
        ("[i, x]", '{"a": s}', "(i, s)", "[*li, i, *li]", '{**ds, "a": i}'),
        "sets, keys that are computed",
        ("{i}", "{s: 1}"),
    ),
    Row(
        "comprehensions",
        "lists; dicts whose keys are texts",
        ("[k * 2 for k in li if k]", "{w: len(w) for w in ls}"),
        "sets",
        ("{k for k in li}",),
    ),
    Row("`|`", "dicts whose keys are texts", ('ds | {"a": i}',), "other dicts, sets"),
    Row(
        "`rows[i]`",
        "a list, a constant key",
        ("ds['a']", "[i, j][0]", "(li + [1])[i % 1]"),
        "a key of a dict that is computed",
        ("ds[s]",),
    ),
    Row(
        "`rows[a:b]`",
        "a list, with known bounds; from its end",
        ("li[1:]", "li[-2:5]", "li[::-1]"),
        "another step, a text",
        ("li[::2]", "s[1:]"),
    ),
    Row("`len`", "`str`, lists, sets, tuples, dicts", ("len(s)", "len(li)", "len(ds)")),
    Row("`str`", "the same", ("str(i)", "str(b)", "str(s)", "str(x)", "str(oi)"), "all others", ("str(li)", "str(ds)")),
    Row("`int`", "`int`, `bool`", ("int(i)", "int(b)"), "`str`, `float`", ("int(s)", "int(x)")),
    Row("`float`", "`int`, `float`", ("float(i)",), "`str`", ("float(s)",)),
    Row("`bool`", "what a condition takes", ("bool(s)", "bool(li)", "bool(i)")),
    Row("`divmod`", "`int`", ("divmod(i, 7)",), "`float`", ("divmod(x, 2)",)),
    Row("`round`, `pow`, `ord`", "", (), "all types", ("round(x)", "pow(i, 2)")),
    Row("`abs`", "numbers", ("abs(i)", "abs(x)")),
    Row(
        "`min`, `max`",
        "two numbers or more, a list of numbers",
        ("min(i, x)", "max(li + [1])", "min(li, default=i)", "max(k * 2 for k in [i, j])"),
        "texts, `key=`",
        ("min(s, t)",),
    ),
    Row(
        "`sum`",
        "a list of `int`",
        ("sum(li)", "sum(li, i)", "sum(k * 2 for k in li)"),
        "floats: Python corrects the error of adding them",
        ("sum([x, y])",),
    ),
    Row("`any`, `all`", "a list of `bool`", ("any([b, c])", "all(k > 1 for k in li)"), "other lists", ("any(li)",)),
    Row(
        "`sorted`",
        "a list of numbers or of texts, a dict's keys",
        ("sorted(li)", "sorted(ls, reverse=True)", "sorted(ds)"),
        "`key=`",
        ("sorted(li, key=abs)",),
    ),
    Row(
        "`list`, `tuple`",
        "lists, tuples, `range`, `zip`, `enumerate`, `reversed`",
        ("list(li)", "tuple(li)", "list(range(i % 5))", "list(zip(li, ls))", "list(reversed(li))"),
        "a dict: its order is lost",
        ("list(ds)",),
    ),
    Row(
        "`dict`",
        "keywords; pairs whose keys are texts",
        ("dict(a=i, b=s)", "dict(zip(ls, li))"),
        "other keys",
        ("dict(zip(li, li))",),
    ),
    Row(
        "`.startswith` `.endswith`",
        "one text",
        ("s.startswith(t)", "s.endswith('a')"),
        "a tuple of texts",
        ("s.startswith(('a', 'b'))",),
    ),
    Row(
        "`.removeprefix` `.removesuffix` `.replace`",
        "`str`",
        ("s.removeprefix(t)", "s.removesuffix('a')", "s.replace('a', t)"),
        "with a count",
        ("s.replace('a', t, 1)",),
    ),
    Row("`.split`", "a separator that is known", ("s.split(',')",), "at blanks", ("s.split()", "s.split(t)")),
    Row("`.join`", "a list of `str`", ("','.join(ls)",), "other lists", ("','.join(li)",)),
    Row("`.upper` `.lower` `.title` `.strip`", "", (), "Unicode: Python and Go differ", ("s.upper()", "s.strip()")),
    Row(
        "`.get`",
        "a dict with text keys, or a TypedDict, whose values are never None",
        ("ds.get(s)", "ds.get(s, 0)"),
        "other dicts",
    ),
)
INTRODUCTION = """\
# Expressions

What a workflow's body may compute. An expression becomes one in Argo's expression language, so no pod runs for it; it
is taken where Argo gives exactly what Python gives, for the types of its operands, or where both fail. Everything
else is [refused](../athena_lsp/rules/unsupported-expression.md), with the fix to compute it in a container.

The examples are compiled, and those in the first column are evaluated by Argo's own engine and compared with Python.
The parameters are `i, j: int`, `x, y: float`, `s, t: str`, `b, c: bool`, `li: list[int]`, `ls: list[str]`, `ds:
dict[str, int]`, `oi: int | None`, `os: str | None`.

| Python | exact for | examples | refused for | examples |
|---|---|---|---|---|
"""
CONCLUSION = """
Whole numbers are exact up to 2**53, since Argo decodes JSON numbers as floats; a value that is handed on whole keeps
every digit. Texts are sequences of code points in both languages, and neither has NaN in JSON. An operand that is
read twice is written twice: values have no effects.

A text that holds `{{` or `$` stays what it is: whatever an expression gives is written with these characters escaped,
so that neither Argo nor Kubernetes replaces anything in it. One character is left that Argo cannot put into a
manifest: a DEL (U+007F), and the few unprintable ones beyond U+FFFF. A text with one of them that passes through an
expression fails its step; handed on whole it does not.
"""


def page() -> str:
    lines = [
        f"| {row.what} | {row.types or '-'} | {_shown(row.exact)} | {row.otherwise or '-'} | {_shown(row.refused)} |\n"
        for row in ROWS
    ]
    return INTRODUCTION + "".join(lines) + CONCLUSION


def _shown(examples: tuple[str, ...]) -> str:
    return ", ".join("`" + example.replace("|", "\\|") + "`" for example in examples) or "-"
