"""Synthetic programs for the benchmark: as many definitions or steps as asked for, all of them right."""

from __future__ import annotations

from pathlib import Path

HEADER = '''"""Made for a benchmark."""

from dataclasses import dataclass

from athena_runtime import Retry, container, workflow

'''

UNIT = '''
@dataclass
class Item{n}:
    """What is moved."""

    name: str
    count: int


@container(image="ghcr.io/acme/app:{{tag}}", retry=Retry(limit=3, backoff="30s"))
def load_{n}(key: str, tag: str = "latest") -> Item{n}:
    """Find it."""
    names = [part.strip() for part in key.split(",")]
    return Item{n}(names[0] + tag, len(names))


@container
def store_{n}(item: Item{n}, copies: int = 1) -> int:
    """Keep it."""
    return item.count * copies


@workflow
def flow_{n}(key: str = "a,b") -> int:
    """Find and keep."""
    first = load_{n}(key)
    second = load_{n}(first.name)
    return store_{n}(second, first.count)

'''

LINES_PER_UNIT = UNIT.count("\n")
DEFINITIONS_PER_UNIT = 3


def file_of_lines(lines: int, first: int = 0) -> str:
    """A file of about so many lines; `first` numbers its names, so that files do not share any."""
    units = max(1, (lines - HEADER.count("\n")) // LINES_PER_UNIT)
    return HEADER + "".join(UNIT.format(n=first + index) for index in range(units))


def write_workspace(folder: Path, files: int, lines: int = 90) -> None:
    """A project of so many files, which have no name in common."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "bench"\nversion = "0.1.0"\n\n[tool.athena]\n')
    for index in range(files):
        (folder / f"part_{index}.py").write_text(file_of_lines(lines, first=100_000 + index * 100))


def chain(steps: int) -> str:
    """A workflow of so many steps, each with the last one's result."""
    calls = "".join(f"    v{index + 1} = step(v{index})\n" for index in range(steps))
    return (
        '"""Made for a benchmark."""\n\nfrom athena_runtime import container, workflow\n\n\n'
        "@container\ndef step(x: int) -> int:\n    return x + 1\n\n\n"
        f"@workflow\ndef chain(v0: int = 0) -> int:\n{calls}    return v{steps}\n"
    )


def hera_chain(steps: int) -> str:
    """The same workflow, written for hera."""
    return f'''"""Made for a benchmark."""

from hera.workflows import DAG, Parameter, Task, WorkflowTemplate, script


@script(image="python:3.13")
def step(x: int):
    print(x + 1)


with WorkflowTemplate(name="chain", entrypoint="chain", arguments=Parameter(name="v0", value="0")) as template:
    step_template = step
    with DAG(name="chain"):
        last = None
        for index in range({steps}):
            value = "{{{{workflow.parameters.v0}}}}" if last is None else last.result
            task = step(name=f"v{{index + 1}}", arguments={{"x": value}})
            if last is not None:
                last >> task
            last = task

print(template.to_yaml())
'''
