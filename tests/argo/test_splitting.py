"""A workflow of more than 200 templates is several objects, and runs as one."""

from __future__ import annotations

from tests.argo.flow_agrees import HEAD, as_manifest, as_python, emitted
from tests.argo.manifest_checks import check_with_hera


def test_templates_beyond_200_stand_in_further_objects() -> None:
    body = "".join(f"    if a > {number}:\n        b = add(b, {number})\n        note(b)\n" for number in range(105))
    source = f"{HEAD}@workflow\ndef flow(a: int, b: int, c: int) -> int:\n{body}    return b\n"
    documents = emitted(source)
    names = [each["metadata"]["name"] for each in documents]
    assert names == sorted(names)
    sizes = {each["metadata"]["name"]: len(each["spec"]["templates"]) for each in documents}
    assert sizes["p-flow-0-0-0"] == 200
    assert sizes["p-flow-more-2-0-0-0"] == 11
    for document in documents:
        check_with_hera(document)
    arguments = {"a": 60, "b": 1, "c": 0}
    assert as_manifest(source, arguments) == as_python(source, arguments)


def test_a_long_row_of_branches_is_read_to_its_end() -> None:
    body = "".join(f"    if a > {number}:\n        b += {number % 3}\n" for number in range(400))
    source = f"{HEAD}@workflow\ndef flow(a: int, b: int, c: int) -> int:\n{body}    return add(b, c)\n"
    arguments = {"a": 250, "b": 1, "c": 0}
    assert as_manifest(source, arguments) == as_python(source, arguments)
