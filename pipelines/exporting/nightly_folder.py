"""The packages that a night leaves in a folder: the flagged lifts of each shift that it completed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from pipelines.clips.looks import ClipLook
from pipelines.commands import site_policy
from pipelines.exporting.choosing import Wanted, wanted_lifts
from pipelines.exporting.making import Source, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.package_names import package_name
from pipelines.nights.night import now_utc
from pipelines.nights.reports import due
from pipelines.reports.shift_report import ShiftOfDay
from pipelines.sites.access import Role
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

NIGHT: Final = "r-night"
"""Stands for the nightly run where a reviewer would stand."""


def export_shifts(site_file: str, first: date, last: date) -> list[str]:
    """Leave a package of each shift that is due; return a sentence per one that failed or lacks clips.

    Whatever goes wrong with a package, the night goes on. A night that is run again replaces its packages.
    """
    site = load_site(Path(site_file))
    if site.clips.nightly_folder is None:
        return []
    said = []
    for one in due(site, first, last, Path(site.clips.nightly_folder), now_utc()):
        done = export_shift(site_file, one, return_state=True)
        faults = [str(done.message)] if done.is_failed() else done.result()
        said += [f"clips of {one.day} {one.shift}: {fault}" for fault in faults]
    return said


@task(name="export-shift", cache_policy=NO_CACHE, persist_result=False)
def export_shift(site_file: str, one: ShiftOfDay) -> list[str]:
    """Leave the package of a shift, none where nothing was flagged; return why clips are missing."""
    site = load_site(Path(site_file))
    store, policy = open_store(site.store_url), site_policy(site, None)
    wanted = Wanted(one.day, one.day, shift=one.shift, limit=site.clips.nightly_most)
    lifts = wanted_lifts(site, store, policy.policy_id, wanted)
    if lifts.empty:
        return []
    source = Source(site, store, policy.policy_id, ClipLook())
    by = By(NIGHT, str(Role.TRAINER), f"nightly export of {one.day} {one.shift}", now_utc())
    target = Path(str(site.clips.nightly_folder)) / package_name(site.name, one.day, one.shift)
    made = make_package(source, lifts, by, target, lambda _: None)
    return [f"no clip of {lift_id}: {why}" for lift_id, why in made.refused.items()]
