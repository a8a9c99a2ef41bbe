"""Settings are read from either file, with a finding at the very key that is wrong, and always serve."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athena_lsp.config.read import Config, Git, configures, read_config
from athena_lsp.diagnostics import Severity
from athena_lsp.settings import ArtifactRepository, SecretKey, Settings, Tenant
from athena_lsp.syntax.toml import key_places
from athena_lsp.text import Source, apply_edits

EVERYTHING = """\
project = "shop"
version = "1.2.0-rc.1"
image = "python:3.13"
service-account = "runner.prod"
argo-version = "3.7"
prefix = "teams/data"
namespace = "data"
exclude = ["build/", "*.gen.py"]

[rules]
untyped-edge = "off"
unused-suppression = "error"

[s3]
bucket = "artifacts"
endpoint = "minio:9000"
region = "eu"
insecure = true
addressing = "path"
access_key_secret = { name = "s3", key = "id" }
secret-key-secret = { name = "s3", key = "secret" }

[tenants.acme]
namespace = "acme"
service_account = "acme-runner"
prefix = "tenants/acme"
labels = { "example.com/customer" = "acme" }
defaults = { day = 2026-03-04, sizes = [1, { at = 07:32:00 }] }

[tenants.none]
"""
ACME = Tenant(
    namespace="acme",
    service_account="acme-runner",
    prefix="tenants/acme",
    labels={"example.com/customer": "acme"},
    defaults={"day": "2026-03-04", "sizes": [1, {"at": "07:32:00"}]},
)


def athena(text: str, **options: Git | str) -> Config:
    return read_config("folder", {"athena.toml": text}, **options)  # type: ignore[arg-type]


def findings(config: Config, text: str) -> list[tuple[str, str, str]]:
    return [(found.rule, found.span.of(text), found.message) for found in config.diagnostics]


def test_every_setting_is_read_from_either_file() -> None:
    expected = Settings(
        project="shop",
        version="1.2.0-rc.1",
        image="python:3.13",
        service_account="runner.prod",
        argo_version=(3, 7),
        prefix="teams/data",
        namespace="data",
        exclude=("build/", "*.gen.py"),
        rules={"untyped-edge": None, "unused-suppression": Severity.ERROR},
        repository=ArtifactRepository(
            "artifacts", "minio:9000", "eu", True, SecretKey("s3", "id"), SecretKey("s3", "secret"), "path"
        ),
        tenants={"acme": ACME, "none": Tenant()},
    )
    assert athena(EVERYTHING) == Config(expected, (), "athena.toml")
    nested = "[tool.athena]\n" + EVERYTHING.replace("\n[", "\n[tool.athena.")
    assert read_config("folder", {"a/pyproject.toml": nested}) == Config(expected, (), "a/pyproject.toml")


def test_name_and_version_come_from_the_project_and_else_from_the_folder() -> None:
    pyproject = '[project]\nname = "My_Shop"\nversion = "2.1"\n'
    assert read_config("folder", {"pyproject.toml": pyproject}).settings == Settings("my-shop", "2.1")
    both = {"pyproject.toml": pyproject, "athena.toml": 'version = "3"\n'}
    assert read_config("folder", both).settings == Settings("my-shop", "3")
    assert read_config("My Folder", {}).settings == Settings("my-folder", "0.0.0")
    assert read_config("///", {}).settings.project == "project"
    strange = "[project]\nname = 3\nversion = []\n"
    assert read_config("folder", {"pyproject.toml": strange}).settings == Settings("folder")
    assert read_config("folder", {"pyproject.toml": "project = 3\n"}).settings == Settings("folder")


@pytest.mark.parametrize(
    ("git", "tag", "channel"),
    [
        (None, "1-2", "release"),
        (Git("0123456789", "main", dirty=False), "1-2", "release"),
        (Git("0123456789", "master", dirty=False), "1-2", "release"),
        (Git("0123456789", "main", dirty=True), "dev-0123456", "dev"),
        (Git("0123456789", "feature", dirty=False), "dev-0123456", "dev"),
        (Git("", "main", dirty=True), "dev-local", "dev"),
    ],
)
def test_only_a_clean_release_branch_makes_a_release(git: Git | None, tag: str, channel: str) -> None:
    settings = read_config("folder", {"athena.toml": 'version = "1.2"\n'}, git=git).settings
    assert (settings.version_tag, settings.channel) == (tag, channel)


def test_a_tag_from_outside_wins_over_all() -> None:
    config = read_config("f", {"athena.toml": 'tag = "mine"\n'}, git=Git("0", "x", dirty=True), tag="Dev Kim")
    assert (config.settings.tag, config.settings.channel) == ("dev-kim", "dev")
    assert athena('tag = "mine"\n').settings.version_tag == "mine"


@pytest.mark.parametrize(
    ("text", "span", "message"),
    [
        ('image = ""', '""', "`image` must be a text that is not empty"),
        ("argo-version = 3.6", "3.6", "`argo-version` must be a version as a text"),
        ('argo_version = "3.5"', '"3.5"', "older ones cannot hand results on from one template to another"),
        ('argo_version = "three"', '"three"', "`argo_version` must be a version as a text"),
        ('exclude = ["a", 3]', '["a", 3]', "`exclude` must be a list of texts"),
        ('prefix = "/a/"', '"/a/"', "`prefix` must be a part of an object key"),
        ('channel = "beta"', '"beta"', '`channel` must be `"release"` or `"dev"`'),
        ('service-account = "A B"', '"A B"', "`service-account` must be a Kubernetes name"),
        ("rules = 3", "3", "`rules` must be a table"),
        ('[rules]\nuntyped-edge = "of"', '"of"', "the level of a rule must be"),
        ('[rules]\nunknown-field = "off"', '"off"', "`unknown-field` cannot be set to `off`"),
        ("s3 = true", "true", "`s3` must be a table"),
        ('[s3]\nregion = "eu"', "[s3]", "`s3` needs a `bucket`"),
        ('s3 = { bucket = "b", insecure = 1 }', "1", "`insecure` must be `true` or `false`"),
        (
            '[s3]\nbucket = "b"\naccess-key-secret = "x"\nsecret-key-secret.name = "x"\n',
            '"x"',
            "`access-key-secret` must",
        ),
        ("argo-version = '3.7'\nargo_version = '3.6'", "'3.6'", "`argo_version` is the same setting as `argo-version`"),
        ("tenants = 3", "3", "`tenants` must be a table"),
        ("tenants.acme = 3", "3", "the tenant `acme` must be a table"),
        ("[tenants.'A B']", "[tenants.'A B']", "the tenant `A B` must be named with lower-case letters"),
        ("[tenants.a]\nnamespace = 'A'", "'A'", "`namespace` must be lower-case letters"),
        ("[tenants.a]\nlabels = 3", "3", "`labels` must be a table"),
        ("[tenants.a.labels]\n'athena/tag' = 'x'", "'x'", "the label `athena/tag` belongs to athena itself"),
        ("[tenants.a.labels]\n'a b' = 'x'", "'x'", "the label `a b` holds a space"),
        ("[tenants.a.labels]\na = 3", "3", "the value of the label `a` is no text"),
        ("[tenants.a.labels]\na = '-'", "'-'", "the value of the label `a` begins with `-`"),
        ("[tenants.a.defaults]\na = [nan]", "[nan]", "the default of `a` must be a value that JSON can tell"),
    ],
)
def test_a_value_that_does_not_do_is_shown_where_it_stands(text: str, span: str, message: str) -> None:
    config = athena(text)
    assert config.diagnostics[0].rule == "invalid-config"
    assert config.diagnostics[0].span.of(text) == span
    assert message in config.diagnostics[0].message


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ('imagge = "x"', 'image = "x"'),
        ("argo-version = 3.6", 'argo-version = "3.6"'),
        ('project = "My Shop"', 'project = "my-shop"'),
        ('exclude = "a"', 'exclude = ["a"]'),
        ('[rules]\nuntyped-edge = "warn"', '[rules]\nuntyped-edge = "warning"'),
        ('[rules]\n"untypededge" = "off"', '[rules]\nuntyped-edge = "off"'),
        ('s3 = { buckett = "b" }', 's3 = { bucket = "b" }'),
        ('[tenants.a]\nnamespaces = "b"', '[tenants.a]\nnamespace = "b"'),
        ("[tenants.A_B]\n", "[tenants.a-b]\n"),
    ],
)
def test_fixes_lead_to_what_was_meant(text: str, fixed: str) -> None:
    found = athena(text).diagnostics[0]
    assert apply_edits(text, [edit.edit for edit in found.fixes[0].edits]) == fixed
    assert athena(fixed).diagnostics == ()


def test_an_unknown_key_is_shown_at_the_key() -> None:
    text = 'project = "a"\ncolour = "blue"\n[rules]\nzzz = "off"\n'
    assert [found[:2] for found in findings(athena(text), text)] == [
        ("unknown-config-key", "colour"),
        ("unknown-config-key", "zzz"),
    ]


def test_a_tenant_changes_what_it_says_and_nothing_else() -> None:
    whole = athena(EVERYTHING).settings
    acme = athena(EVERYTHING, tenant="acme").settings
    assert (acme.namespace, acme.service_account, acme.prefix) == ("acme", "acme-runner", "tenants/acme")
    assert (acme.labels, acme.defaults) == (ACME.labels, ACME.defaults)
    assert (acme.image, acme.repository, acme.tenants) == (whole.image, whole.repository, whole.tenants)
    assert athena(EVERYTHING, tenant="none").settings == whole == athena(EVERYTHING, tenant="nobody").settings


def test_levels_hold_for_configuration_too() -> None:
    text = 'colour = 1\nimage = 3\n[rules]\nunknown-config-key = "off"\ninvalid-config = "warning"\n'
    (only,) = athena(text).diagnostics
    assert (only.rule, only.severity) == ("invalid-config", Severity.WARNING)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_broken_file_is_one_finding_and_the_last_settings_serve(newline: str) -> None:
    text = newline.join(('project = "a"', 'image = "open', "x = 1", ""))
    (only,) = athena(text).diagnostics
    assert only.message.startswith("this is no TOML: ")
    assert Source(text).line_of(only.span.start) == 1
    last = Settings("shop", "1.0")
    assert athena(text, last=last).settings is last  # type: ignore[arg-type]
    assert read_config("f", {"pyproject.toml": "[", "athena.toml": ""}, last=last).settings is last
    assert athena("x = [" + "[" * 5000).diagnostics != ()


def test_a_second_configuration_is_not_read_in_silence() -> None:
    pyproject = '[project]\nname = "a"\n[tool.athena]\nimage = "x"\n'
    config = read_config("f", {"pyproject.toml": pyproject, "athena.toml": ""})
    (only,) = config.diagnostics
    assert (only.path, only.span.of(pyproject)) == ("pyproject.toml", "[tool.athena]")
    assert config.settings.image == Settings().image
    assert config.path == "athena.toml"


def test_which_files_configure_athena() -> None:
    assert configures("athena.toml", "")
    assert configures("a/pyproject.toml", "[tool.athena.rules]\n")
    assert not configures("pyproject.toml", "[tool.ruff]\n")
    assert not configures("pyproject.toml", "[tool.athena")


TRICKY = """\
# [tool.athena]
"a.b" . 'c' = 1 # x = 2
[x . "y z"]
text = \"\"\"
[not.a.header]
key = 1
\"\"\"
list = [
  "one, [two]", # comment ]
  { deep = 'd', more = { m = 1 } },
]
[[rows]]
id = 1
[[rows]]
id = 2
"""


def test_keys_are_found_in_every_spelling() -> None:
    tomllib.loads(TRICKY)
    found = {path: (place.key.of(TRICKY), place.value.of(TRICKY)) for path, place in key_places(TRICKY).items()}
    assert found["a.b", "c"] == ("'c'", "1")
    assert found["x",] == ("x", '[x . "y z"]')
    assert found["x", "y z", "list", "0"] == ('"one, [two]"', '"one, [two]"')
    assert found["x", "y z", "list", "1", "more", "m"] == ("m", "1")
    assert found["x", "y z", "text"][1].startswith('"""\n[not')
    assert found["rows", "1", "id"] == ("id", "2")
    assert not any("not" in path for path in found)


KEYS = st.one_of(st.sampled_from(["a", "b-c", '"q d"', "'l'", "a.b"]))
VALUES = st.recursive(
    st.sampled_from(["1", '"t"', "'l'", "true", "1979-05-27 07:32:00", '"""m\nn"""', "'''\n# x'''"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ", # c\n".join(items) + "]"),
        st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{number} = {item}" for number, item in enumerate(items)) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(st.tuples(KEYS, VALUES), max_size=5))
def test_every_key_of_a_document_is_found_with_its_own_value(pairs: list[tuple[str, str]]) -> None:
    text = "".join(f"[t{number}] # c\n{key} = {value}\n" for number, (key, value) in enumerate(pairs))
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    places = key_places(text)
    for path, value in _paths(document):
        assert path in places
        if not isinstance(value, dict):
            assert tomllib.loads(f"v = {places[path].value.of(text)}")["v"] == value


@given(st.text(alphabet="[]{}=.,\"'#\n\\ ab1", max_size=40))
def test_any_text_is_survived(text: str) -> None:
    key_places(text)
    assert isinstance(athena(text).settings, Settings)


def _paths(value: object, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    here = [(path, value)] if path else []
    if isinstance(value, dict):
        return [*here, *(found for key, item in value.items() for found in _paths(item, (*path, key)))]
    return here
