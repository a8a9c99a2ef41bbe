"""Random programs with branches, matches and loops do on the cluster what they do in Python."""

from __future__ import annotations

import random

import pytest

from tests.argo.flow_agrees import HEAD, as_manifest, as_python, emitted, program
from tests.argo.manifest_checks import check_with_crd, check_with_hera

SEEDS = 18
DECORATORS = ("@workflow", "@workflow(steps=True)", "@workflow(parallelism=1)")
VERSIONS = ((4, 1, 2), (3, 7, 16), (3, 6, 19))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_run_of_the_manifest_is_a_run_of_the_program(seed: int) -> None:
    source, chance = program(seed, DECORATORS[seed % len(DECORATORS)]), random.Random(seed)
    arguments = {name: chance.randint(0, 9) for name in "abc"}
    expected = as_python(source, arguments)
    found = as_manifest(source, arguments, VERSIONS[seed // 3 % len(VERSIONS)])
    assert found.failed == expected.failed
    if not expected.failed:
        assert found == expected


@pytest.mark.parametrize("seed", range(0, SEEDS, 4))
def test_random_programs_fit_the_definitions(seed: int) -> None:
    for document in emitted(program(seed)):
        check_with_hera(document)
        check_with_crd(document)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("for i in bounded(3):|    a = add(a, i)|    if a > 100:|        break|return a", None),
        ("for i in bounded(9):|    if i > 4:|        break|return i", 5),
        ("for i in bounded(9):|    if odd(i):|        continue|    if i > 5:|        return i", 6),
        ("if a > 3:|    b = 1|return b", 1),
        ("found = box(b)|if found is None:|    return 7|return add(found.size, 1)", 7),
        ("found = box(a)|if found is not None and found.size > 2:|    return add(found.size, 1)|return 7", 2),
        ("m = box(c)|for i in bounded(5):|    if m is not None:|        return m.size|    m = box(i)", 4),
    ],
)
@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_what_a_program_comes_to(body: str, result: int | None, version: tuple[int, int, int]) -> None:
    """A bound that is reached fails the run; all else gives what Python gives."""
    lines = "".join(f"    {line}\n" for line in body.split("|"))
    source = f"{HEAD}@workflow\ndef flow(a: int, b: int, c: int) -> int:\n{lines}"
    arguments = {"a": 4, "b": 2, "c": 0}
    python, manifest = as_python(source, arguments), as_manifest(source, arguments, version)
    assert (python.result, python.failed) == (manifest.result, manifest.failed) == (result, result is None)
