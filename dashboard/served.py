"""EDGE: the dashboard as a server of its own, for pictures, benchmarks and tests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from pipelines.dashboarding import LOCAL, SITE_FILE, command
from pipelines.sites.site import Site

STARTS_WITHIN_S: Final = 90.0


@contextmanager
def serving(site: Site, log: Path, port: int | None = None) -> Iterator[str]:
    """Serve the dashboard of a site while the block runs; gives its address.

    Parameters
    ----------
    log
        File that takes what the server writes.
    port
        None for a free one.

    Raises
    ------
    TimeoutError
        If it does not answer within `STARTS_WITHIN_S`.
    """
    with started(site, log, port) as (url, _):
        yield url


@contextmanager
def started(site: Site, log: Path, port: int | None = None) -> Iterator[tuple[str, int]]:
    """Serve it as `serving` does; gives the address and the process id."""
    port = port or _free_port()
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command(site, LOCAL, port), env={**os.environ, SITE_FILE: str(site.path)}, stdout=out, stderr=out
        ) as server,
    ):
        try:
            url = f"http://{LOCAL}:{port}"
            _wait_for(f"{url}/_stcore/health")
            yield url, server.pid
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5.0).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
    raise TimeoutError(f"{url} did not answer within {STARTS_WITHIN_S:.0f} s, expected the dashboard")
