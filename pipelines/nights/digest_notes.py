"""What of a night needs attention, in sentences: lost recordings first, then what could not be judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from detectors.vocabulary import LiftKind, Reason, Status, Technique
from pipelines.nights.digest_text import NO_RECORDINGS, REASON_WORDS, duration
from pipelines.plans.sampling import TOO_LONG, left_out

SHOWN: Final = 3
"""How many different reasons of one camera are quoted; the tables of the store hold all."""

_IN_PART: Final = "read in part"


def sentences(cameras: pd.DataFrame, footage: pd.DataFrame, lifts: pd.DataFrame) -> list[str]:
    """Return one sentence per thing that needs attention, the worst first; none if all went well.

    Parameters
    ----------
    cameras
        The digest's rows per camera; of those that are ``suppressed`` no number of lifts is told.
    footage
        Rows of the footage table.
    lifts
        Lifts with their judgement.
    """
    loaded = lifts[lifts["kind"] != LiftKind.BEND]
    return [
        *_recordings(footage, [Status.FAILED, Status.QUARANTINED], "lost"),
        *(f"camera {name}: {NO_RECORDINGS}" for name in cameras.loc[cameras["recordings"] == 0, "camera_id"]),
        *_recordings(footage, [Status.PARTIAL], _IN_PART),
        *_sampled(footage),
        *_empty_pictures(cameras),
        *_never_judged(loaded, frozenset(cameras.loc[cameras["suppressed"], "camera_id"])),
        *_without_verdict(loaded, bool(cameras["suppressed"].any())),
    ]


def _recordings(footage: pd.DataFrame, statuses: list[Status], fate: str) -> Iterator[str]:
    hit = footage["status"].isin(list(map(str, statuses))) & ~left_out(footage)
    for camera, rows in footage[hit].groupby("camera_id"):
        total = int((footage["camera_id"] == camera).sum())
        reasons = [_plain(reason) for reason in rows["reason"].dropna().unique()]
        more = [f"{len(reasons) - SHOWN} more reasons"] if len(reasons) > SHOWN else []
        said = "; ".join([*reasons[:SHOWN], *more]) or "no reason known"
        yield f"camera {camera}: {len(rows)} of {_counted(total, 'recording')} {fate}: {said}"


def _sampled(footage: pd.DataFrame) -> Iterator[str]:
    apart = left_out(footage)
    if apart.any():
        yield (
            f"declared sampling: {int(apart.sum())} of {_counted(len(footage), 'recording')} left out for "
            "want of time, drawn evenly by camera and hour; rates per person-hour stay unbiased, counts are "
            "of what was read"
        )
    for camera in footage.loc[apart & (footage["reason"] == TOO_LONG), "camera_id"].unique():
        yield f"camera {camera}: a recording takes longer than the night; let the recorder write shorter ones"


def _empty_pictures(cameras: pd.DataFrame) -> Iterator[str]:
    unseen = cameras[(cameras["analysed_h"] > 0) & (cameras["observed_person_h"] == 0)]
    for camera, hours in zip(unseen["camera_id"], unseen["analysed_h"], strict=True):
        yield f"camera {camera}: nobody seen in {duration(hours)} of video"


def _never_judged(loaded: pd.DataFrame, few: frozenset[str]) -> Iterator[str]:
    for camera, rows in loaded.groupby("camera_id"):
        if (rows["technique"] == Technique.INDETERMINATE).all():
            yield f"camera {camera}: no lift could be judged: {_why(rows, str(camera) in few)}"


def _why(rows: pd.DataFrame, few: bool) -> str:
    counts = rows["reason"].value_counts()
    least_deg = rows.loc[rows["reason"] == Reason.VIEW, "view_angle_deg"].min()
    words = dict(REASON_WORDS)
    if pd.notna(least_deg):
        words[str(Reason.VIEW)] = f"seen from {least_deg:.0f} deg or more off the side"
    return ", ".join(
        words.get(str(reason), str(reason)) + ("" if few else f" ({count})")
        for reason, count in counts.items()
    )


def _without_verdict(loaded: pd.DataFrame, few: bool) -> Iterator[str]:
    count = int(loaded["technique"].isna().sum())
    if count and few:
        yield "some lifts or lowerings are not judged yet"
    elif count:
        yield f"{_counted(count, 'lift or lowering', 'lifts and lowerings')} not judged yet"


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def _plain(reason: str) -> str:
    return " ".join(reason.split())
