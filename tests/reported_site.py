"""A made-up site in a store, as the reports read it: figures, redesigns, changes and their follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from simulated_site import Plan, Zone, simulate, stored

from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.changes.interventions import Intervention, Kind, record
from pipelines.judging.assess import judge_lifts
from pipelines.judging.policy import NamedPolicy, load_policy
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import Store, open_store

FIRST = date(2026, 2, 2)
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 4, 6, tzinfo=UTC)

HEAD = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[policy]
file = "policy.toml"
"""
CAMERA = """
[[cameras]]
id = "{camera}"
zone = "{zone}"
footage = "{camera}/*"
start_time = "container"
"""
SHIFT = """
[[shifts]]
name = "{name}"
start = "{start:02d}:00"
end = "{end:02d}:00"
"""
SHIFTS = {"early": (6, 14), "late": (14, 22), "night": (22, 6)}
ZONES = (
    Zone("inbound", ("dock-1", "dock-2"), 20.0, 0.5),
    Zone("packing", ("pack-1",), 15.0, 0.3, (0.6, 0.15, 0.02), 0.3),
    Zone("storage", ("aisle-3",), 6.0, 0.2, (0.2, 0.1, 0.0), 0.2),
)


@dataclass(frozen=True)
class Reported:
    """The site, its store and the policy in force."""

    site: Site
    store: Store
    policy: NamedPolicy


def site_file(folder: Path, cameras: dict[str, str], more: str = "", policy: str = "") -> Path:
    """Write a site file with three shifts, of cameras and the zones that they watch."""
    path = folder / "site.toml"
    text = HEAD + more
    text += "".join(CAMERA.format(camera=camera, zone=zone) for camera, zone in cameras.items())
    text += "".join(SHIFT.format(name=name, start=at[0], end=at[1]) for name, at in SHIFTS.items())
    path.write_text(text)
    (folder / "policy.toml").write_text(policy)
    return path


def reported_site(folder: Path, more: str = "") -> Reported:
    """Fill a store with four weeks of three zones; one person alone works in storage, camera yard is dead."""
    plan = Plan(ZONES, FIRST, days=29, people=6.0, minute_step=12, tracks=20)
    cameras = {camera: zone.name for zone in ZONES for camera in zone.cameras} | {"yard": "outbound"}
    path = site_file(folder, cameras, more, "[figures.workers_per_shift]\ninbound = 9\npacking = 7\n")
    found = Reported(load_site(path), open_store(str(folder / "store")), load_policy(folder / "policy.toml"))
    _fill(found, plan)
    change = Intervention("packing", date(2026, 2, 20), Kind.HEIGHT, "tables raised by 20 cm")
    record(found.site, found.store, change, NOW)
    return found


def _fill(found: Reported, plan: Plan) -> None:
    tables = simulate(plan, 7)
    rng = np.random.default_rng(1)
    lifts, exposure = tables.lifts, tables.exposure
    bent, told = lifts["technique"] == "spine_bend", lifts["technique"] != "indeterminate"
    lifts = lifts.assign(
        # Of what the camera can't tell, it is too far off the side.
        view_angle_deg=np.where(told, 10.0, 80.0),
        spine_flexion_deg=np.where(bent, 55.0, 10.0) + rng.normal(0.0, 2.0, len(lifts)),
        spine_flexion_se_deg=4.0,
    )
    alone = exposure["zone"] == "storage"
    exposure = exposure.assign(observed_person_s=exposure["observed_person_s"].mask(alone, 60.0))
    exposure = exposure.assign(judgeable_person_s=0.7 * exposure["observed_person_s"])
    whole = {LIFTS: lifts, EXPOSURE: exposure, FOOTAGE: tables.footage}
    by_day = tables.footage.groupby("shift_date")["footage_id"]
    for day, recordings in ((date.fromisoformat(day), set(of_day)) for day, of_day in by_day):
        for spec, frame in whole.items():
            rows = stored(frame[frame["footage_id"].isin(recordings)].reset_index(drop=True), spec)
            found.store.write(spec, rows, "depot", day, "all")
            if spec is LIFTS:
                judged = judge_lifts(rows, found.policy)
                found.store.write(JUDGEMENTS, judged, "depot", day, f"all-{found.policy.policy_id}")
