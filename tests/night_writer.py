"""Writes one night after the other into a store, each value the number of its night."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta

import pandas as pd

from detectors.tables import LIFTS, SHIFT_METRICS
from pipelines.storage.store import open_store

DATES = [date(2026, 3, 2) + timedelta(days=n) for n in range(2)]
CAMERAS = [f"dock-{n}" for n in range(4)]
LAST_ROUND = 16
LASTS_S = 0.4
"""How long each night's figures stand before the next ones come: time for somebody to read them."""


def rows(spec, **values):
    """Return a row of a table per camera, each the example of its specification but for these values."""
    example = {column.name: column.example for column in spec.columns}
    frame = pd.DataFrame([example] * len(CAMERAS)).assign(**values)
    return frame.astype({column.name: column.dtype for column in spec.columns})


def write_round(store, policy_id, number):
    """Write what one night writes: figures that are replaced, and lifts that are filed anew."""
    for day in DATES:
        same = {"lifts": float(number), "lowerings": float(number), "policy_id": policy_id, "level": "camera"}
        figures = rows(SHIFT_METRICS, camera_id=CAMERAS, shift_date=day.isoformat(), **same)
        store.write(SHIFT_METRICS, figures, "depot", day, policy_id)
        store.remove(LIFTS, "depot", day, f"dock-1-{number - 1:016x}")
        lifts = rows(LIFTS, lift_id=[f"{number}-{camera}-{day}" for camera in CAMERAS])
        store.write(LIFTS, lifts, "depot", day, f"dock-1-{number:016x}")


if __name__ == "__main__":
    for night in range(1, LAST_ROUND + 1):
        write_round(open_store(sys.argv[1]), sys.argv[2], night)
        time.sleep(LASTS_S)
