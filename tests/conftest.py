"""Options of the tests: `pytest --update` writes expected outputs anew, and the difference is reviewed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

# How long one example takes says how busy the machine is; `bench/` measures.
settings.register_profile("athena", deadline=None)
settings.load_profile("athena")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expected outputs (fences, golden files) anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected outputs are to be written anew."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(autouse=True, scope="session")
def cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATHENA_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield
