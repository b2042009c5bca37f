"""Prefect's scheduler and runner for the nightly flow; import it after the address of the server is set."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import httpx
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from pipelines.nightly import nightly
from pipelines.nights.local_server import ServerError
from pipelines.sites.site import Site


class NightRunner(Runner):
    """A runner of one night at a time that at SIGTERM takes a night under way with it."""

    def __init__(self, name: str, served: asyncio.Task[None]) -> None:
        # A pause at the end would lose a night that falls into a restart.
        super().__init__(name=name, pause_on_shutdown=False, limit=1)
        self._served = served

    def handle_sigterm(self, *_: object) -> None:
        """Stop; the handler of the base class forgets to await and leaves the night running."""
        self._served.get_loop().call_soon_threadsafe(self._served.cancel)


def run_every_night(site: Site) -> None:
    """Schedule the nightly flow at the site's time and run it whenever it is due, until interrupted.

    Raises
    ------
    ServerError
        If the server can't be reached or refuses the schedule.
    """
    # Cancelled at SIGTERM, which is how serving ends.
    with suppress(asyncio.CancelledError):
        asyncio.run(_serve(site))


async def _serve(site: Site) -> None:
    served = asyncio.current_task()
    assert served is not None
    at = site.nightly.at
    # Not nightly.serve: it hands the flow to its process as a pickle, which drops the parameters' types.
    deployment = await nightly.ato_deployment(
        name=site.name,
        schedules=[Cron(f"{at.minute} {at.hour} * * *", timezone=site.time_zone)],
        parameters={"site_file": str(site.path)},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    runner = NightRunner(site.name, served)
    try:
        await runner.aadd_deployment(deployment)
    except httpx.HTTPError as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ServerError(f"the Prefect server does not take the schedule: {reason}") from error
    await runner.start()
