"""Blind looks of a demo's nights that are all answered, some otherwise than the machine does."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from pipelines.audits.writing import LINK, Place, append_rows
from pipelines.commands import site_policy
from pipelines.reviewing.drawing import draw_blind_items
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

FIRST = date(2026, 9, 8)
NIGHTS = 4
PER_NIGHT = 60


def answer_looks(site_file, wrong_hinges=1):
    """Draw looks of the nights from `FIRST` on for the site of a file, and answer all of them.

    Of the hip hinges of each night one in `wrong_hinges` is called a spine bend, all else as by the machine.
    """
    # The demo may have a table of its own for reviews.
    others = re.sub(r"(?ms)^\[review\]$.*?(?=^\[|\Z)", "", site_file.read_text())
    site_file.write_text(f"{others}\n[review]\nblind_per_night = {PER_NIGHT}\n")
    site = load_site(site_file)
    store = open_store(site.store_url)
    draw_blind_items(store, site, site_policy(site, None), FIRST, FIRST + timedelta(days=NIGHTS - 1))
    for day, rows in store.read(BLIND_ITEMS, site.name).groupby("date"):
        answered = Place(site.name, date.fromisoformat(str(day)), "answers")
        append_rows(store, LABELS, answered, labels(rows, wrong_hinges).to_dict("records"), datetime.now(UTC))


def labels(items, wrong_hinges):
    hinges = items["technique"] == "hip_hinge"
    wrong = hinges & (hinges.cumsum() % wrong_hinges == 0)
    said = items["technique"].where(~wrong, "spine_bend").replace("indeterminate", "hip_hinge")
    said = said.fillna("hip_hinge").where(items["item_kind"].isin(["lift", "lowering"]), "not_a_lift")
    rows = items.assign(
        label_id="label-" + items["item_id"],
        purpose="blind",
        answer=said,
        withdraws=None,
        reviewer="r-1",
        roles="trainer",
        labelled_utc=items["start_utc"] + pd.Timedelta(hours=12),
        spent_s=3.0,
    )
    return rows[[name for name in LABELS.names if name not in LINK]]
