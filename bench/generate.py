"""Programs to measure with: one long file, many files, and workflows of a given size, for athena and for hera."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HEAD = '''"""A generated program."""

from __future__ import annotations

from dataclasses import dataclass

from athena_runtime import Resources, Retry, container, workflow

'''

FAMILY = '''
@dataclass
class Report{n}:
    id: str
    rows: int
    score: float


@container(image="ghcr.io/acme/tool-{n}:{{tag}}", retry=Retry(limit=3, backoff="30s"))
def load_{n}(url: str, tag: str = "latest") -> Report{n}:
    """Loads table {n}."""
    text = open(url).read()
    return Report{n}(tag, len(text), 0.5)


@container(resources=Resources(cpu="500m", memory="1Gi"), timeout="1h", env={{"STAGE": "{{stage}}"}})
def clean_{n}(rows: int, stage: str = "test", factor: float = 1.0) -> Report{n}:
    """Cleans table {n}."""
    total = 0
    for index in range(rows):
        total += index * 3
    return Report{n}(stage, total, factor)


@container
def publish_{n}(id: str, score: float) -> None:
    print(id, score)


@workflow
def pipeline_{n}(url: str = "https://example.com/{n}") -> Report{n}:
    """Loads, cleans and publishes table {n}."""
    raw = load_{n}(url)
    clean = clean_{n}(raw.rows, stage="prod")
    publish_{n}(clean.id, clean.score)
    return clean

'''

SPOT = """
@workflow
def edited(url: str = "https://example.com/edited") -> Report0:
    raw = load_0(url)
    result = clean_0(raw.rows)
    return result

"""
GOOD, BAD = "raw.rows", "raw.id"
BROKEN = ("raw.(", "raw.))")
"""What stands at the edit spot: right, a mistake in the types, and two texts that do not parse, each in its own way."""


@dataclass(frozen=True, slots=True)
class Program:
    """A text, and where `GOOD` stands in it: the line and the character, from 0."""

    text: str
    line: int
    character: int


def long_file(lines: int) -> Program:
    """A file of about so many lines, with the spot to edit in its middle."""
    blocks = [HEAD, FAMILY.format(n=0)]
    count = 1
    while _lines(blocks) < lines // 2:
        blocks.append(FAMILY.format(n=count))
        count += 1
    before = "".join(blocks)
    blocks.append(SPOT)
    while _lines(blocks) < lines:
        blocks.append(FAMILY.format(n=count))
        count += 1
    start = before.count("\n")
    at = next(number for number, line in enumerate(SPOT.splitlines()) if GOOD in line)
    return Program("".join(blocks), start + at, SPOT.splitlines()[at].index(GOOD))


def write_workspace(folder: Path, files: int, lines: int) -> tuple[Path, Program]:
    """A project: one long file, and `files` shorter ones with ten definitions each; the long file's path."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = '[project]\nname = "bench"\nversion = "0.1.0"\n\n[tool.athena]\nproject = "bench"\n'
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    for number in range(files):
        package = folder / f"part{number // 50}"
        package.mkdir(exist_ok=True)
        families = "".join(FAMILY.format(n=f"{number}_{part}") for part in range(2))
        (package / f"tables_{number}.py").write_text(HEAD + families, encoding="utf-8")
    program = long_file(lines)
    path = folder / "edited.py"
    path.write_text(program.text, encoding="utf-8")
    return path, program


USERS = 200
"""Files that use one signature."""
SHARED = """from athena_runtime import container


@container
def shared(value: str) -> str:
    return value
"""
USER = """from athena_runtime import workflow
from shared import shared


@workflow
def uses_{n}(text: str = "x") -> str:
    return shared(text)
"""


def write_users(folder: Path, users: int) -> tuple[Path, Path]:
    """A container that so many files call; the file that it stands in, and one of the others."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shared.py").write_text(SHARED, encoding="utf-8")
    for number in range(users):
        (folder / f"user_{number}.py").write_text(USER.format(n=number), encoding="utf-8")
    return folder / "shared.py", folder / "user_0.py"


def athena_steps(steps: int) -> str:
    """A workflow of so many steps over a few containers, each step fed by the one ten before it."""
    calls = [f"    s{n} = work(s{n - 10}.text, {n})" if n >= 10 else f"    s{n} = work(url, {n})" for n in range(steps)]
    return f'''"""A workflow of {steps} steps."""

from dataclasses import dataclass

from athena_runtime import container, workflow


@dataclass
class Result:
    text: str
    number: int


@container(image="python:3.12-slim")
def work(text: str, number: int) -> Result:
    return Result(text, number)


@workflow
def pipeline(url: str = "https://example.com") -> Result:
{chr(10).join(calls)}
    return s{steps - 1}
'''


def hera_steps(steps: int) -> str:
    """The same shape for hera, which prints its YAML when it is run."""
    calls = [
        f'        s{n} = work(name="s{n}", arguments={{"text": '
        + (f"s{n - 10}.get_parameter('return')" if n >= 10 else "dag.get_parameter('url')")
        + f', "number": {n}}})'
        for n in range(steps)
    ]
    edges = [f"        s{n - 10} >> s{n}" for n in range(10, steps)]
    return f'''"""A workflow of {steps} steps."""

from hera.workflows import DAG, Parameter, WorkflowTemplate, script
from hera.workflows.models import ValueFrom


@script(image="python:3.12-slim", outputs=Parameter(name="return", value_from=ValueFrom(path="/tmp/return")))
def work(text: str, number: int):
    with open("/tmp/return", "w") as out:
        out.write(text)


with WorkflowTemplate(name="pipeline", entrypoint="pipeline") as w:
    with DAG(name="pipeline", inputs=[Parameter(name="url", default="https://example.com")]) as dag:
{chr(10).join(calls)}
{chr(10).join(edges) or "        pass"}

print(w.to_yaml())
'''


def _lines(blocks: list[str]) -> int:
    return sum(block.count("\n") for block in blocks)


def nested_steps(steps: int, depth: int = 10) -> str:
    """A workflow of about so many steps: branches in each other, loops in a loop, fan-outs in all of them."""
    arm = steps // (2 * depth + 2)
    lines = [
        "from athena_runtime import bounded, container, workflow\n\n",
        "@container\ndef step(x: int) -> int: ...\n\n",
        "@container\ndef parts(x: int) -> list[int]: ...\n\n",
        "@workflow\ndef pipeline(x: int = 1) -> int:\n",
    ]

    def run(indent: str, name: str) -> None:
        lines.extend(f"{indent}{name} = step({name})\n" for _ in range(arm - 1))
        lines.append(f"{indent}found = [step(part) for part in parts({name}) if part > x]\n")
        lines.append(f"{indent}{name} = sum(found)\n")

    for level in range(depth):
        indent = "    " * (level + 1)
        lines.append(f"{indent}if x > {level}:\n")
        run(f"{indent}    ", "x")
    for level in reversed(range(depth)):
        indent = "    " * (level + 1)
        lines.append(f"{indent}else:\n")
        run(f"{indent}    ", "x")
    lines.append("    for i in bounded(8):\n")
    run("        ", "x")
    lines.append("        for j in bounded(8):\n")
    run("            ", "x")
    lines.append("            if x > i + j:\n                break\n")
    lines.append("        if x > 100:\n            break\n    return x\n")
    return "".join(lines)
