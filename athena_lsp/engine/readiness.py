"""When a daemon is ready: its process runs, and what its `readinessProbe` asks for is there."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
from collections.abc import Callable, Mapping

from athena_lsp.engine.program import as_list, as_map, as_text, named
from athena_lsp.engine.substitution import Tree

PATIENCE = 2.0
"""Seconds that one question may take."""
HERE = "127.0.0.1"
Command = Callable[[list[str]], list[str]]
"""A command of the pod as one of this machine."""


def probe_of(template: Mapping[str, Tree]) -> Mapping[str, Tree] | None:
    """The probe of a daemon; None for one that is ready as soon as it runs, and for other pods."""
    container = as_map(template.get("container") or template.get("script"))
    probe = as_map(container.get("readinessProbe"))
    return probe if template.get("daemon") is True and probe else None


def is_ready(template: Mapping[str, Tree], probe: Mapping[str, Tree], command: Command) -> bool:
    """Whether the probe is content."""
    try:
        if probe.get("httpGet"):
            return _answers(template, as_map(probe["httpGet"]))
        if probe.get("tcpSocket"):
            target = as_map(probe["tcpSocket"])
            with socket.create_connection((_host(target), _port(template, target)), PATIENCE):
                return True
        if probe.get("exec"):
            argv = command([as_text(part) for part in as_list(as_map(probe["exec"]).get("command"))])
            return subprocess.run(argv, capture_output=True, check=False, timeout=PATIENCE).returncode == 0
    except (OSError, http.client.HTTPException, subprocess.TimeoutExpired):
        return False
    return True


def _answers(template: Mapping[str, Tree], target: Mapping[str, Tree]) -> bool:
    place, port = _host(target), _port(template, target)
    is_secure = as_text(target.get("scheme")).upper() == "HTTPS"
    connection: http.client.HTTPConnection = http.client.HTTPConnection(place, port, timeout=PATIENCE)
    if is_secure:  # whoever answers is not asked who it is, as Kubernetes does not
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(place, port, timeout=PATIENCE, context=trusting)
    headers = {name: as_text(each.get("value")) for name, each in named(target.get("httpHeaders")).items()}
    try:
        connection.request("GET", as_text(target.get("path")) or "/", headers=headers)
        return 200 <= connection.getresponse().status < 400
    finally:
        connection.close()


def _host(target: Mapping[str, Tree]) -> str:
    return as_text(target.get("host")) or HERE


def _port(template: Mapping[str, Tree], target: Mapping[str, Tree]) -> int:
    """The number of a port; a name is that of one of the container's. Raises OSError for one that is none of them."""
    text = as_text(target.get("port"))
    container = as_map(template.get("container") or template.get("script"))
    number = text if text.isdecimal() else as_text(named(container.get("ports")).get(text, {}).get("containerPort"))
    if not number.isdecimal():
        raise OSError(f"there is no port `{text}`")
    return int(number)
