"""What athena and pyright say of every edge of a program, and pyright again with rules made like athena's.

Values between steps are copies in JSON, so athena differs from Python's rules on purpose, in the ways that INTENDED
lists. Each has a variant: pyright decides the same edge, with a typeshed or a program in which that one rule is as
athena has it. With all of them together, pyright must agree with athena on every edge.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from athena_lsp.project import Project
from tests.types.worlds import CASES, COPIES, LENGTHS, NAMED_TUPLES, Program

ROOT = Path(__file__).parents[2]
DATES, LISTS = "dates", "lists"
INTENDED: Mapping[str, str] = {
    COPIES: "collections, generic classes and TypedDicts are covariant: every step gets a copy",
    LISTS: "a text, a dict, a TypedDict or a model is no `Sequence` and no `Iterable`: its JSON form is no list",
    NAMED_TUPLES: "a NamedTuple is no `tuple`: its JSON form is an object",
    DATES: "a `datetime` is no `date`: its text has a time",
    LENGTHS: "a tuple with a star fits only where its shortest forms do, too, at which pyright does not look",
    CASES: "two members of an enum with one value are one member, as when the program runs",
}
"""Why athena may decide otherwise than pyright does: each variant with its reason."""

EVERY = frozenset(INTENDED)
PATCHES: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = {
    COPIES: {
        name: [(rf'^{variable} = TypeVar\("{variable}"\)', f'{variable} = TypeVar("{variable}", covariant=True)')
               for variable in ("_T", "_KT", "_VT")]
        for name in ("builtins", "typing", "collections/__init__")
    },
    LISTS: {
        "builtins": [(r"^class str\(Sequence\[str\]\):", "class str:"),
                     (r"^class bytes\(Sequence\[int\]\):", "class bytes:")],
        "typing": [
            (r"^class Mapping\(Collection\[_KT\], Generic", "class Mapping(Generic"),
            (r"^class Iterable\(Protocol\[_T_co\]\):", "class Iterable(Generic[_T_co]):"),
            (r"^class Reversible\(Iterable\[_T_co\], Protocol\[_T_co\]\):", "class Reversible(Iterable[_T_co]):"),
            (r"^class Collection\(Iterable\[_T_co\], Container\[Any\], Protocol\[_T_co\]\):",
             "class Collection(Iterable[_T_co]):"),
        ],
    },
    DATES: {"datetime": [(r"^class datetime\(date\):", "class datetime:")]},
}  # fmt: skip
"""Lines of typeshed's stubs that are written otherwise in a variant, by module."""

EDGE_RULES = frozenset({"reportArgumentType", "reportReturnType", "reportAssignmentType"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lines of a program on which an edge is refused, and all else that was reported, which should be nothing."""

    refused: Mapping[int, str]
    other: Sequence[str]
    unasked: frozenset[int] = frozenset()
    """Lines on which no types were compared, since another rule reports them: the result of a step without one."""


def ask_athena(program: Program) -> Verdict:
    refused: dict[int, str] = {}
    other: list[str] = []
    unasked: set[int] = set()
    project = Project.of({"flow.py": program.text})
    for found in project.diagnostics("flow.py"):
        line = program.text.count("\n", 0, found.span.start)
        if found.rule == "edge-type-mismatch":
            refused[line] = found.message
        elif found.rule == "no-value":
            unasked.add(line)
        elif found.severity.value == "error":
            other.append(f"{line + 1}: {found.rule}: {found.message}")
    return Verdict(refused, other, frozenset(unasked))


def ask_pyright(
    programs: Sequence[Program], folder: Path, variant: frozenset[str] = frozenset(), name: str = "basedpyright"
) -> list[Verdict]:
    """What a pyright says of programs that are written for the variant; `folder` is for its files."""
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, object] = {
        "include": ["."],
        "extraPaths": [str(ROOT)],
        "pythonVersion": "3.13",
        "typeCheckingMode": "standard",
        "enableTypeIgnoreComments": False,
    }
    if variant & PATCHES.keys():
        settings["typeshedPath"] = str(_typeshed(folder.parent, variant & PATCHES.keys(), name))
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    for index, program in enumerate(programs):
        (folder / f"flow{index}.py").write_text(program.text, encoding="utf-8")
    command = [sys.executable, "-m", name, "-p", str(folder), "--pythonpath", sys.executable, "--outputjson"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    try:
        found = json.loads(done.stdout)["generalDiagnostics"]
    except (ValueError, KeyError) as error:
        raise RuntimeError(f"{name} gave no result: {done.stdout[:500]}{done.stderr[:500]}") from error
    return [_verdict(program, [each for each in found if Path(each["file"]).stem == f"flow{index}"])
            for index, program in enumerate(programs)]  # fmt: skip


def _verdict(program: Program, found: Sequence[dict[str, object]]) -> Verdict:
    edges = {edge.line for edge in program.edges}
    refused: dict[int, str] = {}
    other: list[str] = []
    lines = program.text.split("\n")
    for each in found:
        if each["severity"] != "error":
            continue
        line = int(each["range"]["start"]["line"])  # type: ignore[index]
        if line in edges and each.get("rule") in EDGE_RULES:
            refused[line] = str(each["message"])
        elif lines[line].startswith(("def ", "    edge")) or line in edges:
            other.append(f"{line + 1}: {each.get('rule')}: {each['message']}")
    return Verdict(refused, other)


def _typeshed(folder: Path, variant: frozenset[str], name: str) -> Path:
    """The checker's own stubs with some lines written otherwise."""
    target = folder / f"typeshed-{'-'.join(sorted(variant))}".replace(" ", "-")
    if target.exists():
        return target
    shutil.copytree(_bundled(name) / "stdlib", target / "stdlib")
    (target / "stubs").mkdir()
    for part in sorted(variant):
        for module, changes in PATCHES[part].items():
            stub = target / "stdlib" / f"{module}.pyi"
            text = stub.read_text(encoding="utf-8")
            for pattern, replacement in changes:
                text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
                if part != COPIES and count != 1:
                    raise RuntimeError(f"typeshed's {module} has no line {pattern}")
            stub.write_text(text, encoding="utf-8")
    return target


def _bundled(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed")
    return next(Path(spec.origin).parent.rglob("typeshed-fallback"))
