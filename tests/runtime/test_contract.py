"""Names and paths that pod and compiler agree on: fixed by value, for every later version must keep them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_runtime import contract


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "cbf29ce484222325"),
        ("a", "af63dc4c8601ec8c"),
        ("foobar", "85944171f73967e8"),
        ("/var/lib", "5b8d11771a6f946b"),
    ],
)
def test_the_hash_is_fnv_1a(text: str, expected: str) -> None:
    assert contract.fnv64(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("load_rows", "load-rows"), ("Load", "load"), ("_a__b_", "a--b"), ("x1", "x1"), ("MixedCase", "mixedcase")],
)
def test_kebab(name: str, expected: str) -> None:
    assert contract.kebab(name) == expected


def test_a_template_is_named_by_project_and_function() -> None:
    assert contract.template_base("my_shop", "load_rows") == "my-shop-load-rows"


def test_places_in_the_pod() -> None:
    assert (contract.ROOT, contract.RETURN, contract.RETURN_ARTIFACT) == ("/athena", "out/return", "out/artifact")
    assert contract.host_mount("/var/lib") == "mounts/5b8d11771a6f946b"
    assert contract.host_volume("/var/lib") == "host-5b8d11771a6f946b"
    assert contract.pvc_mount("a") == "pvcs/af63dc4c8601ec8c"
    assert contract.pvc_volume("a") == "pvc-af63dc4c8601ec8c"
    assert contract.artifact_parameter("page") == "in/page"
    assert contract.loaded_artifact("k") == "artifacts/in/k"
    assert contract.saved_artifact("k") == "artifacts/out/k"
    assert contract.checkpoint_in("state") == "checkpoint/in/state"
    assert contract.checkpoint_out("state") == "checkpoint/out/state"


def test_exit_codes() -> None:
    codes = (
        contract.EXIT_OK,
        contract.EXIT_RAISED,
        contract.EXIT_BAD_INPUT,
        contract.EXIT_JOIN,
        contract.EXIT_TRANSIENT,
        contract.EXIT_NO_INTERPRETER,
    )
    assert codes == (0, 1, 64, 66, 75, 125)


def test_variables() -> None:
    assert contract.TEMPLATE_VARIABLE == "ATHENA_TEMPLATE"
    assert contract.secret_variable("db-creds", "pass.word") == "ATHENA_SECRET_DB_CREDS__PASS_WORD"
    assert contract.config_map_variable("app", "Level") == "ATHENA_CONFIG_APP__LEVEL"
    assert len(set(contract.RESERVED_VARIABLES)) == len(contract.RESERVED_VARIABLES) == 7


@pytest.mark.parametrize(
    ("key", "expected"), [("model", "model"), ("a-b", "a-b"), ("Models/Best.bin", "models-best-bin-2d4cc333")]
)
def test_an_artifact_is_named_by_its_key(key: str, expected: str) -> None:
    assert contract.artifact_name(key) == expected


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_artifact_names_are_names_and_differ(keys: list[str]) -> None:
    names = [contract.artifact_name(key) for key in keys]
    assert all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name) for name in names)
    assert names[0] != names[1]
