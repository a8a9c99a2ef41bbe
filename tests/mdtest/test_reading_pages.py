"""Pages are read exactly: sections, files, expectations, cursors, and outputs written back."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import Expectation, PageError, program, rewritten, sections, take_expectations

KINDS = {"python": "main.py", "toml": "athena.toml"}

PAGE = """\
# my-rule

Words, and no fence.

## First

```python
# not a heading
x = 1  # error: [my-rule] "says "so" here" # warning
```

`lib/load.py`:

```python
def load(): ...
```

More of the main file:

```python
y = $02
```

### Deeper

```python
```

## Second

````hover some words
```python
def f()
```
````
"""


def page(tmp_path: Path, text: str = PAGE) -> Path:
    path = tmp_path / "page.md"
    path.write_text(text)
    return path


def test_sections_are_named_by_their_headings_and_hold_fences(tmp_path: Path) -> None:
    found = sections(page(tmp_path))
    assert [str(section) for section in found] == ["page - First", "page - First - Deeper", "page - Second"]
    assert {section.page_title for section in found} == {"my-rule"}
    assert [fence.file for fence in found[0].fences] == ["", "lib/load.py", ""]
    assert found[2].fences[0].kind == "hover"
    assert found[2].fences[0].argument == "some words"
    assert found[2].fences[0].body == "```python\ndef f()\n```\n"


def test_a_program_joins_fences_and_takes_marks_out(tmp_path: Path) -> None:
    given = program(sections(page(tmp_path))[0], KINDS)
    assert given.files == {"main.py": "# not a heading\nx = 1\ny = 2\n", "lib/load.py": "def load(): ...\n"}
    assert given.expected["main.py"] == (
        Expectation(1, "error", "my-rule", 'says "so" here'),
        Expectation(1, "warning", "", ""),
    )
    assert given.cursor == ("main.py", given.files["main.py"].index("2"))


def test_an_expectation_alone_on_a_line_belongs_to_the_next_line() -> None:
    text = '    # error: [syntax-error]\n    x = """\n'
    assert take_expectations(text) == ('    x = """\n', (Expectation(0, "error", "syntax-error", ""),))


@pytest.mark.parametrize("line", ["x = 1  # error handling", "x = 1  # errors", "x = 1  # error: unknown", "# errata"])
def test_ordinary_comments_are_no_expectations(line: str) -> None:
    assert take_expectations(line) == (line, ())


def test_outputs_are_written_back_and_nothing_else(tmp_path: Path) -> None:
    path = page(tmp_path)
    fence = sections(path)[2].fences[0]
    assert rewritten(PAGE, [(fence, fence.body)]) == PAGE
    assert rewritten(PAGE, [(fence, "new\n")]) == PAGE.replace(fence.body, "new\n")
    grown = rewritten(PAGE, [(fence, "`````\n")])
    assert grown.endswith("\n``````hover some words\n`````\n``````\n")
    assert sections(page(tmp_path, grown))[2].fences[0].body == "`````\n"


def test_an_open_fence_and_two_cursors_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PageError, match="this fence is never closed"):
        sections(page(tmp_path, "# x\n\n```python\n"))
    (section,) = sections(page(tmp_path, "# x\n\n```python\n$0a $0b\n```\n"))
    with pytest.raises(PageError, match="more than one cursor"):
        program(section, KINDS)
