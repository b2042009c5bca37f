"""Wrong clocks, doubled and growing recordings, and two nights at once."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import barcode

from detectors.tables import FOOTAGE
from pipelines.footage.clock_faults import clock_faults
from pipelines.footage.finding import discover
from pipelines.nights.lock import NightUnderWayError, only_night
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

from .counts import Counts
from .forks import run
from .kills import Bench
from .lost import SLOW, Scenario, forget
from .nights import DAY, run_night

LOCAL_AND_UTC: Final = {
    # The clocks of Berlin: an hour is missing on the first day, and there twice on the second.
    date(2026, 3, 29): {"013000": "2026-03-29T00:30Z", "033000": "2026-03-29T01:30Z"},
    date(2026, 10, 25): {"013000": "2026-10-24T23:30Z", "033000": "2026-10-25T02:30Z"},
}

LIMIT_S: Final = 540.0


def clocks(night: Bench, full: bool, deadline: float, only: str = "") -> Counts:
    """Let each thing, or those named so, go wrong once, then run the night again and compare."""
    counts = Counts()
    for name, scenario in (QUICK | SLOW if full else QUICK).items():
        if only not in name:
            continue
        if counts.faults and time.monotonic() > deadline:
            return counts
        folder = night.copy(scenario.__name__)
        ended = run(partial(scenario, folder), folder.parent / "said", LIMIT_S)
        counts.faults += 1
        counts.of[name] += 1
        if ended.code:
            counts.crashed(f"{name}: {ended.said}")
        # A blind look that was drawn stays drawn, also from the half of a recording.
        night.compared(folder, counts, but="blind_items/" if scenario is growing else None)
    return counts


def twins(folder: Path) -> None:
    """Give a recording a second name: its lifts count once."""
    first = folder / "footage/dock/a_20261005T100000.mp4"
    shutil.copy(first, first.with_name("again_20261005T100000.mp4"))
    run_night(folder)


def growing(folder: Path) -> None:
    """Let a night find half of a recording, and the next one all of it."""
    path = folder / "footage/dock/a_20261005T100000.mp4"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    run_night(folder)
    path.write_bytes(whole)


def clock_set_back(folder: Path) -> None:
    """Leave the claim of a dead night that, by a clock since set back, lasts another day."""
    for part in _parts(folder):
        claim = folder / f"store/claims/site=depot/{part}/000001.json"
        claim.parent.mkdir(parents=True)
        until = datetime.now(UTC) + timedelta(days=1)
        claim.write_text(json.dumps({"holder": "dead", "until_utc": until.isoformat()}))
    begin = time.monotonic()
    run_night(folder)
    assert time.monotonic() - begin < 120.0, "the night waited for a claim from a clock that was wrong"


def changing_clocks(folder: Path) -> None:
    """Read starts on both days on which the clocks change."""
    for day, starts in LOCAL_AND_UTC.items():
        for clock in starts:
            path = folder / f"footage/dock/x_{day:%Y%m%d}T{clock}.mp4"
            path.write_bytes(f"{day} {clock}".encode())
        found = discover(load_site(folder / "site.toml"), day, day, None, lambda path: None)
        told = [one.start_utc for one in found]
        assert told == [datetime.fromisoformat(start) for start in starts.values()], told


def two_nights(folder: Path) -> None:
    """Start a night beside another: it leaves, and says so in one sentence."""
    with only_night(load_site(folder / "site.toml")):
        try:
            run_night(folder)
        except NightUnderWayError as error:
            said = str(error)
        else:
            said = "nothing: two nights wrote into one store at once"
    if not said.startswith("another night is at work") or "\n" in said:
        raise AssertionError(said)


def wrong_clock(folder: Path) -> None:
    """Let a camera's clock run wrong: recordings that overlap, and one that is not over yet, are named."""
    dock = folder / "footage/dock"
    added = [
        barcode.write_clip(dock / "y_20261005T095950.mp4", barcode.EMPTY, 19.0),
        barcode.write_clip(folder / f"footage/gate/z_{_soon():%Y%m%dT%H%M%S}.mp4", barcode.EMPTY, 4.0),
    ]
    run_night(folder)
    site = load_site(folder / "site.toml")
    said = " ".join(clock_faults(site, DAY, DAY, datetime.now(UTC), lambda _: None))
    for path in added:
        assert path.name in said, f"{path.name} is not named: {said}"
    for path in added:
        path.unlink()
    store = open_store(str(folder / "store"))
    assert set(store.read(FOOTAGE)["camera_id"]) == {"dock", "gate"}
    forget(folder)


def _parts(folder: Path) -> Sequence[str]:
    site = load_site(folder / "site.toml")
    found = discover(site, DAY, DAY, None, lambda path: None)
    return [f"{one.camera_id}-{one.footage_id}" for one in found]


def _soon() -> datetime:
    return datetime.now(UTC) + timedelta(days=3)


QUICK: Final[dict[str, Scenario]] = {
    "one recording under two names": twins,
    "recording that grows": growing,
    "clock set back": clock_set_back,
    "clocks that change in spring and autumn": changing_clocks,
    "two nights at once": two_nights,
    "camera with a wrong clock": wrong_clock,
}
