"""A small site whose lifts and verdicts are stated, with clips of coloured squares in place of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from detectors.tables import JUDGEMENTS, LIFTS
from detectors.video_writer import Writer
from pipelines.clips.cutter import Cutter
from pipelines.clips.kept import clip_path, keep_clip
from pipelines.clips.looks import PLAIN, ClipLook
from pipelines.clips.stills import still_path
from pipelines.demo.rows import stored
from pipelines.judging.policy import load_policy
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import Store, open_store

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 4, 6, tzinfo=UTC)
FILE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock-1"
zone = "inbound"
footage = "dock-1/*"
start_time = "container"
[[cameras]]
id = "pack-1"
zone = "packing"
footage = "pack-1/*"
start_time = "container"
[[shifts]]
name = "early"
start = "06:00"
end = "14:00"
[[shifts]]
name = "late"
start = "14:00"
end = "22:00"
"""
# id, camera, UTC, verdict, p, margin, track, origin
STATED = (
    ("bend-sure", "dock-1", "06:00:00", "spine_bend", 0.99, 4.0, "t1", "floor"),
    ("bend-same", "dock-1", "06:20:00", "spine_bend", 0.98, 3.5, "t1", "floor"),
    ("bend-unsure", "dock-1", "07:00:00", "spine_bend", 0.80, 1.2, "t2", "floor"),
    ("hinge-sure", "dock-1", "08:00:00", "hip_hinge", 0.02, 4.2, "t3", "floor"),
    ("hinge-other", "dock-1", "09:00:00", "hip_hinge", 0.05, 3.0, "t4", "floor"),
    ("hinge-high", "dock-1", "09:30:00", "hip_hinge", 0.01, 5.0, "t5", "knuckle"),
    ("unclear", "dock-1", "10:00:00", "indeterminate", 0.50, 0.1, "t6", "floor"),
    ("bend-late", "pack-1", "13:30:00", "spine_bend", 0.95, 3.0, "t7", "floor"),
    ("squat", "pack-1", "14:30:00", "squat", 0.05, 2.0, "t8", "floor"),
)


@dataclass(frozen=True)
class Depot:
    """The site, its store and the id of the policy in force."""

    site: Site
    store: Store
    policy_id: str


def depot(folder: Path, more: str = "") -> Depot:
    """Write the site file, the lifts and the verdicts; no clip is kept yet."""
    path = folder / "site.toml"
    path.write_text(FILE + more)
    site = load_site(path)
    found = Depot(site, open_store(site.store_url), load_policy(None).policy_id)
    lifts = _lifts()
    found.store.write(LIFTS, lifts, site.name, DAY, "all")
    names = ["lift_id", "technique", "p", "margin"]
    verdicts = pd.DataFrame([(one[0], *one[3:6]) for one in STATED], columns=names)
    verdicts = verdicts.rename(columns={"p": "p_spine_bend", "margin": "margin_se"}).assign(
        policy_id=found.policy_id,
        reason=np.where(verdicts["technique"] == "indeterminate", "borderline", "judged"),
        leg_pattern="soft",
    )
    judged = verdicts.astype({"reason": "str", "leg_pattern": "str", "policy_id": "str"})
    found.store.write(JUDGEMENTS, judged[JUDGEMENTS.names], site.name, DAY, "all")
    return found


def _lifts() -> pd.DataFrame:
    start = pd.to_datetime([f"{DAY}T{one[2]}Z" for one in STATED]).as_unit("us")
    rows = pd.DataFrame(
        {
            "lift_id": [one[0] for one in STATED],
            "camera_id": [one[1] for one in STATED],
            "zone": ["inbound" if one[1] == "dock-1" else "packing" for one in STATED],
            "track_id": [one[6] for one in STATED],
            "origin_band": [one[7] for one in STATED],
            **dict.fromkeys(("start_utc", "grasp_utc", "peak_utc", "end_utc"), start),
        }
    )
    text = {column.name: "str" for column in LIFTS.columns if column.name in rows and column.dtype == "str"}
    return stored(rows.astype(text), LIFTS)


def keep_square(found: Depot, lift_id: str, look: ClipLook) -> bytes:
    """Keep the clip of a lift: a square whose colour depends on the lift, and a still."""
    path = Path(found.site.folder) / f"{lift_id}.mp4"
    colour = np.frombuffer(lift_id.encode().ljust(3), np.uint8)[-3:]
    with Writer(path, 160, 96) as writer:
        for number in range(15):
            image = np.full((96, 160, 3), 90, np.uint8)
            image[30:60, 10 + 4 * number : 40 + 4 * number] = colour
            writer.write(image, number / 15.0)
    content = path.read_bytes()
    path.unlink()
    keep_clip(found.store, still_path(found.store, found.site.name, DAY, lift_id, look), STILL)
    keep_clip(found.store, clip_path(found.store, found.site.name, DAY, lift_id, look), content)
    return content


def keep_all(found: Depot, look: ClipLook = PLAIN) -> dict[str, bytes]:
    """Keep the clip of every lift."""
    return {one[0]: keep_square(found, one[0], look) for one in STATED}


def clip_by(ask: Callable[..., object]) -> Callable[..., None]:
    """Stand in for `Cutter.clip`: a function of site, day, lift and look makes the clips."""

    def clip(cutter: Cutter, day: date, lift_id: str, look: ClipLook) -> None:
        ask(cutter.site, day, lift_id, look)

    return clip


def _still() -> bytes:
    import io

    from PIL import Image

    sink = io.BytesIO()
    Image.new("RGB", (160, 96), (90, 120, 90)).save(sink, "JPEG")
    return sink.getvalue()


STILL = _still()
