"""`python -m tests.codec.agreement --count 2000`: the codec against the compiler's schemas, on random programs.

Each value of a random type is written; the text must be valid under the JSON Schema that athena_lsp gives the type,
without importing the program, and must give the same value when it is read.
"""

from __future__ import annotations
import __future__

import argparse
import ast
import json
import re
import sys
import types
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import jsonschema_rs
import pydantic

from athena_lsp.analysis.schema import type_schema
from athena_lsp.ir.names import Declaration
from athena_lsp.project import Project
from athena_runtime.codec.choices import UnionForm
from athena_runtime.codec.form import CodecError, NoFormError
from athena_runtime.codec.forms import ANY, form_of
from athena_runtime.codec.hints import scope_of_function
from athena_runtime.codec.records import RecordForm
from athena_runtime.codec.text import from_text, to_text
from tests.codec.values import Maker
from tests.types.worlds import make_world

VALUES = 4


@dataclass(slots=True)
class Report:
    """What happened to the values of a run."""

    values: int = 0
    types: int = 0
    equal: int = 0
    """Values that came back equal."""
    other: int = 0
    """Values with a union or with Any in their types, which came back as a value that the text stands for as well."""
    refused: Counter[str] = field(default_factory=Counter)
    """Values that the codec does not write, by the reason."""
    gone: list[str] = field(default_factory=list)
    """Classes that their own libraries refuse, with what is made of them."""
    impossible: int = 0
    """Types for which no value could be made."""
    wrong: list[str] = field(default_factory=list)


def compare(seed: str, programs: int, types_each: int = 12) -> Report:
    report = Report()
    for number in range(programs):
        for name, annotation, schema, maker in _types(f"{seed} {number}", types_each, report):
            try:
                form = form_of(annotation, scope_of_function(maker.module[name]))
            except NoFormError as error:
                if not any(f"'{each}' is not defined" in str(error) for each in report.gone) and (
                    "recursion depth" not in str(error)  # pydantic's, of an alias that holds itself
                ):
                    report.wrong.append(f"{seed} {number} {name}: {annotation} has no form: {error}")
                continue
            fits = jsonschema_rs.Draft202012Validator(schema).is_valid
            for _ in range(VALUES):
                try:
                    value = maker.value(annotation, {})
                except (RecursionError, pydantic.ValidationError, TypeError, NoFormError):
                    report.impossible += 1
                    continue
                if "ValidatorIterator" in repr(value):  # what pydantic keeps for an Iterable can be read once
                    report.impossible += 1
                    continue
                _check(report, f"{seed} {number} {name}: {annotation}", form, fits, value)
    return report


def _types(seed: str, count: int, report: Report) -> Iterator[tuple[str, Any, Any, Maker]]:
    """Functions of a random program, with the text of the parameter's type and its schema."""
    random = Random(seed)
    world = make_world(random, frozenset())
    # pydantic takes classes of other libraries, and those that the codec made, as they are.
    config = r"\g<0>\n    model_config = ConfigDict(arbitrary_types_allowed=True)"
    declared = re.sub(r"^class \w+\(BaseModel.*$", config, world.text, flags=re.MULTILINE)
    lines = declared.replace("import BaseModel,", "import BaseModel, ConfigDict,").split("\n")
    terms = [str(world.term()) for _ in range(count)]
    for number, term in enumerate(terms):
        lines += ["@container", f"def take{number}(value: {term}) -> None: ..."]
    text = "\n".join(lines) + "\n"
    module = types.ModuleType("flow")
    sys.modules["flow"] = module
    try:
        report.gone += _run(text, module)
        facts = Project.of({"flow.py": text}).facts
        for number, term in enumerate(terms):
            definition = facts.definition(Declaration("flow.py", f"take{number}"))
            assert definition is not None
            schema = type_schema(facts, definition.parameters[0].type).document
            function = vars(module)[f"take{number}"].__wrapped__
            report.types += 1
            yield f"take{number}", term, schema, Maker(random, {**vars(module), f"take{number}": function})
    finally:
        del sys.modules["flow"]


def _run(text: str, module: types.ModuleType) -> list[str]:
    """Runs a program, and names what the libraries refuse of it: a model with a field that pydantic cannot check."""
    refused: list[str] = []
    future = __future__.annotations.compiler_flag
    for statement in ast.parse(text).body:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                exec(compile(ast.Module([statement], []), "flow.py", "exec", future), vars(module))
            except Exception:
                if not isinstance(statement, ast.ClassDef):
                    raise
                refused.append(statement.name)
    return refused


def _check(report: Report, what: str, form: Any, fits: Any, value: Any) -> None:
    report.values += 1
    try:
        text = to_text(form, value)
    except CodecError as error:
        report.refused[f"{what}: {error}"] += 1
        return
    if "{{" in text or "$(" in text or not text.isascii():
        report.wrong.append(f"{what}: not safe in a manifest: {text}")
    if not fits(json.loads(text)):
        report.wrong.append(f"{what}: {text} does not fit the schema")
        return
    try:
        back = from_text(form, text)
        if back == value and type(back) is type(value):
            report.equal += 1
        elif is_loose(form) and to_text(form, from_text(form, to_text(form, back))) == to_text(form, back):
            report.other += 1
        else:
            report.wrong.append(f"{what}: {value!r} came back as {back!r} by {text}")
    except CodecError as error:
        report.wrong.append(f"{what}: {text} was refused: {error}")


def is_loose(form: object, seen: set[int] | None = None) -> bool:
    """Whether a text may stand for several values: a union (`str | date`) or Any is somewhere in the type."""
    seen = set() if seen is None else seen
    if id(form) in seen or not type(form).__module__.startswith("athena_runtime.codec"):
        return False
    seen.add(id(form))
    if isinstance(form, UnionForm) or form is ANY:
        return True
    fields: list[object] = list(form.fields) if isinstance(form, RecordForm) else []
    fields += vars(form).values()
    inner = (item for each in fields for item in (each if isinstance(each, (tuple, list)) else (each,)))
    return any(is_loose(each, seen) for each in inner)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=50)
    parser.add_argument("--seed", default="agreement")
    options = parser.parse_args()
    report = compare(options.seed, options.programs)
    print(f"{report.values} values of {report.types} types: {report.equal} equal, {report.other} the same text")
    print(f"{report.impossible} without a value, {len(report.gone)} classes refused by their libraries")
    print(f"{sum(report.refused.values())} refused:")
    for reason, count in report.refused.most_common(12):
        print(f"  {count:5} {reason}")
    print(f"{len(report.wrong)} wrong")
    for line in report.wrong[:25]:
        print(" ", line[:600])


if __name__ == "__main__":
    main()
