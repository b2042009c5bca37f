"""Figures per shift that are made by hand: one zone with its cameras, day after day."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

FIRST = date(2026, 3, 2)


def day(n):
    """Return the ISO date of a day of the series."""
    return (FIRST + timedelta(days=n)).isoformat()


def shift_rows(days, zone="inbound", shift="early", cameras=("dock-1",), dead=(), **other):
    """Return the rows of the cameras, the zone and the site for some days: 12 of 40 judged lifts bent.

    Cameras that are dead sent nothing; all else may be set otherwise by name.
    """
    out = []
    for n in days:
        places = [("camera", zone, camera) for camera in cameras]
        for level, where, camera in [*places, ("zone", zone, "all"), ("site", "all", "all")]:
            gone = camera in dead or set(cameras) == set(dead)
            some = level != "camera" and bool(dead)
            counts = {
                "lifts": 60.0, "lowerings": 40.0, "spine_bends": 12.0, "hip_hinges": 24.0, "squats": 4.0,
                "entries_above_60": 20.0, "observed_person_h": 10.0, "lifts_per_person_h": 6.0,
                "lifts_per_person_h_low": 4.6, "lifts_per_person_h_high": 7.7, "spine_bend_share": 0.3,
                "spine_bend_share_low": 0.18, "spine_bend_share_high": 0.45,
            } | other  # fmt: skip
            known = {
                "status": "no_data" if gone else "shown",
                "model_version": None if gone else other.get("model_version", "pose@a"),
                "code_version": None if gone else "1",
            }
            start = pd.Timestamp(day(n), tz="UTC") + pd.Timedelta(hours={"early": 6, "late": 14}[shift])
            row = {
                "shift_date": day(n), "shift": shift, "level": level, "zone": where, "camera_id": camera,
                "policy_id": "p1", "start_utc": start, "cameras": len(places) if level != "camera" else 1,
                "cameras_without_data": len(dead) if some else int(gone), "expected_h": 8.0,
                "analysed_h": 0.0 if gone else 8.0,
            }  # fmt: skip
            blank = dict.fromkeys(counts) if gone else counts
            out.append(
                {**row, **blank, **known, **({"status": other["status"]} if "status" in other else {})}
            )
    texts = ["status", "model_version", "code_version"]
    frame = pd.DataFrame(out).astype(dict.fromkeys(texts, "str"))
    return frame.astype(dict.fromkeys(counts.keys() - {"status", "model_version"}, "float64"))
