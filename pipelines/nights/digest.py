"""The morning digest: which cameras failed, and what each shift looked like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from rich.console import RenderableType

from detectors.vocabulary import LiftKind, Reason, Status, Technique
from pipelines.exposure.few_people import Suppressed, suppressed
from pipelines.judging.figure_policy import Figures
from pipelines.nights import digest_notes, digest_text
from pipelines.nights.digest_text import NO_DATA, NO_RECORDINGS, OUTSIDE
from pipelines.plans.sampling import left_out

LEAST_PERSON_H: Final = 0.25
"""Observed person-hours below which a rate per person-hour says more about chance than about work."""

_GROUP: Final = ["shift_date", "shift", "zone"]
_KINDS: Final = {"lifts": LiftKind.LIFT, "lowerings": LiftKind.LOWERING, "bends": LiftKind.BEND}
_TECHNIQUES: Final = {
    "spine_bends": Technique.SPINE_BEND,
    "hinges": Technique.HIP_HINGE,
    "squats": Technique.SQUAT,
    "indeterminate": Technique.INDETERMINATE,
}
_LOST: Final = [str(Status.FAILED), str(Status.QUARANTINED)]


@dataclass(frozen=True)
class Digest:
    """The night in two tables, and in words what needs attention.

    Attributes
    ----------
    site
        Name of the site.
    cameras
        One row per camera, those that failed first. ``failed`` counts failed and quarantined
        recordings; hours ``_h`` and person-hours ``_person_h`` are NaN where nothing is known.
    shifts
        One row per shift_date, shift and zone. ``coverage`` is the judgeable share of the observed
        person-time; ``lifts_per_person_h`` is NaN below `LEAST_PERSON_H` observed person-hours. The
        counts are null where no video was analysed; those of techniques are of lifts and
        lowerings, not of bends without a load. ``main_reason`` is why most of the indeterminate
        ones are so, null where none is. All but ``analysed_h`` is null where ``suppressed``, as it is in
        the figures per shift: few people worked there, or the row would give such a group away. The
        person-time of a camera is null where it is ``suppressed`` in one of the shifts.
    notes
        Sentences on what needs attention, the worst first.
    """

    site: str
    cameras: pd.DataFrame
    shifts: pd.DataFrame
    notes: tuple[str, ...]

    def markdown(self) -> str:
        """Return the whole digest as Markdown."""
        return digest_text.markdown(self.site, self.cameras, self.shifts, self.notes)

    def tables(self) -> list[RenderableType]:
        """Return the digest for the terminal; one of at least 120 columns shows more."""
        return digest_text.renderables(self.cameras, self.shifts, self.notes)


def digest(
    site: str,
    cameras: Sequence[str],
    footage: pd.DataFrame,
    lifts: pd.DataFrame,
    exposure: pd.DataFrame,
    figures: Figures,
) -> Digest:
    """Return the digest of some recordings.

    Parameters
    ----------
    site, cameras
        Name of the site, and the ids of the cameras that should have recorded.
    footage
        Rows of the footage table.
    lifts
        Lifts with their judgement (``technique``, ``reason``; null if not judged), ``shift`` and
        ``shift_date``; both null outside shifts.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``.
    figures
        Says which groups are small.
    """
    lifts, exposure = _placed(lifts), _placed(exposure)
    few = suppressed(lifts, exposure, figures)
    by_camera = _without_few(_cameras(cameras, footage, exposure), few)
    notes = digest_notes.sentences(by_camera, footage, lifts)
    return Digest(site, by_camera, _shifts(lifts, exposure, few), tuple(notes))


def _cameras(expected: Sequence[str], footage: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    footage = footage.sort_values("start_utc", na_position="first", kind="stable", ignore_index=True)
    apart = left_out(footage)
    lost = footage["status"].isin(_LOST) & ~apart
    # Reasons of lost recordings come before those of recordings that were read in part.
    reasons = (
        footage[~apart]
        .dropna(subset="reason")
        .assign(lost=lost)
        .sort_values("lost", ascending=False, kind="stable")
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


def _without_few(cameras: pd.DataFrame, few: Suppressed) -> pd.DataFrame:
    hidden = cameras["camera_id"].isin(few.cameras)
    out = cameras.assign(suppressed=hidden)
    out.loc[hidden, ["observed_person_h", "judgeable_share"]] = np.nan
    return out


def _shifts(lifts: pd.DataFrame, exposure: pd.DataFrame, few: Suppressed) -> pd.DataFrame:
    columns = ["analysed_s", "observed_person_s", "judgeable_person_s"]
    sums = exposure.groupby(_GROUP)[columns].sum(min_count=1)
    counts, sums = _counts(lifts).align(sums, join="outer", axis=0)
    # No video and no lifts is no data: a 0 there would look like a quiet shift.
    blank = counts.isna().all(axis=1) & ~(sums["analysed_s"] > 0)
    counts = counts.fillna(0).astype("Int64").mask(blank)
    observed_s = sums["observed_person_s"]
    table = pd.concat([sums[["analysed_s", "observed_person_s"]] / 3600, counts], axis=1)
    table = table.rename(columns={"analysed_s": "analysed_h", "observed_person_s": "observed_person_h"})
    enough_s = observed_s.where(observed_s >= LEAST_PERSON_H * 3600)
    table["lifts_per_person_h"] = _share(counts["lifts"].astype("float64"), enough_s / 3600)
    determinate = counts[["spine_bends", "hinges", "squats"]].sum(axis=1)
    table["spine_bend_share"] = [
        f"{bends} of {n}" if n else NO_DATA
        for bends, n in zip(counts["spine_bends"], determinate, strict=True)
    ]
    table["main_reason"] = _main_reasons(lifts).reindex(table.index).astype("str")
    table["coverage"] = _share(sums["judgeable_person_s"], observed_s)
    hidden = few.zones.reindex(table.index, fill_value=False)
    table = table.mask(hidden, axis=0).assign(analysed_h=table["analysed_h"], suppressed=hidden)
    return table.reset_index()


def _counts(lifts: pd.DataFrame) -> pd.DataFrame:
    loaded = lifts["kind"] != LiftKind.BEND
    flags = {name: lifts["kind"] == kind for name, kind in _KINDS.items()}
    flags |= {name: loaded & (lifts["technique"] == verdict) for name, verdict in _TECHNIQUES.items()}
    return lifts[_GROUP].assign(**flags, not_judged=loaded & lifts["technique"].isna()).groupby(_GROUP).sum()


def _main_reasons(lifts: pd.DataFrame) -> pd.Series:
    """Return the most frequent reason of each group's indeterminate lifts and lowerings."""
    open_ = lifts[(lifts["kind"] != LiftKind.BEND) & (lifts["technique"] == Technique.INDETERMINATE)]
    # As categories, equally frequent reasons come in the order of the gates.
    reasons = open_[_GROUP].assign(reason=pd.Categorical(open_["reason"], list(map(str, Reason))))
    counted = reasons.value_counts(sort=False).reset_index().sort_values([*_GROUP, "reason"])
    first = counted.sort_values("count", ascending=False, kind="stable").groupby(_GROUP)["reason"].first()
    return first.astype("str")


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the rows outside every shift a name, so that they are counted too."""
    return frame.assign(
        shift=frame["shift"].astype("str").fillna(OUTSIDE),
        shift_date=frame["shift_date"].astype("str").fillna(""),
    )


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)
