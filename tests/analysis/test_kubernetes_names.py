"""Names and keys: what Kubernetes and Argo refuse is refused, and what is offered instead is accepted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.analysis import kubernetes_names as names

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
WORDS = st.text(alphabet="abzAZ09-_./ é", max_size=12) | st.text(max_size=70)


@pytest.mark.parametrize("word", ["y", "Y", "yes", "No", "n", "on", "OFF", "true", "False", "null", "~"])
def test_words_of_yaml(word: str) -> None:
    assert names.is_yaml_word(word)


@pytest.mark.parametrize("word", ["x", "none", "yess", "nope", "one", "nil", ""])
def test_other_words(word: str) -> None:
    assert not names.is_yaml_word(word)


@given(WORDS)
def test_dns_labels(name: str) -> None:
    accepted = bool(re.fullmatch(LABEL, name)) and len(name) <= 63
    assert (names.dns_label_problem(name) == "") == accepted
    nearest = names.nearest_dns_label(name)
    assert not nearest or not names.dns_subdomain_problem(nearest)
    if accepted:
        assert nearest == name


@given(WORDS)
def test_dns_subdomains(name: str) -> None:
    accepted = bool(re.fullmatch(rf"{LABEL}(\.{LABEL})*", name)) and all(len(p) <= 63 for p in name.split("."))
    assert (names.dns_subdomain_problem(name) == "") == (accepted and len(name) <= 253)
    nearest = names.nearest_dns_label(name, dots=True)
    assert not nearest or not names.dns_subdomain_problem(nearest)


@given(WORDS)
def test_keys_of_labels(key: str) -> None:
    prefix, slash, name = key.rpartition("/")
    accepted = bool(re.fullmatch(QUALIFIED, name)) and len(name) <= 63
    if slash:
        accepted = accepted and not names.dns_subdomain_problem(prefix)
    assert (names.qualified_name_problem(key) == "") == accepted
    nearest = names.nearest_key_name(key)
    assert not nearest or not names.qualified_name_problem(nearest)


@given(WORDS)
def test_values_of_labels(value: str) -> None:
    accepted = not value or (bool(re.fullmatch(QUALIFIED, value)) and len(value) <= 63)
    assert (names.label_value_problem(value) == "") == accepted


@given(WORDS)
def test_environment_variables(name: str) -> None:
    accepted = bool(re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", name)) and name != "." and not name.startswith("..")
    assert (names.env_name_problem(name) == "") == accepted
    nearest = names.nearest_env_name(name)
    assert not nearest or not names.env_name_problem(nearest) or nearest.startswith(".")


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("My_Container", "holds `M`"),
        ("a..b", "empty part between dots"),
        ("-a", "begins with `-`"),
        ("a-", "ends with `-`"),
        ("a" * 64, "63 is the limit"),
        ("data science", "holds a space"),
    ],
)
def test_what_is_wrong_with_a_name(name: str, what: str) -> None:
    assert what in names.dns_subdomain_problem(name)


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("bad!key", "holds `!`"),
        ("a/b/c", "more than one `/`"),
        ("Example.com/x", "prefix that"),
        ("x/", "no name after"),
        ("-x", "begins with `-`"),
    ],
)
def test_what_is_wrong_with_a_key(key: str, what: str) -> None:
    assert what in names.qualified_name_problem(key)
