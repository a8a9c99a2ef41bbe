"""The list of time zones is whole and right, as far as this machine can tell."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import pytest

from athena_lsp.analysis.timezones import NAMES, RELEASE
from tools.timezones import NO_ZONES, version

HERE = available_timezones() - NO_ZONES


def test_zones_that_everybody_knows_are_there() -> None:
    assert {"UTC", "Etc/UTC", "Europe/Paris", "America/New_York", "America/Argentina/Buenos_Aires", "GB"} <= NAMES
    assert not {"PST", "Paris", "europe/paris", "UTC+2", "Local", ""} & NAMES


@pytest.mark.skipif(version() != RELEASE, reason="another release of the database is installed")
def test_the_list_is_that_of_the_database() -> None:
    assert NAMES == HERE


@pytest.mark.skipif(not HERE, reason="no database is installed")
def test_the_lists_of_two_releases_are_nearly_the_same() -> None:
    assert len(NAMES ^ HERE) < 20
    assert [name for name in NAMES & HERE if str(ZoneInfo(name)) != name] == []
