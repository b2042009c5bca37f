"""A night whose lifts have clips: three spine bends and a hinge; a made-up lift on the next day."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pandas as pd
from recorded_lift import CAMERA, DAY, ZONE, add_lift

from dashboard.views.review_clip import blind_span_s
from detectors.tables import JUDGEMENTS, LIFTS
from pipelines.clips.kept import clip_path, keep_clip, kept_clip, stretch_id
from pipelines.clips.looks import PLAIN
from pipelines.demo.rows import VERSION
from pipelines.judging.policy import load_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.reviewing.tables import BLIND_ITEMS
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
MADE_UP = DAY + timedelta(days=1)
VERDICTS = {
    "beef000000000001": ("spine_bend", 0.97),
    "beef000000000002": ("spine_bend", 0.88),
    "beef000000000003": ("spine_bend", 0.71),
    "beef000000000004": ("hip_hinge", 0.08),
}
STRATUM = "dock-1/a stratum"


def night_of(folder):
    """Return a site with `VERDICTS` on `DAY`, its store, the lifts and the clip of each."""
    for name in ("site.toml", "policy.toml"):
        shutil.copy(SAMPLE / name, folder)
    site = load_site(folder / "site.toml")
    recorded = add_lift(site)
    store = open_store(site.store_url)
    clip, policy = kept_clip(store, site.name, DAY, recorded), load_policy(site.policy_file)
    (part,) = store.parts(LIFTS, site.name, DAY, DAY)
    lift = store.read_parts(LIFTS, [part])[LIFTS.names]
    for spec in (LIFTS, JUDGEMENTS):
        for part in store.parts(spec, site.name, DAY, DAY):
            store.remove(spec, site.name, DAY, part.name)
    rows = pd.concat([lift] * len(VERDICTS), ignore_index=True).assign(lift_id=list(VERDICTS))
    store.write(LIFTS, rows, site.name, DAY, "night")
    store.write(JUDGEMENTS, _verdicts(policy.policy_id), site.name, DAY, "night")
    for lift_id in VERDICTS:
        keep_clip(store, clip_path(store, site.name, DAY, lift_id), clip)
    made_up = lift.assign(lift_id="c0de000000000001", code_version=VERSION)
    store.write(LIFTS, made_up, site.name, MADE_UP, "night")
    rebuild(store, site, policy, DAY, MADE_UP)
    return site, store, rows, clip


def _verdicts(policy_id):
    verdicts = [
        {
            "lift_id": lift_id,
            "policy_id": policy_id,
            "technique": technique,
            "p_spine_bend": p,
            "reason": "judged",
            "leg_pattern": "soft",
            "margin_se": 2.0,
        }
        for lift_id, (technique, p) in VERDICTS.items()
    ]
    return pd.DataFrame(verdicts)


def add_drawn(site, store, rows, clip):
    """Draw the first two lifts and a stretch without one for a blind look; return their ids."""
    lifts = rows.head(2).assign(
        item_id=rows["lift_id"],
        item_kind="lift",
        start_s=rows["start_s"] + 100.0,
        end_s=rows["end_s"] + 100.0,
        technique=[VERDICTS[one][0] for one in rows["lift_id"].head(2)],
        p_spine_bend=[VERDICTS[one][1] for one in rows["lift_id"].head(2)],
    )
    nothing = lifts.head(1).assign(
        item_id="dead000000000001", item_kind="nothing", start_s=30.0, end_s=40.0, p_spine_bend=float("nan")
    )
    nothing["technique"] = pd.Series([None], dtype="str")
    drawn = pd.concat([lifts, nothing], ignore_index=True).assign(
        camera_id=CAMERA, zone=ZONE, stratum=STRATUM, drawn_share=0.1, policy_id="p"
    )
    types = {column.name: column.dtype for column in BLIND_ITEMS.columns}
    drawn = drawn[BLIND_ITEMS.names].astype(types)
    store.write(BLIND_ITEMS, drawn, site.name, DAY, "drawn")
    for row in drawn.itertuples():
        span = blind_span_s(row.start_s, row.end_s)
        path = clip_path(store, site.name, DAY, stretch_id(row.footage_id, *span), PLAIN)
        keep_clip(store, path, clip)
    return drawn["item_id"].tolist()
