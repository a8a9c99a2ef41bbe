"""What is tried again, how long a step may take, and which results are remembered."""

from datetime import timedelta

from athena_runtime import Cache, PermanentError, Retry, TransientError, container, workflow

PATIENT = Retry(limit=5, policy="Always", backoff="10s", factor=2, cap="5m", max_duration="1h")


@workflow(retry=1)
def copy(url: str = "https://example.com") -> str:
    """As a whole it is tried twice."""
    page = fetch(url)
    return upload(summarise(page))


@container(retry=PATIENT, timeout="30m", pending_timeout="5m", pod_running_timeout=timedelta(minutes=20))
def fetch(url: str) -> str:
    """Waits longer after each failure."""
    if not url.startswith("https:"):
        raise PermanentError(f"{url} is not safe to read")
    return f"the page at {url}"


@container(retry=3, cache=Cache("summaries", max_age="7d"), timeout=600)
def summarise(page: str) -> str:
    """Equal pages are summarised once."""
    return page[:20]


@container(retry=Retry(limit="unlimited", backoff="1m", on=(TimeoutError, ConnectionError)), cache=Cache("uploads"))
def upload(text: str) -> str:
    """Tries for ever, but only what may pass."""
    if not text:
        raise TransientError("nothing came; it may next time")
    return text
