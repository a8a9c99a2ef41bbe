"""Schedules in words, and that the words mean the schedule."""

from __future__ import annotations

import pytest

from athena_lsp.analysis.cron_words import schedule_in_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 2 * * *", "at 02:00, every day"),
        ("30 2 * * 1-5", "at 02:30, Monday to Friday"),
        ("0 8,20 * * 0,6", "at 08:00 and 20:00, on Sunday and Saturday"),
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("*/15 8-18 * * 1-5", "every 15 minutes from 08:00 to 18:45, Monday to Friday"),
        ("5 * * * *", "every hour at :05"),
        ("5 */6 * * *", "every 6 hours at :05, every day"),
        ("0 0 1 * *", "at 00:00, on day 1 of the month"),
        ("0 0 1,15 1,7 *", "at 00:00, on day 1 and 15 of January and July"),
        ("0 0 * 12 *", "at 00:00, every day in December"),
        ("0 9 * * mon", "at 09:00, on Monday"),
        ("@daily", "at 00:00, every day"),
        ("@hourly", "every hour at :00"),
        ("@every 90m", "every 90 minutes"),
        ("@every 24h", "every day"),
    ],
)
def test_schedules_that_have_words(text: str, words: str) -> None:
    assert schedule_in_words(text) == words


@pytest.mark.parametrize("text", ["", "a", "61 * * * *", "1,2,3 4,5,6 * * *", "0 0 1 * 1", "7-50 * * * *"])
def test_schedules_without_few_words(text: str) -> None:
    assert schedule_in_words(text) == ""
