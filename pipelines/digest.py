"""The morning digest: which cameras failed, and what each shift looked like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from rich.table import Table
from rich.text import Text

from detectors.vocabulary import LiftKind, Status, Technique

NO_DATA: Final = "no data"
NO_RECORDINGS: Final = "no recordings found"
OUTSIDE: Final = "(outside shifts)"

_GROUP: Final = ["shift_date", "shift", "zone"]
_COUNTS: Final = {
    "lifts": ("kind", LiftKind.LIFT),
    "lowerings": ("kind", LiftKind.LOWERING),
    "bends": ("kind", LiftKind.BEND),
    "spine_bends": ("technique", Technique.SPINE_BEND),
    "hinges": ("technique", Technique.HIP_HINGE),
    "squats": ("technique", Technique.SQUAT),
    "indeterminate": ("technique", Technique.INDETERMINATE),
}
_LOST: Final = [str(Status.FAILED), str(Status.QUARANTINED)]


@dataclass(frozen=True)
class Digest:
    """The night in two tables.

    Attributes
    ----------
    site
        Name of the site.
    cameras
        One row per camera, those that failed first. ``failed`` counts failed and quarantined
        recordings; hours ``_h`` and person-hours ``_person_h`` are NaN where nothing is known.
    shifts
        One row per shift_date, shift and zone. ``coverage`` is the judgeable share of the observed
        person-time; ``lifts_per_person_h`` is NaN without observed person-time. The counts are null
        where no video was analysed; those of techniques include lowerings and bends.
    """

    site: str
    cameras: pd.DataFrame
    shifts: pd.DataFrame

    def markdown(self) -> str:
        """Return the digest as Markdown."""
        parts = [f"# {self.site}: morning digest", *(f"## {t}\n\n{_markdown(f)}" for t, f in self._named())]
        return "\n\n".join(parts) + "\n"

    def tables(self) -> list[Table]:
        """Return the digest as tables for the terminal."""
        return [_table(title, frame) for title, frame in self._named()]

    def _named(self) -> list[tuple[str, pd.DataFrame]]:
        return [("Cameras", _words(self.cameras)), ("Shifts", _words(self.shifts))]


def digest(
    site: str, cameras: Sequence[str], footage: pd.DataFrame, lifts: pd.DataFrame, exposure: pd.DataFrame
) -> Digest:
    """Return the digest of some recordings.

    Parameters
    ----------
    site, cameras
        Name of the site, and the ids of the cameras that should have recorded.
    footage
        Rows of the footage table.
    lifts
        Lifts with their judgement (``technique``), ``shift`` and ``shift_date``; both null outside shifts.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``.
    """
    return Digest(site, _cameras(cameras, footage, exposure), _shifts(lifts, exposure))


def _cameras(expected: Sequence[str], footage: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    footage = footage.sort_values("start_utc", na_position="first", kind="stable", ignore_index=True)
    lost = footage["status"].isin(_LOST)
    # Reasons of lost recordings come before those of recordings that were read in part.
    reasons = (
        footage.dropna(subset="reason").assign(lost=lost).sort_values("lost", ascending=False, kind="stable")
    )
    by_camera = footage.assign(lost=lost).groupby("camera_id")
    seen = exposure.groupby("camera_id")[["observed_person_s", "judgeable_person_s"]].sum()
    index = pd.Index(sorted({*expected, *footage["camera_id"]}), name="camera_id", dtype="str")
    observed_s = seen["observed_person_s"].reindex(index)
    table = pd.DataFrame(
        {
            "zone": by_camera["zone"].first().reindex(index),
            "recordings": by_camera.size().reindex(index, fill_value=0),
            "failed": by_camera["lost"].sum().reindex(index, fill_value=0),
            "received_h": by_camera["declared_s"].sum(min_count=1).reindex(index) / 3600,
            "analysed_h": by_camera["analysed_s"].sum(min_count=1).reindex(index) / 3600,
            "observed_person_h": observed_s / 3600,
            "judgeable_share": _share(seen["judgeable_person_s"].reindex(index), observed_s),
            "problem": reasons.groupby("camera_id")["reason"].first().reindex(index).astype("str"),
        },
        index=index,
    )
    table.loc[table["recordings"] == 0, "problem"] = NO_RECORDINGS
    trouble = np.select(
        [table["failed"] == table["recordings"], table["failed"] > 0, table["problem"].notna()], [0, 1, 2], 3
    )
    return table.iloc[np.argsort(trouble, kind="stable")].reset_index()


def _shifts(lifts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    lifts, exposure = _placed(lifts), _placed(exposure)
    flags = {name: lifts[column] == value for name, (column, value) in _COUNTS.items()}
    counts = lifts[_GROUP].assign(**flags, not_judged=lifts["technique"].isna()).groupby(_GROUP).sum()
    columns = ["analysed_s", "observed_person_s", "judgeable_person_s"]
    sums = exposure.groupby(_GROUP)[columns].sum(min_count=1)
    counts, sums = counts.align(sums, join="outer", axis=0)
    # No video and no lifts is no data: a 0 there would look like a quiet shift.
    blank = counts.isna().all(axis=1) & ~(sums["analysed_s"] > 0)
    counts = counts.fillna(0).astype("Int64").mask(blank)
    determinate = counts[["spine_bends", "hinges", "squats"]].sum(axis=1)
    observed_s = sums["observed_person_s"]
    table = pd.concat([sums[["analysed_s", "observed_person_s"]] / 3600, counts], axis=1)
    table = table.rename(columns={"analysed_s": "analysed_h", "observed_person_s": "observed_person_h"})
    table["lifts_per_person_h"] = _share(counts["lifts"].astype("float64"), observed_s / 3600)
    table["spine_bend_share"] = [
        f"{bends} of {n}" if n else NO_DATA
        for bends, n in zip(counts["spine_bends"], determinate, strict=True)
    ]
    table["coverage"] = _share(sums["judgeable_person_s"], observed_s)
    return table.reset_index()


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows outside every shift a name, so that they are counted too."""
    return frame.assign(
        shift=frame["shift"].astype("str").fillna(OUTSIDE),
        shift_date=frame["shift_date"].astype("str").fillna(""),
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table as text with readable headings."""
    return pd.DataFrame(
        {_heading(name): [_word(name, value) for value in frame[name]] for name in frame.columns}, dtype="str"
    )


def _heading(column: str) -> str:
    words = column.replace("per_person_h", "per person-hour").replace("_person_h", " person-hours")
    return words.removesuffix("_h").replace("_", " ") + (" hours" if words.endswith("_h") else "")


def _word(column: str, value: str | float | None) -> str:
    if pd.isna(value):
        return "" if column in ("zone", "problem") else NO_DATA
    if column in ("judgeable_share", "coverage"):
        return f"{value:.0%}"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _markdown(words: pd.DataFrame) -> str:
    if words.empty:
        return NO_DATA
    rows = [list(words.columns), ["---"] * words.shape[1], *words.to_numpy().tolist()]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |" for row in rows
    )


def _table(title: str, words: pd.DataFrame) -> Table:
    table = Table(*words.columns, title=title, caption=NO_DATA if words.empty else None)
    for row in words.to_numpy().tolist():
        table.add_row(*(Text(cell) for cell in row))
    return table
