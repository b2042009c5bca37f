"""Made-up days in a store, marked as such, so that every page of the dashboard has something to show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pandas as pd
from rich.console import Console

from detectors.columns import TableSpec, count, text, utc
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES, RUNS
from pipelines.changes.interventions import Intervention, Kind, record
from pipelines.changes.kept_actions import keep_lists
from pipelines.commands import site_policy
from pipelines.demo.rows import DemoTables, demo_tables
from pipelines.demo.simulation import Plan, Zone, simulate
from pipelines.judging.assess import judge_lifts
from pipelines.judging.policy import NamedPolicy
from pipelines.judging.shift_figures import rebuild
from pipelines.sites.site import Site, SiteError, load_site
from pipelines.storage.store import Store, open_store

SITE: Final = Path("site.toml")
PART: Final = "simulated"
FIRST: Final = date(2026, 7, 20)
DAYS: Final = 114
CHANGE_DAY: Final = 28
"""Day of the change in the last zone. Its follow-ups are of the 1st, the 4th and the 12th week after it, so
that the recorded nights of the demo, seven weeks after it, are in none: other models saw those."""

DEAD_FROM: Final = 111
"""Day from which the last camera sends nothing: it is out on the last ones."""

SEED: Final = 7


@dataclass(frozen=True)
class MadeUp:
    """The dates that are made up: so many from the first on."""

    first: date = FIRST
    days: int = DAYS

    @property
    def dates(self) -> list[date]:
        """All of them."""
        return [self.first + timedelta(days=n) for n in range(self.days)]

    @property
    def change(self) -> date:
        """The date of the change."""
        return self.first + timedelta(days=CHANGE_DAY)


NEARLY_FOUR_MONTHS: Final = MadeUp()
MOST_RECORDED_DATES: Final = 7
"""Recorded dates that a demo has at most; a store with more of them is at work."""

SIMULATED: Final = TableSpec(
    "simulated",
    "site date whose rows are made up",
    ("part",),
    (
        text("part", "name of the parts of that date that are made up", PART),
        count("seed", "what the dice were started with", SEED),
        utc("written_utc", "when they were written", "2026-03-03T07:15:02Z"),
    ),
)
"""Filed under the site date. Where it has rows, every page says so."""


def demo_days(*, site: Path = SITE) -> int:
    """Write nearly four made-up months into the store of a demo, beside the nights really processed.

    Parameters
    ----------
    site
        The site file of the demo.
    """
    at = load_site(site)
    policy = site_policy(at, None)
    store = open_store(at.store_url)
    written = write_demo_days(at, store, policy, datetime.now(UTC))
    Console().print(f"{written} simulated days written; the dashboard marks them as such", highlight=False)
    return 0


def write_demo_days(
    site: Site, store: Store, policy: NamedPolicy, now: datetime, made_up: MadeUp = NEARLY_FOUR_MONTHS
) -> int:
    """Write the made-up days and the figures of their shifts; return how many dates.

    Dates of which something was recorded are left alone. Written again, they are the same.

    Raises
    ------
    SiteError
        If the store holds more recorded dates than a demo has.
    """
    recorded = _recorded(store, site)
    if len(recorded) > MOST_RECORDED_DATES:
        raise SiteError(
            f"{site.path}: the store holds {len(recorded)} recorded dates, expected at most "
            f"{MOST_RECORDED_DATES}; made-up days belong into the store of a demo"
        )
    plan = _plan(site, made_up)
    tables = demo_tables(simulate(plan, SEED), plan, SEED, policy.policy_id)
    dates = [day for day in made_up.dates if day not in recorded]
    _write(store, site, policy, tables, (dates, now))
    _record_change(site, store, made_up.change)
    rebuild(store, site, policy, dates[0], dates[-1])
    keep_lists(site, store, policy, dates[-1])
    return len(dates)


def _plan(site: Site, made_up: MadeUp) -> Plan:
    """Return what is made up of a site: its cameras and zones; the last zone has a change that helps."""
    by_zone: dict[str, list[str]] = {}
    for camera in site.cameras:
        by_zone.setdefault(camera.zone, []).append(camera.id)
    busy = (14.0, 0.42, (0.7, 0.15, 0.02), 0.45)
    quiet = (7.0, 0.3, (0.5, 0.1, 0.0), 0.2)
    zones = [
        Zone(name, tuple(cameras), *(busy if n % 2 == 0 else quiet))
        for n, (name, cameras) in enumerate(by_zone.items())
    ]
    changed = zones[-1]
    zones[-1] = replace(
        changed, spine_bend_share=0.5, floor_share=0.5, spine_bend_share_after=0.25, floor_share_after=0.12
    )
    last_camera, days = site.cameras[-1].id, made_up.days
    return Plan(
        tuple(zones),
        made_up.first,
        days,
        change_day=CHANGE_DAY,
        dead={last_camera: (days - (DAYS - DEAD_FROM), days)},
        people=0.9,
        indeterminate_share=0.0,
        time_zone=site.time_zone,
    )


def _write(
    store: Store, site: Site, policy: NamedPolicy, tables: DemoTables, when: tuple[Iterable[date], datetime]
) -> None:
    dates, now = when
    written = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    mark = pd.DataFrame({"part": [PART], "seed": [SEED], "written_utc": [written]})
    mark = mark.astype({"part": "str", "written_utc": "datetime64[us, UTC]"})
    specs = (FOOTAGE, LIFTS, POSES, EXPOSURE, RUNS)
    groups = {spec.name: tables.frames[spec.name].groupby(tables.days[spec.name]) for spec in specs}
    for day in dates:
        # The mark first: no made-up row is ever there without it.
        store.write(SIMULATED, mark, site.name, day, PART)
        for spec in specs:
            if day.isoformat() not in groups[spec.name].groups:
                continue
            rows = groups[spec.name].get_group(day.isoformat())
            store.write(spec, rows, site.name, day, PART)
            if spec is LIFTS:
                part = f"{PART}-{policy.policy_id}"
                store.write(JUDGEMENTS, judge_lifts(rows, policy), site.name, day, part)


def _record_change(site: Site, store: Store, day: date) -> None:
    zone = list(dict.fromkeys(camera.zone for camera in site.cameras))[-1]
    change = Intervention(
        zone, day, Kind.HEIGHT, "pallets on stands of 40 cm (simulated)", "safety committee"
    )
    record(site, store, change, datetime.combine(day, time(18), UTC))


def _recorded(store: Store, site: Site) -> set[date]:
    return {part.date for part in store.parts(FOOTAGE, site.name) if part.name != PART}
