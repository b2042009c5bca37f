"""Serve: run every night at the site's time, with a Prefect server of our own where none is configured."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Final

from rich.console import Console

from pipelines.nights.local_server import ServerError, local_server
from pipelines.nights.prefect_settings import PrefectError, settings_in_force
from pipelines.sites.site import Site, load_site

FAULT: Final = 1


def serve_nightly(site_file: Path) -> int:
    """Run the nightly flow every night until SIGINT or SIGTERM; return 0 then, 1 after a fault.

    Nights that were missed while nothing ran are made up for, one after another.

    Raises
    ------
    SiteError
        If the site file can't be used.
    """
    site = load_site(site_file)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        api_url = settings_in_force().api_url
        if api_url:
            _serve(site, api_url.removesuffix("/").removesuffix("/api"))
            return 0
        with local_server() as (page, process), _watched(process) as died:
            os.environ["PREFECT_API_URL"] = f"{page}/api"
            with suppress(KeyboardInterrupt):
                _serve(site, page)
        return _refuse("the Prefect server ended unasked; start again") if died.is_set() else 0
    except (PrefectError, ServerError) as error:
        return _refuse(str(error))
    except KeyboardInterrupt:
        return 0


def next_start(site: Site, now_utc: datetime) -> datetime:
    """Return the first nightly start after an instant, in UTC."""
    today = now_utc.astimezone(site.tz).date()
    starts = (
        datetime.combine(today + timedelta(days=days), site.nightly.at, site.tz).astimezone(UTC)
        for days in (0, 1)
    )
    return next(start for start in starts if start > now_utc)


def _serve(site: Site, page: str) -> None:
    from pipelines.nights.runner import run_every_night

    at = site.nightly.at
    following = next_start(site, datetime.now(UTC))
    Console().print(
        f"nightly for {site.name} at {at:%H:%M} {site.time_zone}, "
        f"next {following:%Y-%m-%d %H:%M} UTC; UI {page}",
        soft_wrap=True,
        highlight=False,
    )
    run_every_night(site)


@contextmanager
def _watched(server: subprocess.Popen[bytes]) -> Iterator[Event]:
    """Stop this process when the server dies, setting the event: without it no night would start."""
    died, done = Event(), Event()

    def watch() -> None:
        server.wait()
        if not done.is_set():
            died.set()
            os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, daemon=True).start()
    try:
        yield died
    finally:
        done.set()


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _refuse(sentence: str) -> int:
    Console(stderr=True).print(sentence, style="red", soft_wrap=True, markup=False, highlight=False)
    return FAULT
